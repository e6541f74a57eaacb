#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "peer.hpp"

namespace bench {

// Takes the text of each delivered message, with the wrapping of its protocol removed or not: it is only searched for a stamp.
class Inbox {
 public:
  virtual void deliver(Peer& peer, std::string_view text) = 0;

 protected:
  ~Inbox() = default;
};

enum class Login : uint8_t { kPending, kDone, kRefused };

// How one kind of server is spoken to. The work asked of the servers is the same, message for message.
class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual std::string requestTarget(const Role& role) const = 0;
  // Asked for in the handshake; empty asks for none.
  virtual std::string_view subprotocol() const { return {}; }
  virtual Login opened(Peer& peer) const = 0;
  virtual Login greeted(Peer& peer, std::string_view payload) const = 0;
  virtual void received(Peer& peer, std::string_view payload, Inbox& inbox) const = 0;
  virtual PreparedFrame message(const Role& role) const = 0;
};

// The same hundred bytes of JSON for every server.
std::string messageFor(const Role& role);

std::unique_ptr<Dialect> makeAchex();
std::unique_ptr<Dialect> makeAchex2(bool resume);
std::unique_ptr<Dialect> makeSocketIo();
std::unique_ptr<Dialect> makeNats();
std::unique_ptr<Dialect> makeNchan();
std::unique_ptr<Dialect> makeDialect(std::string_view name);

}  // namespace bench
