// Session: what happens when a connection has ended, and how a dead one is noticed.
#include "session.hpp"

#include <algorithm>
#include <utility>

namespace achex::detail {

namespace {

/// A connection that lasted at least this long does not count as a failed attempt.
constexpr std::chrono::seconds kSteady(5);
/// How much later than the client the server may notice a drop: until then it may hold the session.
constexpr std::chrono::seconds kNoticed(60);
/// After a restart of the server, so many pauses stay short: it is soon back, and holds the session.
constexpr int kQuick = 24;
constexpr std::chrono::seconds kLongestTick(5);
/// The server restarts and keeps the session (PROTOCOL.md R82).
constexpr int kRestarting = 4004;

}  // namespace

Duty duty_of(int close_code) {
  if (close_code == kRestarting) return Duty::resume;
  const bool stops =
      close_code == 1002 || close_code == 1003 || (close_code >= 1007 && close_code <= 1009) || close_code >= 4500;
  return stops ? Duty::stop : Duty::retry;
}

std::shared_ptr<Connection> Session::not_resumed(std::string_view fault) {
  const auto old = current_;
  refs_ = std::max(refs_, old->last_ref());
  current_ = make_connection();
  current_->attach(socket_);
  JsonMembers members;
  read_object(fault, members);
  lost(number_of(value_of(members, "missing")));
  return reason.code.empty() ? current_ : nullptr;
}

void Session::out_of_step() {
  drop_code_ = 4006;
  drop_reason_ = "the counts of frames differ";
  const auto connection = connection_;
  stop_timers();
  release_socket(4006);
  if (connection) connection->detach();
  current_.reset();
  lost(std::nullopt);
  if (reason.code.empty()) wait();
}

void Session::lost(std::optional<std::uint64_t> missing) {
  const auto connection = std::exchange(connection_, nullptr);
  if (!connection) return;
  refs_ = std::max(refs_, connection->last_ref());
  Lost counts;
  counts.code = drop_code_;
  counts.reason = drop_reason_;
  counts.missing = missing;
  connection->end();
  owner_.dropped(counts);
  owner_.emit(counts);
}

void Session::socket_ended(int code, const std::string& detail) {
  const bool was_ready = state == State::ready;
  const auto now = Clock::now();
  stop_timers();
  socket_.reset();
  if (was_ready) {
    if (now - ready_since_ > kSteady) pauses_ = 0;
    drop_code_ = code;
    drop_reason_ = detail;
    dropped_at_ = now;
  }
  const Duty duty = was_ready || code >= 4500 ? duty_of(code) : Duty::retry;
  // The server ends a session that it closes for a reason of its own (PROTOCOL.md R75).
  const bool resumes = was_ready ? duty == Duty::resume || (code < 4000 && duty != Duty::stop)
                                 : connection_ && now - dropped_at_ <= connection_->window() + kNoticed;
  const auto current = std::exchange(current_, nullptr);
  if (connection_ && connection_->is_resumable() && resumes) {
    connection_->detach();
  } else {
    if (connection_) lost(std::nullopt);
    else if (current) current->end();
  }
  if (!reason.code.empty()) return;
  const std::string what = std::to_string(code) + (detail.empty() ? "" : " " + detail);
  if (duty == Duty::stop) {
    stop(own_fault("dismissed", "The server ended the session: " + what), false);
  } else if (was_ready) {
    if (duty == Duty::resume) pauses_ = -kQuick;
    const Milliseconds delay = wait();
    if (reason.code.empty()) owner_.emit(Dropped{code, detail, delay});
  } else {
    failed(own_fault("unreachable", "The connection failed: " + what + "."));
  }
}

void Session::failed(const Fault& fault) {
  const int attempt = ++failures_;
  cause = fault;
  const Milliseconds delay = wait();
  if (reason.code.empty()) owner_.emit(Retrying{attempt, delay, fault});
}

Milliseconds Session::wait() {
  const double longest = std::min(
      static_cast<double>(options.longest_pause.count()),
      static_cast<double>(options.first_pause.count()) * static_cast<double>(1ull << std::clamp(pauses_, 0, 20)));
  pauses_++;
  // Random, so that clients that dropped together do not reconnect together.
  const Milliseconds delay(static_cast<long>(std::uniform_real_distribution<double>(0, longest)(random_)));
  retry_timer_ = loop->after(delay, [this] {
    const auto keep = shared_from_this();
    open();
  });
  set_state(State::waiting);
  return delay;
}

void Session::start_heartbeat() {
  heard_ = Clock::now();
  const Milliseconds after = options.heartbeat.value_or(heartbeat_);
  if (after.count() > 0) tick(after);
}

void Session::tick(Milliseconds after) {
  heartbeat_timer_ = loop->after(std::min<Milliseconds>(after, kLongestTick), [this, after] {
    const auto keep = shared_from_this();
    if (Clock::now() - heard_ + Milliseconds(1) >= after && !dead_timer_ && current_) {
      dead_timer_ = loop->after(options.dead_after, [this] {
        const auto alive = shared_from_this();
        dead_timer_.reset();
        if (socket_) socket_->abandon();
        socket_ended(1006, "the server is silent");
      });
      current_->request_time();
    }
    tick(after);
  });
}

void Session::stop_timers() {
  for (auto* timer : {&retry_timer_, &deadline_timer_, &heartbeat_timer_, &dead_timer_}) {
    if (*timer) (*timer)->cancel();
    timer->reset();
  }
}

}  // namespace achex::detail
