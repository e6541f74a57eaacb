#pragma once

#include "achex/fault.hpp"
#include "achex/transport.hpp"
#include "frame_log.hpp"
#include "frames.hpp"
#include "legacy.hpp"
#include "pending_requests.hpp"

#include <memory>
#include <string>
#include <vector>

namespace achex::detail {

class Connection;

/// What a connection reports.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  /// The server began a new session.
  virtual void greeted(std::string_view hello) = 0;
  /// The session goes on.
  virtual void resumed(std::string_view resumed) = 0;
  /// The session is over, and the server begins a new one. Returns its connection, unless the client was closed.
  virtual std::shared_ptr<Connection> not_resumed(std::string_view fault) = 0;
  /// The counts of the two sides differ: the session must start over.
  virtual void out_of_step() = 0;
  /// A frame that is neither a reply nor about the connection.
  virtual void received(const Frame& frame) = 0;
};

/// One session of the server, from its greeting to its end. It outlives its sockets (PROTOCOL.md R70 to R75): it
/// matches replies to requests, counts frames, holds those that are not acknowledged, and keeps to the server's limits.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(EventLoop& loop, ConnectionOwner& owner, bool resumable, std::unique_ptr<LegacyCodec> legacy,
             std::uint64_t first_ref);
  ~Connection();

  /// Whether the server keeps the session when its connection drops.
  bool is_resumable() const { return !token_.empty(); }
  bool is_idle() const { return log_.is_idle(); }
  std::uint64_t last_ref() const { return refs_; }
  /// How long the server keeps the session after a drop.
  std::chrono::milliseconds window() const { return window_; }
  std::vector<std::string> subprotocols() const;

  /// The socket that it uses from now on; call opened() when that is open.
  void attach(std::shared_ptr<Socket> socket) { socket_ = std::move(socket); }
  void opened();
  /// The socket has ended, and the session may be resumed on another one.
  void detach();
  /// The session is over. What has no reply yet ends as dropped.
  void end();
  void request(const RequestPtr& request);
  /// Requests the server's time, ahead of everything that waits (PROTOCOL.md R16).
  void request_time();
  void received(const std::string& data, bool binary);
  /// The socket has written everything.
  void drained() { log_.flush(); }

 private:
  void handle(Frame& frame);
  void handle_text(const std::string& text);
  void greet(std::string_view hello);
  void replied(std::uint64_t ref, const Frame& frame);
  void answered(std::string_view resumable);
  void resume_answered(const Frame& frame);
  void seen(std::string_view counts);
  void count(std::size_t bytes);
  void acknowledge();
  void stop_acknowledging();
  void send_uncounted(std::string_view text);
  void set_limits(std::string_view hello);
  bool refuse(OutgoingRequest& request);
  bool encode(OutgoingRequest& request);

  EventLoop& loop_;
  ConnectionOwner& owner_;
  const bool wants_resume_;
  const std::unique_ptr<LegacyCodec> legacy_;
  FrameLog log_;
  std::shared_ptr<Socket> socket_;
  PendingRequests pending_;
  std::uint64_t refs_;
  std::size_t largest_frame_ = 0;
  bool is_greeted_ = false;
  /// Frames may be sent.
  bool is_live_ = false;
  /// The server was asked for a resumable session, and has not replied yet.
  bool is_asking_ = false;
  bool is_resuming_ = false;
  std::string token_;
  std::uint64_t generation_ = 0;
  std::chrono::milliseconds window_{120'000};
  std::uint64_t received_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::size_t unacknowledged_bytes_ = 0;
  std::shared_ptr<Timer> acknowledge_timer_;
  /// Reused, so that a frame allocates little.
  Frame frame_;
};

}  // namespace achex::detail
