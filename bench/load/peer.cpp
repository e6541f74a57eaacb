#include "peer.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace bench {

void Peer::send(std::string_view bytes) {
  if (state == State::kClosed) return;
  if (!unsent_.empty()) {
    unsent_.append(bytes);
    return;
  }
  const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) return;
  if (sent < 0 && errno != EAGAIN) {
    close();
    return;
  }
  unsent_.append(bytes.substr(sent < 0 ? 0 : static_cast<size_t>(sent)));
}

void Peer::flush() {
  if (unsent_.empty()) return;
  std::string bytes;
  bytes.swap(unsent_);
  send(bytes);
}

void Peer::close() {
  if (fd >= 0) ::close(fd);
  fd = -1;
  state = State::kClosed;
}

}  // namespace bench
