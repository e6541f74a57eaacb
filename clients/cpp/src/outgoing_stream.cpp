#include "streams.hpp"

#include <algorithm>
#include <utility>

namespace achex {

namespace detail {

namespace {

/// Largest chunk in one frame.
constexpr std::size_t kPiece = 256u * 1024;
/// Room for the header of a frame.
constexpr std::size_t kHeaderRoom = 1024;
/// Share of the server's limit that streams use; the rest is for this client's other messages.
constexpr double kStreamShare = 0.9;

}  // namespace

void OutgoingState::open(Core& core, const Channel& whom, const std::string& meta, Opened opened) {
  auto stream = std::make_shared<OutgoingState>();
  stream->core = core.weak_from_this();
  stream->id = core.next_call();
  stream->opened_ = std::move(opened);
  core.outgoing_streams[stream->id] = stream;
  core.answers[stream->id] = [stream](const JsonMembers& answer, const Message* message) {
    stream->answered(answer, message);
  };
  const std::string head =
      "{" + address_json(whom) + ",\"$call\":{\"id\":" + std::to_string(stream->id) + ",\"stream\":true}";
  core.session().control(with_payload(head, meta), [stream](const Result& result) {
    if (result.fault) stream->end(result.fault);
  });
}

void OutgoingState::answered(const JsonMembers& answer, const Message* message) {
  const std::string_view problem = value_of(answer, "fault");
  if (!problem.empty()) {
    const Fault fault = fault_from(problem);
    end(&fault);
  } else if (const auto credit = number_of(value_of(answer, "credit"))) {
    credit_ += *credit;
    if (sid == 0 && message != nullptr) {
      sid = message->sid;
      reply = message->data;
    }
    if (opened_) std::exchange(opened_, nullptr)({shared_from_this(), std::nullopt});
    pump();
  } else if (!is_true(value_of(answer, "more"))) {
    end(nullptr);
  }
}

void OutgoingState::write(std::string bytes, Callback<Done> done) {
  if (is_over_ || closing_) {
    done({std::nullopt, is_over_ && !is_confirmed_ ? fault_ : own_fault("closed", "The stream is closed.")});
    return;
  }
  chunks_.push_back({std::move(bytes), 0, std::move(done)});
  pump();
}

void OutgoingState::close(Callback<Done> done) {
  if (is_over_) {
    if (is_confirmed_) done({Done{}, std::nullopt});
    else done({std::nullopt, fault_});
    return;
  }
  closing_ = std::move(done);
  pump();
}

void OutgoingState::abort() {
  if (is_over_) return;
  // The end tells the receiver that nothing follows; the cancel ends the call on the server.
  send("{\"id\":" + std::to_string(id) + ",\"end\":true}", "{\"size\":" + std::to_string(sent_) + ",\"aborted\":true}");
  send("{\"cancel\":" + std::to_string(id) + "}", "{}");
  const Fault fault = own_fault("aborted");
  end(&fault);
}

void OutgoingState::pump() {
  const auto self = shared_from_this();
  const auto owner = core.lock();
  if (!owner) return;
  const std::uint64_t limit = owner->session().frame_limit;
  const std::size_t largest =
      limit == 0 ? kPiece
                 : std::min<std::size_t>(kPiece,
                                         std::max<std::size_t>(1, limit - std::min<std::uint64_t>(limit, kHeaderRoom)));
  while (!chunks_.empty() && !is_over_ && !pause_) {
    Chunk& chunk = chunks_.front();
    const std::size_t left = chunk.bytes.size() - chunk.at;
    if (left > 0) {
      if (credit_ == 0) return;
      const std::size_t size = std::min({left, largest, static_cast<std::size_t>(credit_)});
      if (!pace(size)) return;
      std::string piece =
          chunk.at == 0 && size == chunk.bytes.size() ? std::move(chunk.bytes) : chunk.bytes.substr(chunk.at, size);
      credit_ -= size;
      sent_ += size;
      chunk.at += size;
      const bool is_last = size == left;
      send("{\"id\":" + std::to_string(id) + ",\"data\":true}", "{}", std::move(piece));
      if (!is_last || is_over_) continue;
    }
    const auto done = std::move(chunks_.front().done);
    chunks_.pop_front();
    done({Done{}, std::nullopt});
  }
  if (closing_ && chunks_.empty() && !is_over_ && !std::exchange(is_end_sent_, true))
    send("{\"id\":" + std::to_string(id) + ",\"end\":true}", "{\"size\":" + std::to_string(sent_) + "}");
}

/// False if the server's limit does not allow the bytes yet. Beyond it, the server would reject data in the middle of
/// the stream.
bool OutgoingState::pace(std::size_t bytes) {
  const auto owner = core.lock();
  const double rate = static_cast<double>(owner->session().bytes_per_second) * kStreamShare;
  if (rate <= 0) return true;
  const auto now = Clock::now();
  // A burst of one second of the rate is allowed.
  const auto start = std::max(free_at_, now - std::chrono::seconds(1));
  if (start > now) {
    pause_ = owner->loop().after(std::chrono::duration_cast<Milliseconds>(start - now) + Milliseconds(1),
                                 [self = shared_from_this()] {
                                   self->pause_.reset();
                                   self->pump();
                                 });
    return false;
  }
  free_at_ = start + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(static_cast<double>(bytes) / rate));
  return true;
}

void OutgoingState::send(const std::string& call, const std::string& payload, std::optional<std::string> bytes) {
  const auto owner = core.lock();
  if (!owner || is_over_) return;
  owner->session().control(
      with_payload("{\"toS\":" + std::to_string(sid) + ",\"$call\":" + call, payload),
      [self = shared_from_this()](const Result& result) {
        if (result.fault) self->end(result.fault);
      },
      std::move(bytes));
}

void OutgoingState::end(const Fault* fault) {
  if (std::exchange(is_over_, true)) return;
  const auto self = shared_from_this();
  is_confirmed_ = fault == nullptr;
  fault_ = fault == nullptr ? own_fault("closed", "The receiver has closed the stream.") : *fault;
  if (pause_) pause_->cancel();
  pause_.reset();
  if (const auto owner = core.lock()) {
    owner->answers.erase(id);
    owner->outgoing_streams.erase(id);
  }
  const bool is_closed_early = is_confirmed_ && !is_end_sent_;
  for (auto& chunk : std::exchange(chunks_, {})) chunk.done({std::nullopt, fault_});
  if (opened_) std::exchange(opened_, nullptr)({nullptr, fault_});
  if (!closing_) return;
  const auto done = std::exchange(closing_, nullptr);
  if (is_confirmed_ && !is_closed_early) done({Done{}, std::nullopt});
  else done({std::nullopt, fault_});
}

}  // namespace detail

OutgoingStream::OutgoingStream(std::shared_ptr<detail::OutgoingState> state) : state_(std::move(state)) {}
const std::string& OutgoingStream::reply() const {
  return state_->reply;
}
std::uint32_t OutgoingStream::sid() const {
  return state_->sid;
}

std::future<void> OutgoingStream::write(std::string bytes) const {
  auto [future, done] = detail::make_void_future();
  const auto core = state_->core.lock();
  if (!core) done({std::nullopt, detail::own_fault("closed")});
  else
    core->run([state = state_, bytes = std::move(bytes), done = done]() mutable {
      state->write(std::move(bytes), std::move(done));
    });
  return std::move(future);
}

std::future<void> OutgoingStream::close() const {
  auto [future, done] = detail::make_void_future();
  const auto core = state_->core.lock();
  if (!core) done({std::nullopt, detail::own_fault("closed")});
  else core->run([state = state_, done = done] { state->close(done); });
  return std::move(future);
}

void OutgoingStream::abort() const {
  if (const auto core = state_->core.lock()) core->run([state = state_] { state->abort(); });
}

}  // namespace achex
