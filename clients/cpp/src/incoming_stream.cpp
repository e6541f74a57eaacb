#include "calls.hpp"
#include "streams.hpp"

#include <utility>

namespace achex {

namespace detail {

namespace {

/// Bytes that may be in transit or unread: a sender stops here until its receiver reads.
constexpr std::uint64_t kWindow = 1024u * 1024;
/// Smallest grant, so that not every chunk causes a frame.
constexpr std::uint64_t kStep = kWindow / 4;

}  // namespace

void IncomingState::accept(const std::string& reply) {
  if (is_over_ || std::exchange(is_accepted_, true)) return;
  grant(reply);
}

/// Grants as much credit as fits. The first grant also says that the stream is accepted.
void IncomingState::grant(const std::string& reply) {
  const std::uint64_t in_use = (granted_ - received_) + waiting_bytes_;
  if (is_over_ || !is_accepted_ || is_complete_ || in_use + kStep > kWindow) return;
  const std::uint64_t credit = kWindow - in_use;
  granted_ += credit;
  answer(",\"credit\":" + std::to_string(credit), reply);
}

void IncomingState::data(std::string_view bytes) {
  if (is_over_) return;
  received_ += bytes.size();
  waiting_bytes_ += bytes.size();
  waiting_.emplace_back(bytes);
  pump();
}

void IncomingState::pump() {
  const auto self = shared_from_this();
  const auto owner = core.lock();
  while (owner && on_data && !waiting_.empty() && !is_over_) {
    const std::string bytes = std::move(waiting_.front());
    waiting_.pop_front();
    std::optional<Fault> fault = own_fault("failed");
    owner->call_user([&] {
      try {
        on_data(bytes);
        fault.reset();
      } catch (const Fault& thrown) {
        fault = thrown;
      }
    });
    waiting_bytes_ -= bytes.size();
    if (fault) {
      refuse(*fault);
      return;
    }
  }
  grant("{}");
  if (is_complete_ && waiting_.empty()) finish();
}

void IncomingState::ended(const std::string& payload) {
  if (is_over_) return;
  JsonMembers members;
  read_object(payload, members);
  const auto size = number_of(value_of(members, "size"));
  if (is_true(value_of(members, "aborted"))) {
    is_given_up = true;
    fail(own_fault("aborted", "The sender cancelled it."));
  } else if (size != received_) {
    refuse(own_fault("failed", "Only " + std::to_string(received_) + " bytes arrived."));
  } else {
    is_complete_ = true;
    // Of a stream without a callback for data, only the end matters.
    if (!on_data) waiting_.clear();
    pump();
  }
}

void IncomingState::finish() {
  if (is_over_) return;
  const auto owner = core.lock();
  std::optional<Fault> fault;
  if (on_end && owner) {
    fault = own_fault("failed");
    owner->call_user([&] {
      try {
        std::exchange(on_end, nullptr)(nullptr);
        fault.reset();
      } catch (const Fault& thrown) {
        fault = thrown;
      }
    });
  }
  if (is_over_) return;
  is_over_ = true;
  forget();
  if (fault) answer(fault_part(*fault), "{}");
  else answer("", "{}");
}

void IncomingState::refuse(const Fault& fault) {
  if (is_over_) return;
  answer(fault_part(fault), "{}");
  fail(fault);
}

void IncomingState::fail(const Fault& fault) {
  if (std::exchange(is_over_, true)) return;
  const auto self = shared_from_this();
  forget();
  const auto owner = core.lock();
  const auto callback = std::exchange(on_end, nullptr);
  if (callback && owner) owner->call_user([&] { callback(&fault); });
}

void IncomingState::answer(const std::string& part, const std::string& payload) {
  const auto owner = core.lock();
  if (!owner) return;
  owner->session().control(
      with_payload("{\"toS\":" + std::to_string(sid) + ",\"$answer\":{\"id\":" + std::to_string(id) + part + "}",
                   payload),
      [](const Result&) {});
}

void IncomingState::forget() {
  if (const auto owner = core.lock()) owner->incoming_streams.erase({sid, id});
}

void stream_call(Core& core, std::uint64_t id, const JsonMembers& call, const Message& message) {
  const auto key = std::make_pair(message.sid, id);
  const auto found = core.incoming_streams.find(key);
  if (is_true(value_of(call, "stream"))) {
    auto stream = std::make_shared<IncomingState>();
    stream->core = core.weak_from_this();
    stream->sid = message.sid;
    stream->id = id;
    stream->from = message.from;
    stream->meta = message.data;
    core.incoming_streams[key] = stream;
    if (receive_file(core, stream)) return;
    if (!core.stream_handler) {
      core.incoming_streams.erase(key);
      core.decline(message.sid, id, own_fault("no-handler"));
      return;
    }
    const auto handler = core.stream_handler;
    std::optional<Fault> fault = own_fault("failed");
    core.call_user([&] {
      try {
        handler(IncomingStream(stream));
        fault.reset();
      } catch (const Fault& thrown) {
        fault = thrown;
      }
    });
    // In the order of the calls: the handler's own accept() comes first.
    if (fault) stream->refuse(*fault);
    else core.run([stream] { stream->accept("{}"); });
  } else if (found != core.incoming_streams.end()) {
    const auto stream = found->second;
    if (is_true(value_of(call, "data")))
      stream->data(message.bytes ? std::string_view(*message.bytes) : std::string_view());
    else stream->ended(message.data);
  }
}

void stream_cancelled(Core& core, const std::pair<std::uint32_t, std::uint64_t>& key) {
  const auto found = core.incoming_streams.find(key);
  if (found == core.incoming_streams.end()) return;
  const auto stream = found->second;
  stream->fail(own_fault("aborted", "The sender has disconnected or cancelled it."));
}

void streams_dropped(Core& core) {
  const Fault fault = own_fault("unknown");
  for (const auto& one : std::map(core.incoming_streams)) one.second->fail(fault);
  for (const auto& one : std::map(core.outgoing_streams)) one.second->end(&fault);
}

}  // namespace detail

IncomingStream::IncomingStream(std::shared_ptr<detail::IncomingState> state) : state_(std::move(state)) {}
const std::string& IncomingStream::meta() const {
  return state_->meta;
}
const std::string& IncomingStream::from() const {
  return state_->from;
}
std::uint32_t IncomingStream::sid() const {
  return state_->sid;
}

void IncomingStream::accept(const Payload& reply) const {
  detail::check_payload(reply.json());
  if (const auto core = state_->core.lock()) core->run([state = state_, json = reply.json()] { state->accept(json); });
}

void IncomingStream::on_data(std::function<void(const std::string&)> callback) const {
  if (const auto core = state_->core.lock())
    core->run([state = state_, callback = std::move(callback)] {
      state->on_data = callback;
      state->pump();
    });
}

void IncomingStream::on_end(std::function<void(const Fault*)> callback) const {
  if (const auto core = state_->core.lock())
    core->run([state = state_, callback = std::move(callback)] { state->on_end = callback; });
}

void IncomingStream::refuse(const Fault& fault) const {
  if (const auto core = state_->core.lock()) core->run([state = state_, fault] { state->refuse(fault); });
}

}  // namespace achex
