#include "fleet.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "clock.hpp"

namespace bench {
namespace {

// A client that sleeps in epoll_wait is woken by the server's own send, once per message on a quiet machine, and the wake-up
// (an interrupt to the other core, costly under a hypervisor) is booked on the server: several times the price of the send.
// Real clients are behind a network card and cost the server nothing of the kind. So the load looks at its sockets
// on its own clock instead; every latency includes up to this much of it.
constexpr int64_t kPollInterval = 200;

sockaddr_in loopback(uint32_t host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
  return address;
}

void check(int result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

Fleet::Fleet(Address address, const Dialect& dialect) : address_(address), dialect_(dialect), buffer_(256 * 1024) {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  check(epoll_, "epoll_create1");
  // By default the kernel may stretch a nap by 50 us.
  prctl(PR_SET_TIMERSLACK, 1);
}

Fleet::~Fleet() {
  closeAll();
  ::close(epoll_);
}

void Fleet::open(std::vector<Role> roles, size_t inFlight, int64_t timeoutMicros) {
  const int64_t deadline = nowMicros() + timeoutMicros;
  const size_t goal = ready_ + roles.size();
  size_t opened = ready_;
  auto next = roles.begin();
  while (ready_ < goal) {
    for (; next != roles.end() && opened - ready_ < inFlight; ++next, ++opened) {
      peers_.push_back(std::make_unique<Peer>(peers_.size(), std::move(*next)));
      start(*peers_.back());
    }
    pollAfterSleep(deadline);
    if (closed_ > 0) throw std::runtime_error("a connection failed while opening: " + lastError_);
    if (nowMicros() > deadline) {
      throw std::runtime_error("only " + std::to_string(ready_) + " of " + std::to_string(goal) + " got in: " + lastError_);
    }
  }
}

void Fleet::start(Peer& peer) {
  peer.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  check(peer.fd, "socket");
  const int on = 1;
  setsockopt(peer.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(peer.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const sockaddr_in from = loopback(1 + static_cast<uint32_t>(peer.index % address_.sources), 0);
  check(bind(peer.fd, reinterpret_cast<const sockaddr*>(&from), sizeof from), "bind");
  const sockaddr_in to = loopback(0, address_.port);
  const int result = connect(peer.fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  if (result < 0 && errno != EINPROGRESS) check(result, "connect");
  epoll_event event{EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {&peer}};
  check(epoll_ctl(epoll_, EPOLL_CTL_ADD, peer.fd, &event), "epoll_ctl");
}

void Fleet::poll(int timeoutMillis) {
  std::array<epoll_event, 256> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeoutMillis);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    onEvent(*static_cast<Peer*>(event.data.ptr), event.events);
  }
  busy_ = count == static_cast<int>(events.size());
}

void Fleet::pollAfterSleep(int64_t until) {
  const int64_t micros = std::min(until - nowMicros(), kPollInterval);
  if (!busy_ && micros > 0) {
    const timespec nap{0, micros * 1'000};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, nullptr);
  }
  poll(0);
}

void Fleet::closeAll() {
  for (auto& peer : peers_) {
    if (peer->state == State::kReady) peer->send(encodeFrame(Opcode::kClose, "\x03\xe8"));
  }
  peers_.clear();
  ready_ = 0;
  closed_ = 0;
}

}  // namespace bench
