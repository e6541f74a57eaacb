#pragma once

#include <achex/client.hpp>
#include <achex/ws_client_connection.hpp>

#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include <doctest/doctest.h>

namespace test {

using achex::Milliseconds;
using nlohmann::json;
using namespace std::chrono_literals;

/// How long a condition may take on a busy machine.
constexpr Milliseconds kDeadline = 60s;

/// Starts relays, servers that misbehave, bad networks and clients in TypeScript; see control.ts. They end with this
/// object.
class Control {
 public:
  Control() : connection_(address(), achex::QueueOptions{}) {
    REQUIRE_MESSAGE(!connection_.closed(), connection_.error().message);
  }

  json operator()(const json& command) {
    REQUIRE(connection_.send(command.dump()));
    const auto reply = connection_.wait_pop(kDeadline);
    REQUIRE(reply.has_value());
    json result = json::parse(*reply);
    REQUIRE_MESSAGE(!result.contains("error"), result.dump());
    return result;
  }

 private:
  static std::string address() {
    const char* url = std::getenv("ACHEX_TEST_CONTROL");
    REQUIRE_MESSAGE(url != nullptr, "Run these tests with npm test -- clients/cpp, which starts what they need.");
    return url;
  }

  achex::QueueConnection connection_;
};

/// A relay in a process of its own.
class Relay {
 public:
  explicit Relay(const json& settings = json::object(), const json& services = json::array(), bool cloud = false) {
    const json ports =
        control({{"do", "relay"}, {"key", "relay"}, {"settings", settings}, {"services", services}, {"cloud", cloud}});
    port_ = ports.at("port");
    cloud_port_ = ports.at("cloud");
  }
  int port() const { return port_; }
  /// 0 unless it was asked for.
  int cloud_port() const { return cloud_port_; }
  std::string url(const std::string& path = "/test") const { return "ws://127.0.0.1:" + std::to_string(port_) + path; }
  void stop() { control({{"do", "signal"}, {"key", "relay"}}); }
  void kill() { control({{"do", "signal"}, {"key", "relay"}, {"signal", "SIGKILL"}}); }
  void start() { control({{"do", "start"}, {"key", "relay"}}); }

  /// The address through a network that can be bad.
  std::string proxied(const std::string& path = "/test", const std::string& key = "proxy") {
    const int port = control({{"do", "proxy"}, {"key", key}, {"port", port_}}).at("port");
    return "ws://127.0.0.1:" + std::to_string(port) + path;
  }
  json network(json change, const std::string& key = "proxy") {
    change["do"] = "network";
    change["key"] = key;
    return control(change);
  }

  Control control;

 private:
  int port_ = 0;
  int cloud_port_ = 0;
};

/// Without the limits of a public relay.
inline json unlimited() {
  return {{"max-frames-per-second", 0}, {"max-bytes-per-second", 0}, {"max-delivered-bytes-per-second", 0}};
}

/// The events of a client, in order.
class Events {
 public:
  std::function<void(achex::Event&)> listener() {
    return [this](achex::Event& event) {
      const std::lock_guard<std::mutex> lock(mutex_);
      events_.push_back(event);
      changed_.notify_all();
    };
  }

  /// The next event of a kind for which a condition holds; those before are forgotten.
  template <class Kind>
  Kind next(const std::function<bool(const Kind&)>& is_wanted = nullptr) {
    std::unique_lock<std::mutex> lock(mutex_);
    const auto end = std::chrono::steady_clock::now() + kDeadline;
    for (;;) {
      while (!events_.empty()) {
        const achex::Event event = std::move(events_.front());
        events_.pop_front();
        const Kind* found = std::get_if<Kind>(&event);
        if (found != nullptr && (!is_wanted || is_wanted(*found))) return *found;
      }
      REQUIRE_MESSAGE(changed_.wait_until(lock, end) == std::cv_status::no_timeout, "no event of this kind");
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<achex::Event> events_;
};

/// Entries of a folder of this process in /proc: `task` has its threads, `fd` its descriptors.
inline long count_of(const std::string& what) {
  const std::filesystem::directory_iterator folder("/proc/self/" + what);
  return std::distance(begin(folder), end(folder));
}

inline void until(const std::string& what, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + kDeadline;
  while (!holds()) {
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end, what);
    std::this_thread::sleep_for(2ms);
  }
}

inline achex::Options options(const std::string& url, const std::string& name) {
  achex::Options options;
  options.url = url;
  options.credentials.name = name;
  options.first_pause = 20ms;
  return options;
}

/// The value of a future, which must be ready in time.
template <class T>
T get(std::future<T> future) {
  REQUIRE(future.wait_for(kDeadline) == std::future_status::ready);
  return future.get();
}

/// The code of the fault of a future.
template <class T>
std::string fault_of(std::future<T> future) {
  try {
    get(std::move(future));
    return "";
  } catch (const achex::Fault& fault) {
    return fault.code;
  }
}

}  // namespace test
