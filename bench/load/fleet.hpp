#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dialect.hpp"

namespace bench {

class Listener {
 public:
  virtual void onMessage(Peer& peer, int64_t stamp, int64_t now) = 0;

 protected:
  ~Listener() = default;
};

struct Address {
  uint16_t port = 0;
  // Ports are counted per source address: with several, tens of thousands of connections come from one machine.
  unsigned sources = 1;
};

// All connections of one run, on one epoll. Edge-triggered, so that a message costs one recv and nothing else.
class Fleet final : private Inbox {
 public:
  Fleet(Address address, const Dialect& dialect);
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Opens one connection per role, at most `inFlight` of them under way at a time; returns once all are logged in.
  void open(std::vector<Role> roles, size_t inFlight, int64_t timeoutMicros);
  void poll(int timeoutMillis);
  // Naps up to `until` but never long, then takes all that came in the meantime. See kPollInterval.
  void pollAfterSleep(int64_t until);
  void closeAll();
  void listen(Listener* listener) { listener_ = listener; }

  Peer& operator[](size_t index) { return *peers_[index]; }
  size_t size() const { return peers_.size(); }
  size_t closed() const { return closed_; }

 private:
  void deliver(Peer& peer, std::string_view text) override;
  void start(Peer& peer);
  void onEvent(Peer& peer, uint32_t events);
  void upgrade(Peer& peer);
  void read(Peer& peer);
  size_t consume(Peer& peer, std::string_view bytes);
  size_t consumeUpgrade(Peer& peer, std::string_view bytes);
  void onFrame(Peer& peer, const Frame& frame);
  void advance(Peer& peer, Login login);
  void drop(Peer& peer, const std::string& why);

  const Address address_;
  const Dialect& dialect_;
  Listener* listener_ = nullptr;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<char> buffer_;
  std::string lastError_;
  size_t ready_ = 0;
  size_t closed_ = 0;
  int64_t now_ = 0;
  int epoll_ = -1;
  bool busy_ = false;
};

}  // namespace bench
