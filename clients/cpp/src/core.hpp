#pragma once

#include "achex/client.hpp"
#include "callback_gate.hpp"
#include "room_data.hpp"
#include "send.hpp"
#include "session.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <vector>

namespace achex::detail {

/// Gets the answers to a call: the value of `$answer`, and the payload.
using AnswerHandler = std::function<void(const JsonMembers& answer, const Message* message)>;

class IncomingFile;

/// A client: the session, and everything sent over it. All members without a lock belong to the thread of the loop.
class Core final : public SessionOwner, public std::enable_shared_from_this<Core> {
 public:
  Core(std::shared_ptr<EventLoop> loop, Options options, std::function<void(Event&)> on_event);

  // From any thread.
  /// Runs a function on the loop's thread, in the order of the calls. False, and it is never run, after end().
  bool run(std::function<void()> function);
  /// The same for send(), without what a function costs.
  bool pass(SendPtr send);
  /// Closes for good; nothing is run after what was passed to run() before.
  void end();
  /// Counts a send towards the bounds; false if it is beyond them.
  bool admit(std::size_t size);
  double pressure() const;
  bool wait_for_room(Milliseconds timeout);
  bool drain(Milliseconds timeout);
  /// Connects if it is idle or closed.
  void connect();
  bool wait_ready(Milliseconds timeout);
  /// Waits for the state `closed`.
  void wait_closed(Milliseconds timeout);
  /// No callbacks from now on. Waits for one that runs in another thread.
  void silence() { gate_.close(); }
  template <class Read>
  auto view(Read read) const {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    return read(view_);
  }
  template <class Read>
  auto room_view(const RoomName& name, Read read) const {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    static const RoomData nothing;
    const auto found = rooms_.find(name);
    return read(found == rooms_.end() ? nothing : *found->second);
  }

  // On the thread of the loop.
  /// Calls a function of the program, unless the client is gone. No lock is held: it may call every function of the
  /// client. What it throws is reported.
  template <class Function>
  void call_user(const Function& function) {
    const CallbackGate::Pass pass(gate_);
    if (!pass.is_open()) return;
    try {
      function();
    } catch (...) {
      if (pass.is_outermost()) report_thrown();
    }
  }
  void emit(Event event) override;
  void report(const Fault& fault) { emit(FaultReported{fault}); }
  /// Sends it; `admit()` has been called.
  void send(const SendPtr& send);
  void settle(Send& send, const Result& result, bool dropped = false);
  /// A request of the program: waits for a session, and its result is JSON.
  void ask_server(const std::string& body, Callback<std::string> done);

  // Calls (calls.cpp)
  void ask(const Channel& whom, const std::string& data, const AskOptions& options, Callback<std::string> done,
           std::size_t size);
  void answer(std::uint32_t sid, std::uint64_t id, const std::string& part, const std::string& data,
              ReplyHandler done = nullptr);
  void decline(std::uint32_t sid, std::uint64_t id, const Fault& fault);
  void retire(std::function<void()> done);

  // Rooms (rooms.cpp)
  RoomData& room(const RoomName& name);
  void join(const RoomName& name, const JoinOptions& options, Callback<JoinResult> done);
  void leave(const RoomName& name, Callback<Done> done);
  void write_state(const RoomName& name, const std::string& change, const std::vector<std::string>& keys,
                   const WriteOptions& options, Callback<Written> done);
  void update_state(const RoomName& name, const std::string& key,
                    std::function<std::string(const std::optional<std::string>&)> compute, Callback<Written> done,
                    int attempts = 100);

  Session& session() { return *session_; }
  EventLoop& loop() { return *session_->loop; }
  const std::shared_ptr<EventLoop>& shared_loop() const { return loop_; }
  std::uint64_t next_call() { return ++last_call_; }

  std::map<std::uint64_t, AnswerHandler> answers;
  std::map<std::string, std::function<void(Question)>> question_handlers;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::weak_ptr<QuestionState>> open_questions;
  std::function<void(IncomingStream)> stream_handler;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::shared_ptr<IncomingState>> incoming_streams;
  std::map<std::uint64_t, std::shared_ptr<OutgoingState>> outgoing_streams;
  FileAccept file_accept;
  FileDone file_done;
  std::map<std::string, std::shared_ptr<IncomingFile>> incoming_files;
  std::set<std::string> watched;

