#pragma once

#include "achex/queue_connection.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace achex::detail {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kCloseDeadline(300);
/// A thread that has not sent for this long sends the next message itself. In a row, they share the writes of the loop.
constexpr std::chrono::microseconds kCalm(10);
/// Longer messages are left to the loop: the queue is locked meanwhile.
constexpr std::size_t kLongestNow = 16u * 1024;

/// The connection, shared by the thread that receives and those that use it.
class QueueCore final : public SocketListener, public std::enable_shared_from_this<QueueCore> {
 public:
  explicit QueueCore(QueueOptions options) : options_(std::move(options)), loop_(make_event_loop()) {}

  void connect(const std::string& url) {
    SocketOptions socket;
    socket.url = url;
    socket.tls = options_.tls;
    socket.writes_now = true;
    if (!options_.subprotocol.empty()) socket.subprotocols = {options_.subprotocol};
    loop_->post([self = shared_from_this(), socket] {
      try {
        self->socket_ = self->loop_->open(socket, self);
      } catch (const Fault& fault) {
        self->ended(1006, fault);
      }
    });
    std::unique_lock<std::mutex> lock(mutex_);
    const auto settled = [this] { return is_open_ || is_closed_; };
    if (changed_.wait_for(lock, options_.connect_timeout, settled)) return;
    lock.unlock();
    loop_->post([self = shared_from_this()] {
      if (self->is_open_ || !self->socket_) return;
      self->socket_->abandon();
      self->ended(1006, Fault("timeout", "The server did not answer in time.", "Check the address.", true));
    });
    lock.lock();
    changed_.wait(lock, settled);
  }

  bool send(std::string data, bool binary, milliseconds timeout) {
    const std::size_t size = data.size();
    std::unique_lock<std::mutex> lock(mutex_);
    // A message larger than the bound is accepted alone.
    const auto has_room = [&] { return is_closed_ || unsent_ == 0 || unsent_ + size <= options_.max_send_bytes; };
    if (!wait(lock, room_, timeout, has_room) || is_closed_ || is_closing_) return false;
    const bool is_calm = unsent_ == 0 && size <= kLongestNow && steady_clock::now() - sent_at_ > kCalm;
    const bool is_sent = is_calm && is_open_ && socket_->send_now(data, binary);
    sent_at_ = steady_clock::now();
    if (is_sent) return true;
    unsent_ += size;
    outgoing_.push_back({std::move(data), binary});
    if (!std::exchange(is_posted_, true)) loop_->post([self = shared_from_this()] { self->flush(); });
    return true;
  }

  bool take(std::queue<std::string>& to, milliseconds timeout, std::size_t most) {
    std::deque<std::string> taken;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      waiting_++;
      wait(lock, changed_, timeout, [this] { return !messages_.empty() || is_closed_; });
      waiting_--;
      if (messages_.empty()) return false;
      if (messages_.size() <= most) {
        taken.swap(messages_);
        bytes_ = 0;
      } else {
        taken.push_back(std::move(messages_.front()));
        messages_.pop_front();
        bytes_ -= taken.front().size();
      }
      if (is_paused_ && !is_closing_ && messages_.size() * 2 <= options_.max_messages &&
          bytes_ * 2 <= options_.max_bytes) {
        is_paused_ = false;
        loop_->post([self = shared_from_this()] {
          if (self->socket_) self->socket_->pause(false);
        });
      }
    }
    for (auto& message : taken) to.push(std::move(message));
    return true;
  }

  void close(milliseconds deadline) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (is_closing_) return;
      is_closing_ = true;
    }
    loop_->post([self = shared_from_this(), deadline] {
      self->flush();
      if (self->socket_) self->socket_->close(1000, deadline);
    });
    std::unique_lock<std::mutex> lock(mutex_);
    // The socket keeps the deadline itself; a thread that is late must not make the caller wait for ever.
    changed_.wait_for(lock, deadline + kCloseDeadline, [this] { return is_closed_; });
    lock.unlock();
    // A socket belongs to the loop. Posted last, it runs if anything does.
    loop_->post([self = shared_from_this()] {
      const std::lock_guard<std::mutex> held(self->mutex_);
      if (self->socket_) self->socket_->abandon();
      self->socket_.reset();
    });
    loop_->shut_down(kCloseDeadline);
    lock.lock();
    is_closed_ = true;
  }

  template <class Read>
  auto locked(Read read) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return read(*this);
  }

  // What follows is called on the thread of the loop.
  void opened(const std::string&) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

  void received(std::string& data, bool) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto is_full = [&] {
      return messages_.size() >= options_.max_messages || bytes_ + data.size() > options_.max_bytes;
    };
    if (options_.when_full == WhenFull::drop_oldest) {
      while (!messages_.empty() && is_full()) {
        bytes_ -= messages_.front().size();
        messages_.pop_front();
        dropped_++;
      }
    }
    bytes_ += data.size();
    messages_.push_back(std::move(data));
    if (options_.when_full == WhenFull::block_reading &&
        (messages_.size() >= options_.max_messages || bytes_ >= options_.max_bytes)) {
      is_paused_ = true;
      socket_->pause(true);
    }
    is_unannounced_ = true;
  }

  /// Wakes those who wait once for all messages that have arrived together, and without the lock that they need.
  void settled() override {
    if (!std::exchange(is_unannounced_, false)) return;
    std::unique_lock<std::mutex> lock(mutex_);
    const bool is_awaited = waiting_ > 0;
    lock.unlock();
    if (is_awaited) changed_.notify_all();
  }

  void drained() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    unsent_ = 0;
    for (const auto& one : outgoing_) unsent_ += one.data.size();
    room_.notify_all();
  }

  void closed(int code, const std::string& reason) override {
    ended(code, Fault(code == 1006 ? "unreachable" : "dismissed",
                      "The connection has ended: " + std::to_string(code) + " " + reason,
                      code == 1006 ? "Check the address and whether the relay is running." : "", code == 1006));
  }

  QueueOptions options_;
  std::deque<std::string> messages_;
  std::uint64_t dropped_ = 0;
  bool is_closed_ = false;
  int close_code_ = 0;
  Fault error_;

 private:
  struct Outgoing {
    std::string data;
    bool binary;
  };

  template <class Condition>
  static bool wait(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, milliseconds timeout,
                   Condition condition) {
    if (condition()) return true;
    if (timeout.count() == 0) return false;
    if (timeout.count() > 0) return changed.wait_for(lock, timeout, condition);
    changed.wait(lock, condition);
    return true;
  }

  void flush() {
    std::vector<Outgoing> batch;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      batch.swap(outgoing_);
      is_posted_ = false;
    }
    if (socket_)
      for (const auto& one : batch) socket_->send(one.data, one.binary);
  }

  void ended(int code, const Fault& fault) {
    const std::lock_guard<std::mutex> lock(mutex_);
    socket_.reset();
    is_closed_ = true;
    close_code_ = code;
    if (!is_closing_) error_ = fault;
    changed_.notify_all();
    room_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable room_;
  std::vector<Outgoing> outgoing_;
  std::size_t unsent_ = 0;
  std::size_t bytes_ = 0;
  int waiting_ = 0;
  /// Messages have arrived since settled(). Belongs to the loop.
  bool is_unannounced_ = false;
  steady_clock::time_point sent_at_;
  bool is_posted_ = false;
  bool is_paused_ = false;
  bool is_open_ = false;
  bool is_closing_ = false;
  std::shared_ptr<Socket> socket_;
  std::shared_ptr<EventLoop> loop_;
};

}  // namespace achex::detail
