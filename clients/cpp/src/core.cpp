#include "core.hpp"

#include "streams.hpp"

#include <utility>

namespace achex::detail {

Core::Core(std::shared_ptr<EventLoop> loop, Options options, std::function<void(Event&)> on_event)
    : loop_(loop),
      session_(std::make_shared<Session>(std::move(loop), options, *this)),
      max_messages_(options.max_queued_messages),
      max_bytes_(options.max_queued_bytes),
      on_event_(std::move(on_event)) {}

bool Core::run(std::function<void()> function) {
  return add_command({nullptr, std::make_unique<const std::function<void()>>(std::move(function))});
}

bool Core::pass(SendPtr send) {
  return add_command({std::move(send), nullptr});
}

bool Core::add_command(Command command) {
  const std::lock_guard<std::mutex> lock(command_mutex_);
  if (is_ended_) return false;
  if (command.function) functions_++;
  commands_.push_back(std::move(command));
  // One post for all functions of the moment: a post per message would cost more than the message.
  if (!std::exchange(is_posted_, true)) loop_->post([self = shared_from_this()] { self->run_commands(); });
  return true;
}

void Core::end() {
  run([this] { session_->stop(own_fault("closed"), true); });
  const std::lock_guard<std::mutex> lock(command_mutex_);
  is_ended_ = true;
}

void Core::run_commands() {
  std::vector<Command> commands = std::exchange(spare_commands_, {});
  {
    const std::lock_guard<std::mutex> lock(command_mutex_);
    commands.swap(commands_);
    functions_ = 0;
    is_posted_ = false;
  }
  run_all(commands);
}

/// What callbacks have sent is sent with what the socket writes next, rather than after another turn of the loop.
/// Functions wait for that: they may close the socket, which is still delivering.
void Core::settled() {
  std::vector<Command> commands;
  {
    const std::lock_guard<std::mutex> lock(command_mutex_);
    if (commands_.empty() || functions_ > 0) return;
    commands = std::exchange(spare_commands_, {});
    commands.swap(commands_);
  }
  run_all(commands);
}

void Core::run_all(std::vector<Command>& commands) {
  for (const auto& [one, function] : commands) {
    if (one) send(one);
    else (*function)();
  }
  commands.clear();
  if (commands.capacity() <= max_messages_) spare_commands_ = std::move(commands);
}

bool Core::admit(std::size_t size) {
  const std::size_t messages = queued_messages_.fetch_add(1) + 1;
  const std::size_t bytes = queued_bytes_.fetch_add(size) + size;
  // A message larger than the bound is accepted alone.
  if (messages <= max_messages_ && (bytes <= max_bytes_ || bytes == size)) {
    unsettled_ += 1;
    return true;
  }
  queued_messages_ -= 1;
  queued_bytes_ -= size;
  return false;
}

double Core::pressure() const {
  const double messages = static_cast<double>(queued_messages_) / static_cast<double>(max_messages_);
  const double bytes = static_cast<double>(queued_bytes_) / static_cast<double>(max_bytes_);
  return std::min(1.0, std::max(messages, bytes));
}

bool Core::wait_for_room(Milliseconds timeout) {
  const auto has_room = [this] { return pressure() < 1; };
  return has_room() || wait_queue(is_room_wanted_, timeout, has_room);
}

bool Core::drain(Milliseconds timeout) {
  return wait_queue(is_drain_wanted_, timeout, [this] { return unsettled_ == 0; });
}

bool Core::wait_queue(std::atomic<bool>& is_wanted, Milliseconds timeout, const std::function<bool()>& is_met) {
  const auto deadline = Clock::now() + timeout;
  std::unique_lock<std::mutex> lock(queue_mutex_);
  // Set before each look, because the thread that wakes clears it.
  while (is_wanted = true, !is_met())
    if (queue_changed_.wait_until(lock, deadline) == std::cv_status::timeout) return is_met();
  return true;
}

void Core::connect() {
  {
    // At once: otherwise a wait_ready() that follows would see that the client was closed.
    const std::lock_guard<std::mutex> lock(view_mutex_);
    if (view_.state == State::closed || view_.state == State::idle) {
      view_.state = State::connecting;
      view_.reason = Fault();
      view_.is_closing = false;
    }
  }
  run([this] { session_->start(); });
}

bool Core::wait_ready(Milliseconds timeout) {
  std::unique_lock<std::mutex> lock(view_mutex_);
  view_changed_.wait_for(lock, timeout, [this] { return view_.state == State::ready || view_.state == State::closed; });
  return view_.state == State::ready;
}

void Core::wait_closed(Milliseconds timeout) {
  std::unique_lock<std::mutex> lock(view_mutex_);
  view_changed_.wait_for(lock, timeout,
                         [this] { return view_.state == State::closed || view_.reason.code == "closed"; });
  // The loop's thread may be late, or wait for this very callback. Who has closed the client sees it closed.
  if (view_.state != State::closed) view_.is_closing = true;
  view_.state = State::closed;
  view_.reason = own_fault("closed");
  view_changed_.notify_all();
}

void Core::report_thrown() {
  std::string problem = "an exception";
  try {
    throw;
  } catch (const std::exception& error) {
    problem = error.what();
  } catch (...) {
    // Of an unknown type.
  }
  run([self = shared_from_this(), problem] { self->report(own_fault("failed", "A callback threw: " + problem)); });
}

void Core::emit(Event event) {
  if (!on_event_) return;
  call_user([&] { on_event_(event); });
}

void Core::send(const SendPtr& send) {
  const auto& connection = session_->connection();
  if (!session_->reason.code.empty()) {
    settle(*send, {{}, &session_->reason});
  } else if (send->if_connected && (!connection || !connection->is_idle())) {
    settle(*send, {}, true);
  } else if (!connection) {
    hold(send);
  } else if (!send->confirmed && connection->is_idle()) {
    // Nearly always it is settled at once.
    transmit(send);
    if (!send->is_settled) sends_.add(send);
  } else {
    sends_.add(send);
    transmit(send);
  }
}

void Core::settle(Send& send, const Result& result, bool dropped) {
  if (std::exchange(send.is_settled, true)) return;
  sends_.remove(send);
  // What was made of them stays until the server has acknowledged it.
  send.bytes.reset();
  queued_bytes_ -= send.size;
  // Before the call, which may send the next one; what drain() waits for includes the call.
  queued_messages_ -= 1;
  if (send.has_callback()) {
    // The call may destroy the client.
    const auto self = weak_from_this().lock();
    send.finish(result, dropped);
  }
  unsettled_ -= 1;
  if (is_room_wanted_ || is_drain_wanted_) wake_waiters();
}

void Core::wake_waiters() {
  // At half: a thread that was woken for the room of one message would sleep again after the next.
  const bool has_room = is_room_wanted_ && pressure() <= 0.5;
  const bool is_drained = is_drain_wanted_ && unsettled_ == 0;
  if (!has_room && !is_drained) return;
  const std::lock_guard<std::mutex> lock(queue_mutex_);
  if (has_room) is_room_wanted_ = false;
  if (is_drained) is_drain_wanted_ = false;
  queue_changed_.notify_all();
}

/// Keeps it until there is a session.
void Core::hold(const SendPtr& send) {
  if (!send->key.empty()) {
    for (const auto& other : sends_.all()) {
      if (!other->waiting || other->key != send->key) continue;
      settle(*other, {}, true);
      break;
    }
  }
  send->waiting = true;
  sends_.add(send);
}

void Core::transmit(const SendPtr& send) {
  send->waiting = false;
  send->wants_reply = send->confirmed;
  session_->connection()->request(send);
}

void Core::ask_server(const std::string& body, Callback<std::string> done) {
  auto send = std::make_shared<Send>(*this);
  send->text = FrameText(body);
  send->size = send->text.size();
  // Frames of the library itself are not bounded by the program's queue, but counted in it.
  queued_messages_ += 1;
  unsettled_ += 1;
  queued_bytes_ += send->size;
  send->done = [done = std::move(done)](const Result& result, bool) {
    if (result.fault) done({std::nullopt, *result.fault});
    else done({std::string(result.json.empty() ? "{}" : result.json), std::nullopt});
  };
  this->send(send);
}

void Core::ready() {
  rooms_ready();
  watch_again();
  for (const auto& send : sends_.all())
    if (session_->connection() && send->waiting && !send->is_settled) transmit(send);
}

void Core::dropped(Lost& counts) {
  calls_dropped();
  rooms_dropped();
  const Fault fault = own_fault("unknown");
  for (const auto& send : sends_.all()) {
    if (send->waiting) continue;
    if (send->repeatable) {
      send->waiting = true;
      counts.repeated++;
    } else {
      counts.unknown++;
      settle(*send, {{}, &fault});
    }
  }
}

void Core::closed(const Fault& fault, bool final) {
  calls_dropped();
  if (final) files_closed(*this, fault);
  rooms_closed(fault, final);
  const Fault unknown = own_fault("unknown");
  for (const auto& send : sends_.all()) settle(*send, {{}, send->waiting ? &fault : &unknown});
}

void Core::identity_changed() {
  const std::lock_guard<std::mutex> lock(view_mutex_);
  if (session_->reason.code == "closed") view_.is_closing = false;
  if (!view_.is_closing) {
    view_.state = session_->state;
    view_.reason = session_->reason.code.empty() ? session_->cause : session_->reason;
  }
  view_.sid = session_->sid;
  view_.name = session_->name;
  view_.hello = session_->hello;
  view_changed_.notify_all();
}

}  // namespace achex::detail
