#include "connection.hpp"

#include <utility>

namespace achex::detail {

namespace {

/// Longest header of a binary frame (PROTOCOL.md R40).
constexpr std::size_t kHeader = 60'000;
/// Room for the `$ref` that is added to a frame.
constexpr std::size_t kReference = 32;
/// An acknowledgement is due after this many frames or bytes, or this long after the first one (PROTOCOL.md R72).
constexpr std::uint64_t kAcknowledgeFrames = 256;
constexpr std::size_t kAcknowledgeBytes = 64u * 1024;
constexpr std::chrono::milliseconds kAcknowledgeDelay(5000);

}  // namespace

Connection::Connection(EventLoop& loop, ConnectionOwner& owner, bool resumable, std::unique_ptr<LegacyCodec> legacy,
                       std::uint64_t first_ref)
    : loop_(loop),
      owner_(owner),
      wants_resume_(resumable && !legacy),
      legacy_(std::move(legacy)),
      log_(loop),
      refs_(first_ref) {}

Connection::~Connection() {
  stop_acknowledging();
}

std::vector<std::string> Connection::subprotocols() const {
  if (legacy_) return {};
  if (is_resumable()) return {"achex.2", "achex.2.resume"};
  return {"achex.2"};
}

void Connection::opened() {
  if (!is_resumable()) {
    if (legacy_ && legacy_->is_cloud()) greet("{}");
    return;
  }
  is_resuming_ = true;
  // Larger with each attempt: of two that cross, the server accepts the later one.
  const std::string generation = std::to_string(++generation_);
  socket_->send("{\"$resume\":{\"token\":" + quoted(token_) + ",\"generation\":" + generation +
                    ",\"received\":" + std::to_string(received_) + "}}",
                false);
}

void Connection::detach() {
  socket_.reset();
  is_resuming_ = false;
  is_live_ = false;
  log_.detach();
  stop_acknowledging();
}

void Connection::end() {
  const auto self = shared_from_this();
  const auto unsent = log_.unsent();
  detach();
  token_.clear();
  log_.end();
  const Fault fault = own_fault("unknown");
  // In the order of the requests, so that what is sent again keeps it.
  for (const auto& [ref, request] : pending_.take_all())
    if (request) request->replied({{}, &fault, unsent.count(ref) != 0 ? Result::Drop::unsent : Result::Drop::sent});
}

bool Connection::refuse(OutgoingRequest& request) {
  const std::size_t size = request.text.size() + kReference + (request.bytes ? request.bytes->size() : 0);
  std::string problem;
  if (largest_frame_ > 0 && size > largest_frame_)
    problem = "The frame has " + std::to_string(size) + " bytes; the limit is " + std::to_string(largest_frame_) + ".";
  else if (request.bytes && request.text.size() + kReference > kHeader)
    problem = "The header has " + std::to_string(request.text.size()) + " bytes; the limit is " +
              std::to_string(kHeader - kReference) + ".";
  else return false;
  const Fault fault = own_fault("too-large", problem);
  if (request.wants_reply) {
    request.replied({{}, &fault});
  } else {
    handle_text("{\"$fault\":{\"code\":\"too-large\",\"message\":" + quoted(problem) + "}}");
    request.sent(false);
  }
  return true;
}

/// Makes the message for the socket. False if there is none, because the dialect has no such frame.
bool Connection::encode(OutgoingRequest& request) {
  request.encoded_.clear();
  if (legacy_) {
    auto encoded = legacy_->encode(request.wants_reply ? std::optional(request.ref_) : std::nullopt,
                                   std::string(request.text.plain()), request.bytes.has_value(),
                                   [this](const std::string& reply) { handle_text(reply); });
    if (!encoded) return false;
    request.encoded_ = std::move(*encoded);
    request.data_ = request.encoded_;
    return true;
  }
  request.data_ = request.wants_reply ? request.text.with_ref(request.ref_) : request.text.plain();
  if (!request.bytes) return true;
  request.encoded_ = encode_binary(request.data_, *request.bytes);
  request.data_ = request.encoded_;
  return true;
}

void Connection::request(const RequestPtr& request) {
  if (refuse(*request)) return;
  request->ref_ = ++refs_;
  request->is_sent_called_ = false;
  request->is_binary_ = request->bytes.has_value();
  if (request->wants_reply) pending_.add(request->ref_, request);
  if (!encode(*request)) {
    if (!request->wants_reply) request->sent(false);
    return;
  }
  if (!request->key.empty()) {
    if (const RequestPtr before = log_.take(request->key)) {
      pending_.take(before->ref_);
      before->replaced();
    }
  }
  log_.add(request);
}

void Connection::request_time() {
  send_uncounted(legacy_ ? R"({"ping":true})" : R"({"$time":true})");
}

void Connection::received(const std::string& data, bool binary) {
  Frame& frame = frame_;
  const bool is_frame = parse_frame(data, binary, frame);
  if (is_resumable() && !is_resuming_ && (!is_frame || is_counted(frame))) count(data.size());
  if (!is_frame) return;
  if (legacy_) {
    if (const auto text = legacy_->decode(frame)) {
      handle_text(*text);
      return;
    }
  }
  handle(frame);
}

void Connection::handle_text(const std::string& text) {
  const auto self = shared_from_this();
  Frame frame;
  if (parse_frame(text, false, frame)) handle(frame);
}

/// The caller holds this connection, which a frame may end.
void Connection::handle(Frame& frame) {
  // The address is checked first, because a message from a legacy client may contain any key (PROTOCOL.md R3).
  if (address_key(frame) != nullptr) {
    owner_.received(frame);
    return;
  }
  if (is_resuming_) {
    resume_answered(frame);
  } else if (frame.has("$hello")) {
    greet(frame["$hello"]);
  } else if (const auto ref = number_of(frame["$ref"])) {
    replied(*ref, frame);
  } else if (is_asking_ && (frame.has("$resumable") || frame.has("$fault"))) {
    answered(frame["$resumable"]);
  } else if (is_resumable() && frame.has("$seen")) {
    seen(frame["$seen"]);
  } else {
    owner_.received(frame);
  }
}

void Connection::greet(std::string_view hello) {
  if (is_greeted_) return;
  is_greeted_ = true;
  set_limits(hello);
  if (wants_resume_) {
    // The first frame, and never without the login behind it: servers that do not know it refuse it, and go on
    // (PROTOCOL.md R70).
    socket_->send(R"({"$resume":true})", false);
    is_asking_ = true;
    log_.keep();
  }
  is_live_ = true;
  log_.attach(socket_);
  owner_.greeted(hello);
}

void Connection::replied(std::uint64_t ref, const Frame& frame) {
  // The server has skipped the request for a resumable session.
  if (is_asking_) answered({});
  const RequestPtr request = pending_.take(ref);
  if (!request) return;
  const std::string_view problem = frame["$fault"];
  if (problem.empty()) {
    request->replied({frame["$result"], nullptr});
  } else {
    const Fault fault = fault_from(problem);
    request->replied({{}, &fault});
  }
}

void Connection::answered(std::string_view resumable) {
  JsonMembers members;
  read_object(resumable, members);
  is_asking_ = false;
  token_ = string_of(value_of(members, "token"));
  window_ = std::chrono::milliseconds(number_of(value_of(members, "window")).value_or(0) * 1000);
  // Without a token, the session ends with its connection.
  if (!is_resumable()) log_.forget();
}

void Connection::resume_answered(const Frame& frame) {
  const std::string_view resumed = frame["$resumed"];
  if (!resumed.empty()) {
    JsonMembers members;
    read_object(resumed, members);
    is_resuming_ = false;
    const auto received = number_of(value_of(members, "received"));
    if (!received || !log_.resume(*received)) {
      owner_.out_of_step();
      return;
    }
    set_limits(resumed);
    is_live_ = true;
    log_.attach(socket_);
    owner_.resumed(resumed);
  } else if (frame.has("$fault")) {
    owner_.not_resumed(frame["$fault"]);
  } else if (frame.has("$hello")) {
    const std::string hello(frame["$hello"]);
    const auto next = owner_.not_resumed("{}");
    if (next) next->greet(hello);
  }
}

void Connection::seen(std::string_view counts) {
  JsonMembers members;
  read_object(counts, members);
  const auto received = number_of(value_of(members, "received"));
  const auto sent = number_of(value_of(members, "sent"));
  if (!received || !log_.acknowledge(*received) || !sent || *sent != received_) owner_.out_of_step();
}

void Connection::count(std::size_t bytes) {
  received_++;
  unacknowledged_bytes_ += bytes;
  if (received_ - acknowledged_ >= kAcknowledgeFrames || unacknowledged_bytes_ >= kAcknowledgeBytes) acknowledge();
  else if (!acknowledge_timer_) acknowledge_timer_ = loop_.after(kAcknowledgeDelay, [this] { acknowledge(); });
}

void Connection::acknowledge() {
  stop_acknowledging();
  send_uncounted("{\"$seen\":{\"received\":" + std::to_string(received_) +
                 ",\"sent\":" + std::to_string(log_.written()) + "}}");
}

void Connection::stop_acknowledging() {
  if (acknowledge_timer_) acknowledge_timer_->cancel();
  acknowledge_timer_.reset();
  // A resume acknowledges everything.
  acknowledged_ = received_;
  unacknowledged_bytes_ = 0;
}

void Connection::send_uncounted(std::string_view text) {
  if (!is_live_ || !socket_) return;
  log_.spend(text.size());
  socket_->send(text, false);
}

void Connection::set_limits(std::string_view hello) {
  JsonMembers members;
  read_object(hello, members);
  const std::string limits(value_of(members, "limits"));
  read_object(limits, members);
  const auto limit = [&](const char* key) { return number_of(value_of(members, key)).value_or(0); };
  largest_frame_ = static_cast<std::size_t>(limit("frame"));
  log_.limit(static_cast<double>(limit("framesPerSecond")), static_cast<double>(limit("bytesPerSecond")));
}

}  // namespace achex::detail
