#include "calls.hpp"

#include "streams.hpp"

#include <utility>

namespace achex {

namespace detail {

std::string fault_part(const Fault& fault) {
  std::string json = ",\"fault\":{\"code\":" + quoted(fault.code) + ",\"message\":" + quoted(fault.message);
  if (fault.retry) json += ",\"retry\":true";
  return json + "}";
}

QuestionState::~QuestionState() {
  // Otherwise the caller would wait for its timeout.
  if (!is_answered && !is_cancelled) finish(fault_part(own_fault("failed", "The question was not answered.")), "{}");
}

void QuestionState::finish(const std::string& part, const std::string& payload) {
  if (is_answered.exchange(true) || is_cancelled) return;
  const auto owner = core.lock();
  if (!owner) return;
  owner->run([owner, to = sid, call = id, part, payload] {
    owner->open_questions.erase({to, call});
    owner->answer(to, call, part, payload);
  });
}

void Core::ask(const Channel& whom, const std::string& data, const AskOptions& options, Callback<std::string> done,
               std::size_t size) {
  const std::uint64_t id = next_call();
  const std::string address = address_json(whom);
  auto send = std::make_shared<Send>(*this);
  send->text = FrameText(with_payload("{" + address + ",\"$call\":{\"id\":" + std::to_string(id) + "}", data));
  send->size = send->text.size();
  queued_bytes_ += send->size - size;
  send->repeatable = options.repeatable;
  send->awaits_answer = true;
  auto timer = std::make_shared<std::shared_ptr<Timer>>();
  send->done = [this, id, timer, done = std::move(done)](const Result& result, bool) {
    if (*timer) (*timer)->cancel();
    answers.erase(id);
    if (result.fault) done({std::nullopt, *result.fault});
    else done({std::string(result.json), std::nullopt});
  };
  answers[id] = [this, send, on_progress = options.on_progress](const JsonMembers& answer, const Message* message) {
    const std::string_view problem = value_of(answer, "fault");
    if (!problem.empty()) {
      const Fault fault = fault_from(problem);
      settle(*send, {{}, &fault});
    } else if (is_true(value_of(answer, "more"))) {
      if (on_progress && message != nullptr) call_user([&] { on_progress(message->data); });
    } else {
      settle(*send, {message == nullptr ? std::string_view("{}") : std::string_view(message->data)});
    }
  };
  if (options.timeout.count() > 0) {
    *timer =
        loop().after(options.timeout, [this, self = shared_from_this(), send, address, id, timeout = options.timeout] {
          session().control("{" + address + ",\"$call\":{\"cancel\":" + std::to_string(id) + "}}");
          const Fault fault = own_fault("timeout", "No answer within " + std::to_string(timeout.count()) + " ms.");
          settle(*send, {{}, &fault});
        });
  }
  this->send(send);
}

void Core::answer(std::uint32_t sid, std::uint64_t id, const std::string& part, const std::string& data,
                  ReplyHandler done) {
  answers_in_flight_++;
  const bool is_last = part.empty();
  session().control(
      with_payload("{\"toS\":" + std::to_string(sid) + ",\"$answer\":{\"id\":" + std::to_string(id) + part + "}", data),
      [this, self = shared_from_this(), sid, id, is_last, done = std::move(done)](const Result& result) {
        answers_in_flight_--;
        if (done) done(result);
        // The caller may have left in the meantime.
        if (result.fault && result.drop == Result::Drop::none && result.fault->code != "no-such-call") {
          const Fault fault = *result.fault;
          report(fault);
          // Otherwise the caller would wait for an answer that this client was not able to send.
          if (is_last)
            answer(sid, id, fault_part(own_fault("failed", "The answer could not be sent: " + fault.code + ".")), "{}");
        }
        check_retired();
      });
}

void Core::decline(std::uint32_t sid, std::uint64_t id, const Fault& fault) {
  answer(sid, id, fault_part(fault), "{}");
}

void Core::call_received(const JsonMembers& call, const Message& message) {
  const auto id = number_of(value_of(call, "id"));
  if (const auto cancelled = number_of(value_of(call, "cancel"))) {
    const auto key = std::make_pair(message.sid, *cancelled);
    if (const auto found = open_questions.find(key); found != open_questions.end()) {
      if (const auto question = found->second.lock()) question->is_cancelled = true;
      open_questions.erase(key);
      check_retired();
    }
    stream_cancelled(*this, key);
    return;
  }
  if (!id) return;
  if (!value_of(call, "stream").empty() || !value_of(call, "data").empty() || !value_of(call, "end").empty())
    stream_call(*this, *id, call, message);
  else question_received(*id, message);
}

void Core::question_received(std::uint64_t id, const Message& message) {
  const auto handler_of = [&](const std::string& name) { return question_handlers.find(name); };
  auto handler = message.channel.kind == ChannelKind::name && !message.channel.names.empty()
                     ? handler_of(message.channel.names.front())
                     : question_handlers.end();
  if (handler == question_handlers.end()) handler = handler_of(session().options.credentials.name);
  if (handler == question_handlers.end()) handler = handler_of(session().name);
  if (handler == question_handlers.end()) handler = handler_of("");
  if (handler == question_handlers.end()) {
    decline(message.sid, id, own_fault("no-handler"));
    return;
  }
  auto state = std::make_shared<QuestionState>();
  state->core = weak_from_this();
  state->sid = message.sid;
  state->id = id;
  state->from = message.from;
  state->data = message.data;
  open_questions[{message.sid, id}] = state;
  const auto function = handler->second;
  call_user([&] {
    try {
      function(Question(state));
    } catch (const Fault& fault) {
      state->finish(fault_part(fault), "{}");
    } catch (...) {
      // Other errors may contain internal details: they are reported here, and not to the caller.
      state->finish(fault_part(own_fault("failed")), "{}");
      throw;
    }
  });
}

/// The calls of a session end with it.
void Core::calls_dropped() {
  for (const auto& [key, weak] : open_questions)
    if (const auto question = weak.lock()) question->is_cancelled = true;
  open_questions.clear();
  streams_dropped(*this);
  check_retired();
}

void Core::retire(std::function<void()> done) {
  session().control("{\"$retire\":true}", [this, done = std::move(done)](const Result&) {
    question_handlers.clear();
    retired_ = done;
    check_retired();
  });
}

void Core::check_retired() {
  if (!retired_ || !open_questions.empty() || answers_in_flight_ > 0) return;
  const auto done = std::exchange(retired_, nullptr);
  done();
}

void Core::watch_again() {
  if (watched.empty()) return;
  std::string list;
  for (const auto& name : watched) list += (list.empty() ? "" : ",") + quoted(name);
  session().control("{\"$watch\":[" + list + "]}", [this](const Result& result) {
    if (result.fault) return;
    JsonMembers members;
    read_object(result.json, members);
    std::set<std::string> online;
    for (const auto& name : elements_of(value_of(members, "online"))) online.insert(string_of(name));
    for (const auto& name : std::set<std::string>(watched)) emit(NameOnline{name, online.count(name) != 0});
  });
}

}  // namespace detail

Question::Question(std::shared_ptr<detail::QuestionState> state) : state_(std::move(state)) {}
const std::string& Question::data() const {
  return state_->data;
}
const std::string& Question::from() const {
  return state_->from;
}
std::uint32_t Question::sid() const {
  return state_->sid;
}
bool Question::cancelled() const {
  return state_->is_cancelled;
}

void Question::answer(const Payload& data) const {
  detail::check_payload(data.json());
  state_->finish("", data.json());
}

void Question::fail(const Fault& fault) const {
  state_->finish(detail::fault_part(fault), "{}");
}

void Question::progress(const Payload& data) const {
  detail::check_payload(data.json());
  const auto core = state_->core.lock();
  if (!core || state_->is_answered || state_->is_cancelled) return;
  core->run([core, sid = state_->sid, id = state_->id, json = data.json()] {
    core->answer(sid, id, ",\"more\":true", json);
  });
}

}  // namespace achex
