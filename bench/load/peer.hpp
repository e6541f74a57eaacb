#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "frame.hpp"

namespace bench {

// What one connection does once it is in. A direct peer is reached by its name, another by the channel it joined.
struct Role {
  std::string name;
  std::string channel;
  std::string target;
  bool direct = false;

  const std::string& listensTo() const { return direct ? name : channel; }
};

enum class State : uint8_t { kConnecting, kUpgrading, kLoggingIn, kReady, kClosed };

class Peer {
 public:
  Peer(size_t peerIndex, Role peerRole) : index(peerIndex), role(std::move(peerRole)) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view bytes);
  void sendText(std::string_view payload) { send(encodeFrame(Opcode::kText, payload)); }
  void sendBinary(std::string_view payload) { send(encodeFrame(Opcode::kBinary, payload)); }
  void sendStamped(int64_t stamp) {
    ++messagesSent;
    send(message.withStamp(stamp));
  }
  void flush();
  void close();

  const size_t index;
  const Role role;
  int fd = -1;
  State state = State::kConnecting;
  PreparedFrame message;
  uint64_t messagesSent = 0;
  // Frames that count in a protocol that counts them.
  uint64_t received = 0;
  // The unfinished tail of what was read: a frame here, and one level up, for NATS, a line or a message.
  std::string carry;
  std::string stream;

 private:
  std::string unsent_;
};

}  // namespace bench
