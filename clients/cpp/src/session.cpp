#include "session.hpp"

#include "url.hpp"

#include <algorithm>
#include <utility>

namespace achex::detail {

std::string login_frame(const Credentials& credentials) {
  std::string frame = credentials.service ? "{\"serviceID\":" : "{\"setID\":";
  frame += quoted(credentials.name) + ",\"passwd\":" + quoted(credentials.password);
  if (!credentials.idtag.empty()) frame += ",\"idtag\":" + quoted(credentials.idtag);
  if (!credentials.inbox.empty()) frame += ",\"$inbox\":" + quoted(credentials.inbox);
  return frame + "}";
}

/// The listener of one socket, so that what a socket says late does not reach the next one.
class Session::Attempt final : public SocketListener {
 public:
  explicit Attempt(Session& session) : session_(&session) {}

  /// The session has no more use for the socket, which is closing.
  void release() { session_ = nullptr; }

  void opened(const std::string& subprotocol) override {
    if (session_ == nullptr) return;
    const auto keep = session_->shared_from_this();
    if (keep->options.dialect == Dialect::achex2 && subprotocol != "achex.2")
      keep->stop(own_fault("unsupported", "The server does not speak achex.2."), false);
    else keep->current_->opened();
  }
  void received(std::string& data, bool binary) override {
    if (session_ == nullptr) return;
    const auto keep = session_->shared_from_this();
    is_heard_ = true;
    if (keep->dead_timer_) keep->dead_timer_->cancel();
    keep->dead_timer_.reset();
    const auto connection = keep->current_;
    if (connection) connection->received(data, binary);
  }
  void settled() override {
    if (!std::exchange(is_heard_, false) || session_ == nullptr) return;
    const auto keep = session_->shared_from_this();
    keep->heard_ = Clock::now();
    keep->owner_.settled();
  }
  void drained() override {
    if (session_ != nullptr && session_->current_) session_->current_->drained();
  }
  void closed(int code, const std::string& detail) override {
    if (session_ == nullptr) return;
    const auto keep = session_->shared_from_this();
    const auto attempt = keep->attempt_;
    keep->socket_ended(code, detail);
  }

