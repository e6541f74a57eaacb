// What arrives on a connection: the other half of the fleet.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "clock.hpp"
#include "fleet.hpp"

namespace bench {
void Fleet::onEvent(Peer& peer, uint32_t events) {
  if (peer.state == State::kConnecting && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) upgrade(peer);
  if ((events & EPOLLIN) != 0 && peer.state != State::kClosed) read(peer);
  if ((events & EPOLLOUT) != 0 && peer.state != State::kClosed) peer.flush();
  if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0 && peer.state != State::kClosed) drop(peer, "closed by the server");
}

void Fleet::upgrade(Peer& peer) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(peer.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    drop(peer, std::strerror(error));
    return;
  }
  peer.state = State::kUpgrading;
  const std::string_view asked = dialect_.subprotocol();
  const std::string subprotocol = asked.empty() ? "" : "Sec-WebSocket-Protocol: " + std::string(asked) + "\r\n";
  peer.send("GET " + dialect_.requestTarget(peer.role) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(address_.port) +
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: YSBiZW5jaCBvZiBvYWsuLg==\r\n"
            "Sec-WebSocket-Version: 13\r\n" + subprotocol + "\r\n");
}

void Fleet::read(Peer& peer) {
  while (peer.state != State::kClosed) {
    const size_t held = peer.carry.size();
    if (held == buffer_.size()) {
      drop(peer, "a frame larger than the read buffer");
      return;
    }
    if (held > 0) std::memcpy(buffer_.data(), peer.carry.data(), held);
    const size_t room = buffer_.size() - held;
    const ssize_t got = recv(peer.fd, buffer_.data() + held, room, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      drop(peer, got == 0 ? "closed by the server" : std::strerror(errno));
      return;
    }
    now_ = nowMicros();
    const std::string_view bytes(buffer_.data(), held + static_cast<size_t>(got));
    const std::string_view rest = bytes.substr(consume(peer, bytes));
    if (held > 0 || !rest.empty()) peer.carry.assign(rest);
    // A read that did not fill the buffer has emptied the socket; the next arrival raises a new edge.
    if (static_cast<size_t>(got) < room) return;
  }
}

size_t Fleet::consume(Peer& peer, std::string_view bytes) {
  size_t used = 0;
  if (peer.state == State::kUpgrading) {
    used = consumeUpgrade(peer, bytes);
    if (used == 0) return 0;
  }
  Frame frame;
  while (peer.state != State::kClosed) {
    const size_t size = decodeFrame(bytes.substr(used), frame);
    if (size == 0) break;
    used += size;
    onFrame(peer, frame);
  }
  return used;
}

size_t Fleet::consumeUpgrade(Peer& peer, std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  if (bytes.substr(0, 12) != "HTTP/1.1 101") {
    drop(peer, "upgrade refused: " + std::string(bytes.substr(0, bytes.find("\r\n"))));
    return bytes.size();
  }
  peer.state = State::kLoggingIn;
  advance(peer, dialect_.opened(peer));
  return end + 4;
}

void Fleet::onFrame(Peer& peer, const Frame& frame) {
  if (frame.opcode == Opcode::kPing) {
    peer.send(encodeFrame(Opcode::kPong, frame.payload));
  } else if (frame.opcode == Opcode::kClose) {
    drop(peer, "close frame: " + std::string(frame.payload.substr(std::min<size_t>(2, frame.payload.size()))));
  } else if (peer.state == State::kReady) {
    dialect_.received(peer, frame.payload, *this);
  } else if (peer.state == State::kLoggingIn) {
    advance(peer, dialect_.greeted(peer, frame.payload));
  }
}

void Fleet::advance(Peer& peer, Login login) {
  if (login == Login::kRefused) drop(peer, "login refused");
  if (login != Login::kDone || peer.state != State::kLoggingIn) return;
  peer.state = State::kReady;
  if (!peer.role.target.empty()) peer.message = dialect_.message(peer.role);
  ++ready_;
}

void Fleet::deliver(Peer& peer, std::string_view text) {
  if (listener_ == nullptr) return;
  const int64_t stamp = readStamp(text);
  if (stamp >= 0) listener_->onMessage(peer, stamp, now_);
}

void Fleet::drop(Peer& peer, const std::string& why) {
  peer.close();
  ++closed_;
  lastError_ = why;
}

}  // namespace bench
