#include "floor.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bench {
namespace {

constexpr std::string_view kUpgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: 7RNwvhkfcAUGFvPRTe+D2pNfozc=\r\n\r\n";
constexpr int kBacklog = 4'096;
constexpr size_t kReadBuffer = 512 * 1024;

struct Connection {
  int fd = -1;
  uint64_t id = 0;
  bool upgraded = false;
  bool dirty = false;
  std::string name;
  std::string channel;
  std::string stamp;
  std::string carry;
  std::string outgoing;
};

using Members = std::unordered_map<std::string, std::vector<Connection*>>;

void appendHeader(std::string& out, size_t length) {
  out.push_back('\x81');
  if (length < 126) {
    out.push_back(static_cast<char>(length));
    return;
  }
  out.push_back(126);
  out.push_back(static_cast<char>(length >> 8));
  out.push_back(static_cast<char>(length & 0xff));
}

void unmask(char* payload, size_t length, const char* key) {
  uint32_t word = 0;
  std::memcpy(&word, key, sizeof word);
  const uint64_t wide = uint64_t{word} << 32 | word;
  size_t i = 0;
  for (; i + sizeof wide <= length; i += sizeof wide) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, payload + i, sizeof bytes);
    bytes ^= wide;
    std::memcpy(payload + i, &bytes, sizeof bytes);
  }
  for (; i < length; ++i) payload[i] = static_cast<char>(payload[i] ^ key[i & 3]);
}

// {"key":"value",...}: the value.
std::string_view firstValue(std::string_view text) {
  size_t from = 0;
  for (int quotes = 0; quotes < 3; ++quotes) from = text.find('"', from) + 1;
  return text.substr(from, text.find('"', from) - from);
}

// {...,"key":"value"}: the value.
std::string_view lastValue(std::string_view text) {
  const size_t end = text.rfind('"');
  const size_t from = text.rfind('"', end - 1) + 1;
  return text.substr(from, end - from);
}

class Floor {
 public:
  explicit Floor(uint16_t port);
  [[noreturn]] void run();

 private:
  void acceptAll();
  void read(Connection& connection);
  size_t consume(Connection& connection, char* bytes, size_t size);
  void receive(Connection& connection, std::string_view text);
  void forward(const Members& all, const Connection& sender, std::string_view text);
  void enqueue(Connection& connection, std::string_view bytes);
  void reply(Connection& connection, std::string_view text);
  void flush(Connection& connection);
  void close(Connection& connection);

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  uint64_t lastId_ = 0;
  Members names_;
  Members channels_;
  std::vector<Connection*> dirty_;
  std::vector<Connection*> closed_;
  std::vector<char> buffer_ = std::vector<char>(kReadBuffer);
  std::string key_;
  std::string frame_;
};

Floor::Floor(uint16_t port) {
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  epoll_event event{EPOLLIN, {nullptr}};
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(listener_, kBacklog) != 0 ||
      epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0) {
    throw std::runtime_error(std::string("floor: ") + std::strerror(errno));
  }
}

void Floor::run() {
  std::array<epoll_event, 1'024> events;
  for (;;) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      auto* connection = static_cast<Connection*>(event.data.ptr);
      if (connection == nullptr) {
        acceptAll();
        continue;
      }
      if ((event.events & EPOLLIN) != 0) read(*connection);
      if ((event.events & EPOLLOUT) != 0) flush(*connection);
      if ((event.events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) close(*connection);
    }
    for (Connection* connection : dirty_) {
      connection->dirty = false;
      flush(*connection);
    }
    dirty_.clear();
    for (const Connection* connection : closed_) delete connection;
    closed_.clear();
  }
}

