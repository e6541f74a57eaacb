#include "resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <mutex>
#include <thread>
#include <utility>

namespace achex::detail {

namespace {

std::vector<Address> look_up(const std::string& host, int port, int flags, std::string& error) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  std::vector<Address> found;
  if (code != 0) {
    error = "the host " + host + " was not found: " + ::gai_strerror(code);
    return found;
  }
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next)
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6)
      found.emplace_back(reinterpret_cast<const char*>(one->ai_addr), one->ai_addrlen);
  ::freeaddrinfo(list);
  if (found.empty()) error = "the host " + host + " has no address";
  return found;
}

}  // namespace

struct Lookup::State {
  std::mutex mutex;
  Post post;
  Result result;
};

std::shared_ptr<Lookup> Lookup::start(const std::string& host, int port, Post post, Result result) {
  auto lookup = std::make_shared<Lookup>();
  lookup->state_ = std::make_shared<State>();
  auto& state = lookup->state_;
  state->post = std::move(post);
  state->result = std::move(result);
  const auto finish = [](const std::shared_ptr<State>& to, std::vector<Address> found, std::string error) {
    const std::lock_guard<std::mutex> lock(to->mutex);
    if (!to->post) return;
    to->post([to, found = std::move(found), error = std::move(error)] {
      Result done;
      {
        // The thread that looked up still holds the loop until it has returned from post(), and the result may be the
        // end of that loop. Taken out first: it may start another look-up, or cancel this one.
        const std::lock_guard<std::mutex> returned(to->mutex);
        done = std::exchange(to->result, nullptr);
      }
      if (done) done(found, error);
    });
    to->post = nullptr;
  };
  std::string error;
  std::vector<Address> numeric = look_up(host, port, AI_NUMERICHOST, error);
  if (!numeric.empty()) {
    finish(state, std::move(numeric), {});
    return lookup;
  }
  std::thread([state, host, port, finish] {
    std::string problem;
    std::vector<Address> found = look_up(host, port, AI_ADDRCONFIG, problem);
    // Machines without any address but loopback have none to configure by.
    if (found.empty()) found = look_up(host, port, 0, problem);
    finish(state, std::move(found), std::move(problem));
  }).detach();
  return lookup;
}

void Lookup::cancel() {
  Post post;
  Result result;
  const std::lock_guard<std::mutex> lock(state_->mutex);
  std::swap(post, state_->post);
  std::swap(result, state_->result);
}

}  // namespace achex::detail
