#pragma once

#include "achex/transport.hpp"
#include "outgoing_request.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>

namespace achex::detail {

using Clock = std::chrono::steady_clock;

/// Keeps to the server's frames and bytes per second; 0 means no limit.
class SendRate {
 public:
  SendRate(double frames_per_second, double bytes_per_second);
  /// How long a frame of this size has to wait.
  std::chrono::milliseconds wait(std::size_t size);
  void spend(std::size_t size);

 private:
  struct Bucket {
    double rate;
    double most;
    double tokens;
  };
  Bucket frames_;
  Bucket bytes_;
  Clock::time_point refilled_ = Clock::now();
};

/// The frames to the server, in order: those that it has not acknowledged, then those held back by the rate limit, the
/// socket or a dropped connection. Frames have numbers from 1 (PROTOCOL.md R71).
class FrameLog {
 public:
  explicit FrameLog(EventLoop& loop);
  ~FrameLog();
  FrameLog(const FrameLog&) = delete;
  FrameLog& operator=(const FrameLog&) = delete;

  std::size_t frames() const { return frames_.size(); }
  std::size_t bytes() const { return bytes_; }
  /// Whether the next frame is written at once.
  bool is_idle() const { return socket_ && next_ == frames_.size(); }
  /// Number of the last frame written to the current socket.
  std::uint64_t written() const { return released_ + next_; }

  void limit(double frames_per_second, double bytes_per_second);
  /// Counts a frame that does not wait for its turn.
  void spend(std::size_t size) { rate_.spend(size); }
  void add(const RequestPtr& frame);
  /// Removes the frame with this key if it has not been sent; nullptr if there is none.
  RequestPtr take(const std::string& key);
  /// Holds frames from now on until they are acknowledged.
  void keep() { keeps_ = true; }
  /// Frames are no longer acknowledged.
  void forget();
  void attach(std::shared_ptr<Socket> socket);
  /// Holds everything back, including what is not acknowledged: it must be written again.
  void detach();
  /// Writes what waits. Called when the socket has written everything.
  void flush();
  /// The server has received frames up to this number. False if that is impossible.
  bool acknowledge(std::uint64_t received);
  /// The same after a resume: the server has received no other frame.
  bool resume(std::uint64_t received);
  /// References of the frames that the server cannot have received.
  std::unordered_set<std::uint64_t> unsent() const;
  void end();

 private:
  void release(std::size_t count);

  EventLoop& loop_;
  std::deque<RequestPtr> frames_;
  std::size_t bytes_ = 0;
  /// Number of the last frame that is no longer held.
  std::uint64_t released_ = 0;
  /// Index of the next frame to write.
  std::size_t next_ = 0;
  /// Number of the last frame that the server may have received.
  std::uint64_t furthest_ = 0;
  bool keeps_ = false;
  SendRate rate_{0, 0};
  double frame_limit_ = 0;
  double byte_limit_ = 0;
  std::shared_ptr<Socket> socket_;
  std::shared_ptr<Timer> timer_;
};

}  // namespace achex::detail