void Floor::acceptAll() {
  for (int fd = 0; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto* connection = new Connection;
    connection->fd = fd;
    connection->id = ++lastId_;
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {connection}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
}

void Floor::read(Connection& connection) {
  while (connection.fd >= 0) {
    const size_t held = connection.carry.size();
    if (held > 0) std::memcpy(buffer_.data(), connection.carry.data(), held);
    const size_t room = buffer_.size() - held;
    const ssize_t got = recv(connection.fd, buffer_.data() + held, room, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return close(connection);
    const size_t size = held + static_cast<size_t>(got);
    const size_t used = consume(connection, buffer_.data(), size);
    if (held > 0 || used < size) connection.carry.assign(buffer_.data() + used, size - used);
    // A read that did not fill the buffer has emptied the socket; the next arrival raises a new edge.
    if (static_cast<size_t>(got) < room) return;
  }
}

size_t Floor::consume(Connection& connection, char* bytes, size_t size) {
  size_t used = 0;
  if (!connection.upgraded) {
    const size_t end = std::string_view(bytes, size).find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    used = end + 4;
    connection.upgraded = true;
    enqueue(connection, kUpgraded);
    reply(connection, "{\"SID\":" + std::to_string(connection.id) + "}");
  }
  while (size - used >= 6) {
    char* frame = bytes + used;
    size_t length = static_cast<uint8_t>(frame[1]) & 0x7f;
    size_t header = 6;
    if (length == 126) {
      if (size - used < 8) break;
      length = static_cast<size_t>(static_cast<uint8_t>(frame[2])) << 8 | static_cast<uint8_t>(frame[3]);
      header = 8;
    }
    if (size - used - header < length) break;
    used += header + length;
    if ((frame[0] & 0x0f) != 1) continue;
    unmask(frame + header, length, frame + header - 4);
    receive(connection, {frame + header, length});
  }
  return used;
}

void Floor::receive(Connection& connection, std::string_view text) {
  if (text.substr(0, 5) == "{\"to\"") return forward(names_, connection, text);
  if (text.substr(0, 5) == "{\"bc\"") return forward(channels_, connection, text);
  if (text.substr(0, 8) == "{\"setID\"") {
    connection.name = firstValue(text);
    connection.stamp = ",\"sID\":" + std::to_string(connection.id) + ",\"FROM\":\"" + connection.name + "\"}";
    names_[connection.name].push_back(&connection);
    reply(connection, "{\"auth\":\"ok\"}");
  } else if (text.substr(0, 6) == "{\"cmd\"") {
    connection.channel = lastValue(text);
    channels_[connection.channel].push_back(&connection);
  }
}

void Floor::forward(const Members& all, const Connection& sender, std::string_view text) {
  key_.assign(firstValue(text));
  const auto found = all.find(key_);
  if (found == all.end()) return;
  frame_.clear();
  appendHeader(frame_, text.size() - 1 + sender.stamp.size());
  frame_.append(text.substr(0, text.size() - 1)).append(sender.stamp);
  for (Connection* receiver : found->second) enqueue(*receiver, frame_);
}

void Floor::enqueue(Connection& connection, std::string_view bytes) {
  connection.outgoing.append(bytes);
  if (connection.dirty) return;
  connection.dirty = true;
  dirty_.push_back(&connection);
}

void Floor::reply(Connection& connection, std::string_view text) {
  frame_.clear();
  appendHeader(frame_, text.size());
  enqueue(connection, frame_.append(text));
}

void Floor::flush(Connection& connection) {
  if (connection.fd < 0 || connection.outgoing.empty()) return;
  const ssize_t sent = send(connection.fd, connection.outgoing.data(), connection.outgoing.size(), MSG_NOSIGNAL);
  if (sent > 0) connection.outgoing.erase(0, static_cast<size_t>(sent));
}

void Floor::close(Connection& connection) {
  if (connection.fd < 0) return;
  ::close(connection.fd);
  connection.fd = -1;
  const auto leave = [&](Members& all, const std::string& key) {
    const auto found = all.find(key);
    if (found == all.end()) return;
    auto& members = found->second;
    members.erase(std::remove(members.begin(), members.end(), &connection), members.end());
    if (members.empty()) all.erase(found);
  };
  leave(names_, connection.name);
  leave(channels_, connection.channel);
  closed_.push_back(&connection);
}

}  // namespace

void serveFloor(uint16_t port) { Floor(port).run(); }

}  // namespace bench
