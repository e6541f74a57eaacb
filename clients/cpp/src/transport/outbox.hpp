#pragma once

#include "websocket_frames.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace achex::detail {

/// What waits to be written to a WebSocket: messages, the reply to a ping, and at last a close frame.
class Outbox {
 public:
  /// Bytes of messages that are not written yet.
  std::size_t queued() const { return queued_; }
  bool is_empty() const { return queue_.empty(); }
  bool is_close_sent() const { return is_close_sent_; }

  void send(std::shared_ptr<const std::string> data, bool binary) {
    queued_ += data->size();
    queue_.push_back({std::move(data), binary});
  }
  /// Of several that wait, only the last is sent (RFC 6455, 5.5.3).
  void pong(std::string payload) { pong_ = std::move(payload); }
  /// Sends a close frame after what is queued.
  void close(int code) { close_code_ = code; }
  /// Sends a close frame instead of what is queued.
  void close_now(int code) {
    queue_.clear();
    pong_.reset();
    close_code_ = code;
  }

  /// Encodes what waits, as much as shares a write; empty if nothing waits. It stays valid until written().
  const std::string& next_write() {
    output_.clear();
    if (pong_) writer_.append(output_, Opcode::pong, *pong_);
    pong_.reset();
    while (!queue_.empty() && (output_.empty() || output_.size() + queue_.front().data->size() <= kWrite)) {
      const Outgoing& next = queue_.front();
      writer_.append(output_, next.binary ? Opcode::binary : Opcode::text, *next.data);
      in_write_ += next.data->size();
      queue_.pop_front();
    }
    if (queue_.empty() && close_code_ && !is_close_sent_) {
      is_close_sent_ = true;
      writer_.append_close(output_, *close_code_);
    }
    return output_;
  }
  void written() {
    queued_ -= std::exchange(in_write_, 0);
    if (output_.capacity() > kKeep) output_ = std::string();
  }

 private:
  struct Outgoing {
    std::shared_ptr<const std::string> data;
    bool binary;
  };
  /// Bytes that share a write; a longer message has one of its own.
  static constexpr std::size_t kWrite = 64u * 1024;
  /// What remains allocated for the next write.
  static constexpr std::size_t kKeep = 1024u * 1024;

  WebSocketWriter writer_;
  std::deque<Outgoing> queue_;
  std::optional<std::string> pong_;
  std::optional<int> close_code_;
  bool is_close_sent_ = false;
  /// What is being written, and how many bytes of messages it has.
  std::string output_;
  std::size_t in_write_ = 0;
  std::size_t queued_ = 0;
};

}  // namespace achex::detail
