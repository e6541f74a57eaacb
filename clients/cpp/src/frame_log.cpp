#include "frame_log.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace achex::detail {

namespace {

/// Share of the server's limits that is used. The rest allows for frames that arrive closer together than they were
/// sent.
constexpr double kShare = 0.95;
/// Size of a burst, in seconds of the limit. The server allows two.
constexpr double kBurst = 1.5;
/// Bytes that the socket may hold: enough to keep it busy. What waits here can still be replaced, and is held only
/// once.
constexpr std::size_t kSocketQueue = 256u * 1024;

}  // namespace

SendRate::SendRate(double frames_per_second, double bytes_per_second)
    : frames_{frames_per_second * kShare, frames_per_second * kBurst, frames_per_second * kBurst},
      bytes_{bytes_per_second * kShare, bytes_per_second * kBurst, bytes_per_second * kBurst} {}

std::chrono::milliseconds SendRate::wait(std::size_t size) {
  if (frames_.rate <= 0 && bytes_.rate <= 0) return std::chrono::milliseconds(0);
  const auto now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - refilled_).count();
  refilled_ = now;
  double wait = 0;
  const auto refill = [&](Bucket& bucket, double cost) {
    bucket.tokens = std::min(bucket.most, bucket.tokens + seconds * bucket.rate);
    // A frame larger than a burst is sent when the bucket is full; otherwise it would wait for ever.
    const double missing = std::min(cost, bucket.most) - bucket.tokens;
    if (bucket.rate > 0 && missing > 0) wait = std::max(wait, missing / bucket.rate * 1000);
  };
  refill(frames_, 1);
  refill(bytes_, static_cast<double>(size));
  return std::chrono::milliseconds(static_cast<long>(std::ceil(wait)));
}

void SendRate::spend(std::size_t size) {
  frames_.tokens -= 1;
  bytes_.tokens -= static_cast<double>(size);
}

FrameLog::FrameLog(EventLoop& loop) : loop_(loop) {}

FrameLog::~FrameLog() {
  if (timer_) timer_->cancel();
}

void FrameLog::limit(double frames_per_second, double bytes_per_second) {
  // Limits that stay the same keep what is spent of them.
  if (frames_per_second == frame_limit_ && bytes_per_second == byte_limit_) return;
  frame_limit_ = frames_per_second;
  byte_limit_ = bytes_per_second;
  rate_ = SendRate(frames_per_second, bytes_per_second);
}

void FrameLog::add(const RequestPtr& frame) {
  bytes_ += frame->data_.size();
  frames_.push_back(frame);
  flush();
}

void FrameLog::forget() {
  keeps_ = false;
  release(next_);
}

void FrameLog::attach(std::shared_ptr<Socket> socket) {
  socket_ = std::move(socket);
  flush();
}

void FrameLog::detach() {
  socket_.reset();
  next_ = 0;
  if (timer_) timer_->cancel();
  timer_.reset();
}

void FrameLog::flush() {
  if (timer_) return;
  while (socket_ && next_ < frames_.size() && socket_->queued() < kSocketQueue) {
    const std::size_t size = frames_[next_]->data_.size();
    const auto wait = rate_.wait(size);
    if (wait.count() > 0) {
      timer_ = loop_.after(wait, [this] {
        timer_.reset();
        flush();
      });
      return;
    }
    rate_.spend(size);
    // Held: it may be released here, and what it calls may end this session.
    const RequestPtr frame = frames_[next_++];
    const bool is_first = written() > furthest_;
    furthest_ = std::max(furthest_, written());
    if (!keeps_) release(1);
    socket_->send(frame->data_, frame->is_binary_);
    if (is_first && !frame->wants_reply && !std::exchange(frame->is_sent_called_, true)) frame->sent(false);
  }
}

bool FrameLog::acknowledge(std::uint64_t received) {
  if (received < released_ || received > furthest_) return false;
  release(static_cast<std::size_t>(received - released_));
  return true;
}

bool FrameLog::resume(std::uint64_t received) {
  const bool possible = acknowledge(received);
  furthest_ = released_;
  return possible;
}

std::unordered_set<std::uint64_t> FrameLog::unsent() const {
  std::unordered_set<std::uint64_t> refs;
  for (auto at = static_cast<std::size_t>(furthest_ - released_); at < frames_.size(); at++)
    refs.insert(frames_[at]->ref_);
  return refs;
}

void FrameLog::end() {
  detach();
  const std::deque<RequestPtr> frames = std::exchange(frames_, {});
  bytes_ = 0;
  for (auto at = static_cast<std::size_t>(furthest_ - released_); at < frames.size(); at++)
    if (!frames[at]->wants_reply && !std::exchange(frames[at]->is_sent_called_, true)) frames[at]->sent(true);
}

void FrameLog::release(std::size_t count) {
  count = std::min(count, frames_.size());
  for (std::size_t i = 0; i < count; i++) {
    bytes_ -= frames_.front()->data_.size();
    frames_.pop_front();
  }
  released_ += count;
  next_ -= std::min(next_, count);
}

RequestPtr FrameLog::take(const std::string& key) {
  for (auto at = static_cast<std::size_t>(furthest_ - released_); at < frames_.size(); at++) {
    if (frames_[at]->key != key) continue;
    RequestPtr frame = std::move(frames_[at]);
    bytes_ -= frame->data_.size();
    frames_.erase(frames_.begin() + static_cast<std::ptrdiff_t>(at));
    return frame;
  }
  return nullptr;
}

}  // namespace achex::detail
