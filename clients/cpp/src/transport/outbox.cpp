#include "outbox.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/socket.h>
#endif

namespace achex::detail {

void Outbox::append(std::string_view data, bool binary) {
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

void Outbox::encode() {
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
}

void Outbox::end_write() {
  is_writing_ = false;
  queued_ -= std::exchange(in_write_, 0);
  if (output_.capacity() > kKeep) output_ = std::string();
}

Outbox::Now Outbox::write_now(std::string_view data, bool binary) {
#ifdef MSG_NOSIGNAL
  const auto held = lock();
  if (!is_shared_ || descriptor_ < 0 || is_writing_ || !blocks_.empty() || pong_ || close_code_) return Now::no;
  append(data, binary);
  encode();
  const auto size = ::send(descriptor_, output_.data(), output_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  // Why it failed, the loop finds out.
  rest_ = size < 0 ? 0 : static_cast<std::size_t>(size);
  is_writing_ = rest_ < output_.size();
  if (is_writing_) return Now::partly;
  end_write();
  return Now::written;
#else
  (void)data;
  (void)binary;
  return Now::no;
#endif
}

}  // namespace achex::detail
