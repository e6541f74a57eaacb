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
  return add_command({std::move(function), nullptr});
}

bool Core::pass(SendPtr send) {
  return add_command({nullptr, std::move(send)});
}

bool Core::add_command(Command command) {
  const std::lock_guard<std::mutex> lock(command_mutex_);
  if (is_ended_) return false;
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
  std::vector<Command> commands;
  {
    const std::lock_guard<std::mutex> lock(command_mutex_);
    commands.swap(commands_);
    is_posted_ = false;
  }
  for (const auto& [function, one] : commands) {
    if (one) send(one);
    else function();
  }
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
  if (has_room()) return true;
  std::unique_lock<std::mutex> lock(queue_mutex_);
  queue_waiters_++;
  const bool found = room_changed_.wait_for(lock, timeout, has_room);
  queue_waiters_--;
  return found;
}

bool Core::drain(Milliseconds timeout) {
  std::unique_lock<std::mutex> lock(queue_mutex_);
  queue_waiters_++;
  const bool found = drained_.wait_for(lock, timeout, [this] { return unsettled_ == 0; });
  queue_waiters_--;
  return found;
}

void Core::connect() {
  {
    // At once: otherwise a wait_ready() that follows would see that the client was closed.
    const std::lock_guard<std::mutex> lock(view_mutex_);
    if (view_.state == State::closed || view_.state == State::idle) {
      view_.state = State::connecting;
      view_.reason = Fault();
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
}

void Core::silence() {
  std::unique_lock<std::mutex> lock(callback_mutex_);
  is_silenced_ = true;
  callback_ended_.wait(lock, [this] { return callback_depth_ == 0 || callback_thread_ == std::this_thread::get_id(); });
}

void Core::call_user(const std::function<void()>& function) {
  {
    const std::lock_guard<std::mutex> lock(callback_mutex_);
    if (is_silenced_) return;
    callback_depth_++;
    callback_thread_ = std::this_thread::get_id();
  }
  std::string problem;
  // No lock is held: the callback may call every function of the client.
  try {
    function();
  } catch (const std::exception& error) {
    problem = error.what();
  } catch (...) {
    problem = "an exception";
  }
  bool is_outermost = false;
  {
    const std::lock_guard<std::mutex> lock(callback_mutex_);
    is_outermost = --callback_depth_ == 0;
    if (is_outermost) callback_ended_.notify_all();
  }
  if (!problem.empty() && is_outermost) {
    run([self = shared_from_this(), problem] { self->report(own_fault("failed", "A callback threw: " + problem)); });
  }
}

void Core::emit(Event event) {
  if (!on_event_) return;
  call_user([&] { on_event_(event); });
}

void Core::send(const SendPtr& send) {
  send->number = ++last_send_;
  const auto& connection = session_->connection();
  if (!session_->reason.code.empty()) {
    settle(send, {{}, &session_->reason});
  } else if (send->if_connected && (!connection || !connection->is_idle())) {
    settle(send, {}, true);
  } else if (!connection) {
    hold(send);
  } else if (!send->confirmed && connection->is_idle()) {
    // Nearly always it is settled at once.
    transmit(send);
    if (send->done) sends_.emplace(send->number, send);
  } else {
    sends_.emplace(send->number, send);
    transmit(send);
  }
}

void Core::settle(const SendPtr& send, const Result& result, bool dropped) {
  if (!send->done) return;
  // The call may destroy the client.
  const auto self = weak_from_this().lock();
  const auto done = std::exchange(send->done, nullptr);
  sends_.erase(send->number);
  queued_bytes_ -= send->size();
  // Before the call, which may send the next one; what drain() waits for includes the call.
  queued_messages_ -= 1;
  done(result, dropped);
  unsettled_ -= 1;
  if (queue_waiters_ > 0) wake_waiters();
}

void Core::wake_waiters() {
  // At half: a thread that was woken for the room of one message would sleep again after the next.
  const bool has_room = pressure() <= 0.5;
  if (!has_room && unsettled_ > 0) return;
  const std::lock_guard<std::mutex> lock(queue_mutex_);
  if (has_room) room_changed_.notify_all();
  if (unsettled_ == 0) drained_.notify_all();
}

/// Keeps it until there is a session.
void Core::hold(const SendPtr& send) {
  if (!send->key.empty()) {
    for (const auto& [number, other] : sends_) {
      if (!other->waiting || other->key != send->key) continue;
      const SendPtr replaced = other;
      settle(replaced, {}, true);
      break;
    }
  }
  send->waiting = true;
  sends_.emplace(send->number, send);
}

void Core::transmit(const SendPtr& send) {
  send->waiting = false;
  Request request;
  request.body = send->body;
  request.bytes = send->bytes;
  request.key = send->key;
  if (!send->key.empty()) request.replaced = [this, send] { settle(send, {}, true); };
  if (!send->confirmed) {
    transmit_unconfirmed(send, std::move(request));
    return;
  }
  request.reply = [this, send](const Result& result) {
    // Frames that were held back were never sent, so they can be sent again. dropped() decides about the others.
    if (result.drop == Result::Drop::unsent) send->waiting = true;
    else if (result.drop == Result::Drop::none && (result.fault || !send->awaits_answer)) settle(send, result);
  };
  session_->connection()->request(std::move(request));
}

void Core::transmit_unconfirmed(const SendPtr& send, Request request) {
  request.sent = [this, send](bool dropped) {
    if (dropped) send->waiting = true;
    else settle(send, {});
  };
  session_->connection()->request(std::move(request));
}

void Core::ask_server(std::string body, Callback<std::string> done) {
  auto send = std::make_shared<Send>();
  send->body = std::move(body);
  // Frames of the library itself are not bounded by the program's queue, but counted in it.
  queued_messages_ += 1;
  unsettled_ += 1;
  queued_bytes_ += send->size();
  send->done = [done = std::move(done)](const Result& result, bool) {
    if (result.fault) done({std::nullopt, *result.fault});
    else done({std::string(result.json.empty() ? "{}" : result.json), std::nullopt});
  };
  this->send(send);
}

void Core::ready() {
  rooms_ready();
  watch_again();
  std::vector<SendPtr> waiting;
  for (const auto& [number, send] : sends_)
    if (send->waiting) waiting.push_back(send);
  for (const auto& send : waiting)
    if (session_->connection() && send->done) transmit(send);
}

void Core::dropped(Lost& counts) {
  calls_dropped();
  rooms_dropped();
  std::vector<SendPtr> sends;
  for (const auto& [number, send] : sends_) sends.push_back(send);
  const Fault fault = own_fault("unknown");
  for (const auto& send : sends) {
    if (send->waiting) continue;
    if (send->repeatable) {
      send->waiting = true;
      counts.repeated++;
    } else {
      counts.unknown++;
      settle(send, {{}, &fault});
    }
  }
}

void Core::closed(const Fault& fault, bool final) {
  calls_dropped();
  if (final) files_closed(*this, fault);
  rooms_closed(fault, final);
  const Fault unknown = own_fault("unknown");
  std::vector<SendPtr> sends;
  for (const auto& [number, send] : sends_) sends.push_back(send);
  for (const auto& send : sends) settle(send, {{}, send->waiting ? &fault : &unknown});
}

void Core::identity_changed() {
  const std::lock_guard<std::mutex> lock(view_mutex_);
  view_.state = session_->state;
  view_.reason = session_->reason;
  view_.sid = session_->sid;
  view_.name = session_->name;
  view_.hello = session_->hello;
  view_changed_.notify_all();
}

}  // namespace achex::detail
