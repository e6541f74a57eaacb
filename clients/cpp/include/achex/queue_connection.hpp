#pragma once

#include "achex/fault.hpp"
#include "achex/transport.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <string>

namespace achex {

namespace detail {
class QueueCore;
}

/// What happens to a message that arrives while the queue is full.
enum class WhenFull {
  /// Nothing more is read until there is room, so the sender is slowed down. A relay disconnects readers that stay slow
  /// (PROTOCOL.md L5).
  block_reading,
  /// The oldest message is dropped and counted.
  drop_oldest,
};

struct QueueOptions {
  /// Offered to the server, such as `achex.2`.
  std::string subprotocol;
  TlsOptions tls;
  /// Bounds of the queue of received messages.
  std::size_t max_messages = 100'000;
  std::size_t max_bytes = 64u * 1024 * 1024;
  WhenFull when_full = WhenFull::block_reading;
  /// Bytes that may wait to be sent; send() waits for room beyond.
  std::size_t max_send_bytes = 8u * 1024 * 1024;
  /// How long the constructor waits, from the host name to the end of the handshake.
  std::chrono::milliseconds connect_timeout{10'000};
};

/// A plain WebSocket connection: a thread of its own receives messages into a bounded queue.
///
/// It knows nothing about the protocol of Achex and does not reconnect; achex::Client does. All functions may be called
/// from any thread. The connection is closed by the destructor, which takes at most 300 ms.
class QueueConnection {
 public:
  /// Connects, and waits for it. Does not throw: after a failure, closed() is true and error() says why.
  explicit QueueConnection(const std::string& url, QueueOptions options = {});
  ~QueueConnection();
  QueueConnection(QueueConnection&&) noexcept;
  QueueConnection& operator=(QueueConnection&&) noexcept;

  /// Queues a text message. Waits for room; a negative timeout waits without limit. False if it was not queued: closed,
  /// or no room.
  bool send(std::string text, std::chrono::milliseconds timeout = std::chrono::milliseconds(-1));
  /// The same with a binary message.
  bool send_binary(std::string bytes, std::chrono::milliseconds timeout = std::chrono::milliseconds(-1));

  /// The oldest received message. Waits for one at most for the timeout, if that is negative without limit, until the
  /// connection ends.
  std::optional<std::string> wait_pop(std::chrono::milliseconds timeout);
  /// The same without waiting.
  std::optional<std::string> try_pop();
  /// Moves everything that has arrived to the end of `messages`. Waits like wait_pop(). True if there was something.
  bool take_all(std::queue<std::string>& messages, std::chrono::milliseconds timeout);

  /// Messages that wait in the queue.
  [[nodiscard]] std::size_t size() const;
  /// Messages lost because the queue was full (WhenFull::drop_oldest).
  [[nodiscard]] std::uint64_t dropped() const;
  /// Raised by the receiving thread when the connection has ended. Messages may still be in the queue.
  [[nodiscard]] bool closed() const;
  /// Why it has ended; an empty code while it has not, and after close().
  [[nodiscard]] Fault error() const;
  /// The WebSocket close code, 1006 without a closing handshake, 0 while connected.
  [[nodiscard]] int close_code() const;
  /// Sends what is queued, then closes. Waits at most for the deadline, and for its own thread to end. Idempotent.
  void close(std::chrono::milliseconds deadline = std::chrono::milliseconds(300));

 private:
  std::shared_ptr<detail::QueueCore> core_;
};

}  // namespace achex