 private:
  /// One of the two.
  struct Command {
    SendPtr send;
    std::unique_ptr<const std::function<void()>> function;
  };
  struct View {
    State state = State::idle;
    Fault reason;
    /// close() has returned, and the session has not ended yet.
    bool is_closing = false;
    std::uint32_t sid = 0;
    std::string name;
    std::string hello;
  };

  // SessionOwner
  void frame_received(const Frame& frame) override;
  void settled() override;
  void ready() override;
  void dropped(Lost& counts) override;
  void closed(const Fault& fault, bool final) override;
  void identity_changed() override;

  bool add_command(Command command);
  void run_commands();
  void run_all(std::vector<Command>& commands);
  void transmit(const SendPtr& send);
  void hold(const SendPtr& send);
  bool wait_queue(std::atomic<bool>& is_wanted, Milliseconds timeout, const std::function<bool()>& is_met);
  void wake_waiters();
  /// Reports the exception that is being handled.
  void report_thrown();
  void message_received(const Frame& frame, const char* key);
  void server_frame(const Frame& frame);
  // calls.cpp
  void call_received(const JsonMembers& call, const Message& message);
  void question_received(std::uint64_t id, const Message& message);
  void calls_dropped();
  void check_retired();
  void watch_again();
  // rooms.cpp
  void send_join(const RoomName& name);
  void joined(const RoomName& name, const Result& result, const std::vector<Callback<JoinResult>>& callbacks);
  void room_frame(const std::string& kind, std::string_view value);
  void state_frame(RoomData& data, const JsonMembers& members);
  void roster_frame(RoomData& data, const std::string& kind, const JsonMembers& members);
  void replace_roster(RoomData& data, const JsonMembers& members);
  void kept_frame(const JsonMembers& members);
  void wake_waiters(RoomData& data, const Fault* fault);
  void room_ended(RoomData& data, const Fault& fault);
  void rooms_ready();
  void rooms_dropped();
  void rooms_closed(const Fault& fault, bool final);

  const std::shared_ptr<EventLoop> loop_;
  const std::shared_ptr<Session> session_;
  const std::size_t max_messages_;
  const std::size_t max_bytes_;

  mutable std::mutex command_mutex_;
  std::vector<Command> commands_;
  /// Empty: its memory serves the next.
  std::vector<Command> spare_commands_;
  /// Those of them that are functions.
  std::size_t functions_ = 0;
  bool is_posted_ = false;
  bool is_ended_ = false;

  std::atomic<std::size_t> queued_messages_{0};
  std::atomic<std::size_t> queued_bytes_{0};
  /// Sends whose outcome has not been reported to the end.
  std::atomic<std::size_t> unsettled_{0};
  /// A thread waits for it, and has not been woken yet.
  std::atomic<bool> is_room_wanted_{false};
  std::atomic<bool> is_drain_wanted_{false};
  std::mutex queue_mutex_;
  std::condition_variable queue_changed_;

  mutable std::mutex view_mutex_;
  std::condition_variable view_changed_;
  View view_;

  CallbackGate gate_;
  std::function<void(Event&)> on_event_;
  /// The last message that was passed to it, whose memory serves the next.
  Event message_event_;

  std::function<void()> retired_;
  int answers_in_flight_ = 0;
  std::uint64_t last_call_ = 0;
  SendList sends_;
  std::map<RoomName, std::unique_ptr<RoomData>> rooms_;
};

/// The key and value of an address, such as `"to":"Bob"`; throws `bad-payload` for one that is not valid.
std::string address_json(const Channel& channel);
void append_address(std::string& to, const Channel& channel);
/// The same for a room in a separate frame, such as `"hub":"h"`.
std::string room_json(const RoomName& room);
/// A message from a frame with an address.
Message message_from(const Frame& frame, const char* key);
/// The same into a message whose memory is used again.
void read_message(const Frame& frame, const char* key, Message& message);
Delivery delivery_from(std::string_view json);
HistoryPage history_from(std::string_view json);
/// The members of the object `$room`.
std::string options_json(const RoomOptions& options);
std::string attributes_json(const Attributes& attributes);
Member member_from(const JsonMembers& members);

template <class T>
std::pair<std::future<T>, Callback<T>> make_future() {
  auto promise = std::make_shared<std::promise<T>>();
  auto future = promise->get_future();
  return {std::move(future), [promise](Outcome<T> outcome) {
            if (outcome.fault) promise->set_exception(std::make_exception_ptr(*outcome.fault));
            else promise->set_value(std::move(*outcome.value));
          }};
}

std::pair<std::future<void>, Callback<Done>> make_void_future();

}  // namespace achex::detail
