// What a bare send over loopback costs on this machine: the floor under every figure of the servers, and the way to compare
// figures of two machines.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "clock.hpp"
#include "run.hpp"

namespace bench {
namespace {

constexpr size_t kSockets = 1'000;
constexpr int kRounds = 200;
constexpr size_t kMessage = 130;

using Link = std::pair<int, int>;

std::vector<Link> connectLinks() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  std::vector<Link> links;
  if (bind(listener, generic, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, generic, &size) == 0) {
    while (links.size() < kSockets) {
      const int client = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(client, generic, size) != 0) break;
      links.emplace_back(accept(listener, nullptr, nullptr), client);
      const int on = 1;
      setsockopt(links.back().first, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
  }
  ::close(listener);
  return links;
}

}  // namespace

double bareSendMicros() {
  const std::vector<Link> links = connectLinks();
  std::array<char, 4'096> bytes{};
  int64_t spent = 0;
  for (int round = 0; round < kRounds; ++round) {
    const int64_t start = nowMicros();
    for (const Link& link : links) ::send(link.first, bytes.data(), kMessage, MSG_NOSIGNAL);
    spent += nowMicros() - start;
    for (const Link& link : links) recv(link.second, bytes.data(), bytes.size(), 0);
  }
  for (const Link& link : links) {
    ::close(link.first);
    ::close(link.second);
  }
  return links.empty() ? 0 : static_cast<double>(spent) / kRounds / static_cast<double>(links.size());
}

}  // namespace bench
