#pragma once

#include "websocket_frames.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace achex::detail {

/// What waits to be written to a WebSocket: messages, the reply to a ping, and at last a close frame. Messages are
/// encoded when they are sent, into blocks that are written one after another.
class Outbox {
 public:
  /// Bytes of messages that are not written yet.
  std::size_t queued() const { return queued_; }
  bool is_empty() const { return blocks_.empty(); }
  bool is_close_sent() const { return is_close_sent_; }

  void send(std::string_view data, bool binary) {
    if (blocks_.empty() || blocks_.back().frames.size() + data.size() > kBlock) {
      blocks_.emplace_back();
      if (!spare_.empty()) {
        blocks_.back().frames = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    Block& block = blocks_.back();
    writer_.append(block.frames, binary ? Opcode::binary : Opcode::text, data);
    block.bytes += data.size();
    queued_ += data.size();
  }
  /// Of several that wait, only the last is sent (RFC 6455, 5.5.3).
  void pong(std::string payload) { pong_ = std::move(payload); }
  /// Sends a close frame after what is queued.
  void close(int code) { close_code_ = code; }
  /// Sends a close frame instead of what is queued.
  void close_now(int code) {
    blocks_.clear();
    pong_.reset();
    close_code_ = code;
  }

  /// What shares the next write; empty if nothing waits. It stays valid until written().
  const std::string& next_write() {
    output_.clear();
    if (!blocks_.empty()) {
      // Its memory serves another block.
      if (output_.capacity() > 0 && spare_.size() < kSpare) spare_.push_back(std::move(output_));
      output_ = std::move(blocks_.front().frames);
      in_write_ = blocks_.front().bytes;
      blocks_.pop_front();
    }
    if (pong_) {
      std::string pong;
      writer_.append(pong, Opcode::pong, *pong_);
      output_.insert(0, pong);
    }
    pong_.reset();
    if (blocks_.empty() && close_code_ && !is_close_sent_) {
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

  WebSocketWriter writer_;
  std::deque<Block> blocks_;
  /// Allocated and empty.
  std::vector<std::string> spare_;
  std::optional<std::string> pong_;
  std::optional<int> close_code_;
  bool is_close_sent_ = false;
  /// What is being written, and how many bytes of messages it has.
  std::string output_;
  std::size_t in_write_ = 0;
  std::size_t queued_ = 0;
};

}  // namespace achex::detail
