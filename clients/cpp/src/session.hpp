#pragma once

#include "achex/events.hpp"
#include "connection.hpp"

#include <random>

namespace achex::detail {

/// What a session reports to its client.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  virtual void emit(Event event) = 0;
  virtual void frame_received(const Frame& frame) = 0;
  /// Everything that has arrived was passed on.
  virtual void settled() = 0;
  /// Logged in on a new session of the server.
  virtual void ready() = 0;
  /// The session of the server has ended, and with it everything it held. Counts what happens to sends.
  virtual void dropped(Lost& counts) = 0;
  /// Nothing more is sent. `final`: closed by the program, which then wants nothing more either.
  virtual void closed(const Fault& fault, bool final) = 0;
  /// The identity of the session has changed, or its state.
  virtual void identity_changed() = 0;
};

/// Keeps a connection open and logged in, reconnecting until it is closed.
class Session final : public ConnectionOwner, public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<EventLoop> loop, Options options, SessionOwner& owner);
  ~Session() override;

  void start();
  /// `final`: closed by the program; otherwise login() or start() restores it.
  void stop(const Fault& fault, bool final);
  /// Replaces the credentials: on this session, or for the next login.
  void login(Credentials credentials, std::function<void(const Fault*)> done);
  /// Set from a login until the server's session has ended, also while its connection has dropped.
  const std::shared_ptr<Connection>& connection() const { return connection_; }
  /// A frame that only makes sense in the current session of the server; fails as dropped if there is none.
  void control(const std::string& body, ReplyHandler reply = nullptr, std::optional<std::string> bytes = std::nullopt);
  /// Drops the connection, as a network would. For tests, and for programs that know that the network has changed.
  void drop();

  State state = State::idle;
  /// Why it is closed; an empty code while it is not.
  Fault reason;
  /// Why the last attempt to connect failed; an empty code once one has succeeded.
  Fault cause;
  std::uint32_t sid = 0;
  std::string name;
  std::string hello;
  std::uint64_t frame_limit = 0;
  std::uint64_t bytes_per_second = 0;
  const std::shared_ptr<EventLoop> loop;
  const Options options;

 private:
  class Attempt;

  // ConnectionOwner
  void greeted(std::string_view hello) override;
  void resumed(std::string_view resumed) override;
  std::shared_ptr<Connection> not_resumed(std::string_view fault) override;
  void out_of_step() override;
  void received(const Frame& frame) override { owner_.frame_received(frame); }

  void open();
  std::shared_ptr<Connection> make_connection();
  void log_in(const std::shared_ptr<Connection>& connection);
  void become_ready();
  void up();
  void lost(std::optional<std::uint64_t> missing);
  void socket_ended(int code, const std::string& detail);
  void failed(const Fault& fault);
  Milliseconds wait();
  void set_state(State next);
  void identify(std::string_view hello);
  void hang_up(int code);
  void release_socket(int code);
  void start_heartbeat();
  void tick(Milliseconds after);
  void stop_timers();

  SessionOwner& owner_;
  Credentials credentials_;
  /// The one that is logged in.
  std::shared_ptr<Connection> connection_;
  /// The one of the current attempt or socket.
  std::shared_ptr<Connection> current_;
  std::shared_ptr<Socket> socket_;
  std::shared_ptr<Attempt> attempt_;
  std::shared_ptr<Timer> retry_timer_;
  std::shared_ptr<Timer> deadline_timer_;
  std::shared_ptr<Timer> heartbeat_timer_;
  std::shared_ptr<Timer> dead_timer_;
  Clock::time_point heard_;
  Clock::time_point ready_since_;
  Clock::time_point dropped_at_;
  int drop_code_ = 1006;
  std::string drop_reason_;
  /// Pauses so far; below 0 they stay short.
  int pauses_ = 0;
  int failures_ = 0;
  std::uint64_t refs_ = 0;
  Milliseconds heartbeat_{15'000};
  std::mt19937_64 random_{std::random_device{}()};
};

/// The frame that logs in.
std::string login_frame(const Credentials& credentials);

enum class Duty { retry, resume, stop };

/// What a client does after a close (PROTOCOL.md R9, X1 to X7).
Duty duty_of(int close_code);

}  // namespace achex::detail
