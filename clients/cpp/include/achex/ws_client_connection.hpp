#pragma once

#include "achex/queue_connection.hpp"

#include <chrono>
#include <queue>
#include <string>

namespace achex {

/// Selects the constructor that throws.
struct ThrowOnError {};
inline constexpr ThrowOnError throw_on_error{};

/// A WebSocket connection that is polled: the interface for programs with a loop of their own. All functions may be
/// called from any thread. None but the second constructor throws, and the destructor closes.
///
///     WS_Client_Connection myconnection(4010, "localhost");
///     myconnection.ws_send(R"({"setID":"Ann","passwd":""})");
///     std::queue<std::string> messages;
///     while (myconnection.is_open() && myconnection.ws_incomming_data(1000, messages)) { … }
class WS_Client_Connection {
 public:
  /// Connects to ws://host:port/path and waits for it, at most 10 s. Does not throw: a failure leaves a closed object
  /// with an error. `host` may also be a whole address, such as `wss://relay.example/hall`; then a port of 0 means the
  /// one in it, or the default.
  WS_Client_Connection(int port, const std::string& host, const std::string& path = "/", QueueOptions options = {});
  /// The same, but throws an achex::Fault after a failure.
  WS_Client_Connection(ThrowOnError, int port, const std::string& host, const std::string& path = "/",
                       QueueOptions options = {});

  /// Sends a text message. Waits while 8 MiB are unsent (`max_send_bytes`). False if the connection has ended.
  bool ws_send(const std::string& message) { return connection_.send(message); }
  /// Moves all messages that have arrived to the end of `messages`; true if there is any. Waits for the first one at
  /// most `poll_timeout` ms; 0 only looks, a negative value waits until something arrives or the connection ends.
  bool ws_incomming_data(int poll_timeout, std::queue<std::string>& messages) {
    return connection_.take_all(messages, std::chrono::milliseconds(poll_timeout));
  }
  bool ws_incomming_data(int poll_timeout, std::queue<std::string>* messages) {
    return messages != nullptr && ws_incomming_data(poll_timeout, *messages);
  }
  /// Sends what waits, then closes; takes at most 300 ms.
  void close() { connection_.close(); }

  [[nodiscard]] bool is_open() const { return !connection_.closed(); }
  /// The last error as text, or an empty string.
  [[nodiscard]] std::string last_error() const { return connection_.error().message; }
  /// The same with a code, which is empty if there is no error.
  [[nodiscard]] Fault error() const { return connection_.error(); }
  /// The WebSocket close code, 1006 without a closing handshake, 0 while connected.
  [[nodiscard]] int close_code() const { return connection_.close_code(); }

 private:
  QueueConnection connection_;
};

}  // namespace achex

using achex::WS_Client_Connection;
