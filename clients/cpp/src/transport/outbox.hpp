#pragma once

#include "websocket_frames.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace achex::detail {

/// What waits to be written to a WebSocket: messages, the reply to a ping, and at last a close frame. Messages are
/// encoded when they are sent, into blocks that are written one after another.
///
/// If it is shared, write_now() may be called from any thread; everything else belongs to the thread of the loop.
class Outbox {
 public:
  explicit Outbox(bool is_shared) : is_shared_(is_shared) {}

  /// Bytes of messages that are not written yet.
  std::size_t queued() const {
    const auto held = lock();
    return queued_;
  }
  bool is_empty() const {
    const auto held = lock();
    return blocks_.empty();
  }
  bool is_close_sent() const {
    const auto held = lock();
    return is_close_sent_;
  }

  void send(std::string_view data, bool binary) {
    const auto held = lock();
    append(data, binary);
  }
  /// Of several that wait, only the last is sent (RFC 6455, 5.5.3).
  void pong(std::string payload) {
    const auto held = lock();
    pong_ = std::move(payload);
  }
  /// Sends a close frame after what is queued.
  void close(int code) {
    const auto held = lock();
    close_code_ = code;
  }
  /// Sends a close frame instead of what is queued.
  void close_now(int code) {
    const auto held = lock();
    blocks_.clear();
    pong_.reset();
    close_code_ = code;
  }

  /// What shares the next write, until written(); nullptr if nothing waits, or a write is in progress.
  const std::string* begin_write() {
    const auto held = lock();
    if (is_writing_) return nullptr;
    encode();
    is_writing_ = !output_.empty();
    return is_writing_ ? &output_ : nullptr;
  }
  void written() {
    const auto held = lock();
    end_write();
  }

  /// The socket for write_now(), or -1 if that has to fail.
  void set_descriptor(int descriptor) {
    const auto held = lock();
    descriptor_ = descriptor;
  }
  enum class Now : std::uint8_t { no, written, partly };
  /// Writes a message without waiting, if nothing has to be written before it. `partly`: the loop has to write rest(),
  /// and to call written().
  Now write_now(std::string_view data, bool binary);
  std::string_view rest() const { return std::string_view(output_).substr(rest_); }

 private:
  struct Block {
    std::string frames;
    /// Of the messages in it.
    std::size_t bytes = 0;
  };
  /// Bytes that share a write; a longer message has one of its own.
  static constexpr std::size_t kBlock = 64u * 1024;
  /// What remains allocated for later writes: blocks, and bytes of each.
  static constexpr std::size_t kSpare = 4;
  static constexpr std::size_t kKeep = 2 * kBlock;

  std::unique_lock<std::mutex> lock() const {
    return is_shared_ ? std::unique_lock<std::mutex>(mutex_) : std::unique_lock<std::mutex>();
  }
  void append(std::string_view data, bool binary);
  void encode();
  void end_write();

  const bool is_shared_;
  mutable std::mutex mutex_;
  WebSocketWriter writer_;
  std::deque<Block> blocks_;
  /// Allocated and empty.
  std::vector<std::string> spare_;
  std::optional<std::string> pong_;
  std::optional<int> close_code_;
  bool is_close_sent_ = false;
  bool is_writing_ = false;
  /// What is being written, and how many bytes of messages it has.
  std::string output_;
  std::size_t in_write_ = 0;
  std::size_t rest_ = 0;
  std::size_t queued_ = 0;
  int descriptor_ = -1;
};

}  // namespace achex::detail