 private:
  Session* session_;
  /// Something has arrived since settled().
  bool is_heard_ = false;
};

Session::Session(std::shared_ptr<EventLoop> loop_, Options options_, SessionOwner& owner)
    : loop(std::move(loop_)), options(std::move(options_)), owner_(owner), credentials_(options.credentials) {}

Session::~Session() {
  stop_timers();
  if (socket_) socket_->abandon();
}

void Session::start() {
  if (state != State::idle && state != State::closed) return;
  reason = Fault();
  cause = Fault();
  pauses_ = 0;
  failures_ = 0;
  open();
}

void Session::stop(const Fault& fault, bool final) {
  if (reason.code == "closed" || (!reason.code.empty() && !final)) return;
  reason = fault;
  hang_up(1000);
  connection_.reset();
  owner_.closed(fault, final);
  set_state(State::closed);
}

void Session::login(Credentials credentials, std::function<void(const Fault*)> done) {
  if (!connection_ || !reason.code.empty()) {
    credentials_ = std::move(credentials);
    if (reason.code != "closed") start();
    done(reason.code == "closed" ? &reason : nullptr);
    return;
  }
  control(login_frame(credentials), [this, credentials, done = std::move(done)](const Result& result) {
    // If the login is rejected, the session keeps its name (PROTOCOL.md A6).
    if (!result.fault || result.drop != Result::Drop::none) credentials_ = credentials;
    if (!result.fault) {
      name = credentials.idtag.empty() ? credentials.name : credentials.idtag;
      owner_.identity_changed();
    }
    done(result.fault);
  });
}

void Session::control(const std::string& body, ReplyHandler reply, std::optional<std::string> bytes) {
  if (!connection_) {
    const Fault fault = own_fault("unknown");
    if (reply) reply({{}, &fault, Result::Drop::unsent});
    return;
  }
  const auto request = std::make_shared<FunctionRequest>(body, std::move(reply));
  request->bytes = std::move(bytes);
  connection_->request(request);
  // Encoded or ended: it is not sent again.
  request->bytes.reset();
}

void Session::drop() {
  if (socket_) socket_->abandon();
  if (socket_) socket_ended(1006, "dropped by this client");
}

void Session::open() {
  stop_timers();
  set_state(State::connecting);
  // A listener may have closed the client.
  if (state != State::connecting) return;
  current_ = connection_ ? connection_ : make_connection();
  attempt_ = std::make_shared<Attempt>(*this);
  SocketOptions socket;
  socket.subprotocols = current_->subprotocols();
  socket.tls = options.tls;
  socket.max_message = options.max_message;
  try {
    socket.url = with_instance(options.url, options.instance);
    socket_ = loop->open(socket, attempt_);
  } catch (const Fault& fault) {
    stop(fault, false);
    return;
  }
  current_->attach(socket_);
  deadline_timer_ = loop->after(options.connect_timeout, [this] {
    const auto keep = shared_from_this();
    if (socket_) socket_->abandon();
    socket_ended(1006, "the server did not answer in time");
  });
}

std::shared_ptr<Connection> Session::make_connection() {
  std::unique_ptr<LegacyCodec> legacy;
  if (options.dialect != Dialect::achex2) legacy = std::make_unique<LegacyCodec>(options.dialect == Dialect::cloud);
  return std::make_shared<Connection>(*loop, *this, options.resume, std::move(legacy), refs_);
}

void Session::greeted(std::string_view greeting) {
  identify(greeting);
  log_in(current_);
}

void Session::log_in(const std::shared_ptr<Connection>& connection) {
  if (credentials_.name.empty()) {
    become_ready();
    return;
  }
  const auto reply = [this, connection, used = credentials_](const Result& result) {
    if (result.drop != Result::Drop::none || connection != current_) return;
    if (credentials_.name != used.name || credentials_.password != used.password || credentials_.idtag != used.idtag) {
      // login() was called in the meantime.
      log_in(connection);
    } else if (!result.fault) {
      name = used.idtag.empty() ? used.name : used.idtag;
      JsonMembers members;
      read_object(result.json, members);
      if (const auto own = number_of(value_of(members, "sid"))) sid = static_cast<std::uint32_t>(*own);
      become_ready();
    } else if (result.fault->retry) {
      const Fault fault = *result.fault;
      hang_up(1000);
      failed(fault);
    } else {
      stop(*result.fault, false);
    }
  };
  connection->request(std::make_shared<FunctionRequest>(login_frame(credentials_), reply));
}

void Session::become_ready() {
  connection_ = current_;
  up();
  owner_.identity_changed();
  owner_.ready();
  if (reason.code.empty()) set_state(State::ready);
}

void Session::resumed(std::string_view resumed) {
  connection_ = current_;
  identify(resumed);
  up();
  JsonMembers members;
  read_object(resumed, members);
  owner_.emit(Resumed{number_of(value_of(members, "replay")).value_or(0)});
  if (reason.code.empty()) set_state(State::ready);
}

void Session::up() {
  ready_since_ = Clock::now();
  failures_ = 0;
  cause = Fault();
  if (deadline_timer_) deadline_timer_->cancel();
  deadline_timer_.reset();
  start_heartbeat();
}

void Session::set_state(State next) {
  if (state == next) return;
  state = next;
  owner_.identity_changed();
  owner_.emit(StateChanged{next});
}

void Session::identify(std::string_view greeting) {
  JsonMembers members;
  read_object(greeting, members);
  hello = std::string(greeting);
  if (const auto own = number_of(value_of(members, "sid"))) sid = static_cast<std::uint32_t>(*own);
  if (const auto seconds = number_of(value_of(members, "heartbeat"))) heartbeat_ = std::chrono::seconds(*seconds);
  JsonMembers limits;
  read_object(value_of(members, "limits"), limits);
  frame_limit = number_of(value_of(limits, "frame")).value_or(0);
  bytes_per_second = number_of(value_of(limits, "bytesPerSecond")).value_or(0);
  owner_.identity_changed();
}

/// Closes the connection on purpose: the session of the server ends with it.
void Session::hang_up(int code) {
  stop_timers();
  const auto current = std::exchange(current_, nullptr);
  release_socket(code);
  if (current) {
    refs_ = std::max(refs_, current->last_ref());
    current->end();
  }
  if (connection_ && connection_ != current) connection_->end();
}

void Session::release_socket(int code) {
  const auto socket = std::exchange(socket_, nullptr);
  const auto attempt = std::exchange(attempt_, nullptr);
  if (!socket || !attempt) return;
  attempt->release();
  socket->close(code, options.close_timeout);
}

}  // namespace achex::detail
