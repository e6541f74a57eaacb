#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace achex::detail {

/// An address as getaddrinfo() returns it: the bytes of a sockaddr.
using Address = std::string;

/// Looks up host names without blocking. getaddrinfo() cannot be cancelled and may take half a minute, so each look-up
/// has a detached thread, and nobody waits for one whose result is not needed any more.
class Lookup {
 public:
  using Result = std::function<void(std::vector<Address>, std::string error)>;
  /// Passes a function to the thread that wants the result.
  using Post = std::function<void(std::function<void()>)>;

  /// `post` is not called after cancel().
  static std::shared_ptr<Lookup> start(const std::string& host, int port, Post post, Result result);
  void cancel();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace achex::detail
