#pragma once

#include "achex/events.hpp"
#include "achex/fault.hpp"
#include "achex/options.hpp"

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace boost {
namespace asio {
class io_context;
}
}  // namespace boost

namespace achex {

namespace detail {
class Core;
struct QuestionState;
struct OutgoingState;
struct IncomingState;
}  // namespace detail

class Room;

/// A question that another client asks. Answer it once, now or later, from any thread; a question that is destroyed
/// without an answer fails with `failed`. Copies are the same question.
class Question {
 public:
  /// For the library.
  explicit Question(std::shared_ptr<detail::QuestionState> state);
  /// The payload, as JSON.
  [[nodiscard]] const std::string& data() const;
  /// Login name and session id of the caller.
  [[nodiscard]] const std::string& from() const;
  [[nodiscard]] std::uint32_t sid() const;
  /// The caller has cancelled or disconnected, so that no answer is needed.
  [[nodiscard]] bool cancelled() const;
  /// Answers. Only the first answer or fault counts. A payload that is not a JSON object fails with `failed`.
  void answer(const Payload& data) const;
  /// Answers with a fault, whose code and message the caller gets.
  void fail(const Fault& fault) const;
  /// Reports progress; the question stays open.
  void progress(const Payload& data) const;

 private:
  std::shared_ptr<detail::QuestionState> state_;
};

/// A stream of bytes to one session. Copies are the same stream.
class OutgoingStream {
 public:
  /// For the library.
  explicit OutgoingStream(std::shared_ptr<detail::OutgoingState> state);
  /// What the receiver said when it accepted the stream, as JSON, and its session id.
  [[nodiscard]] const std::string& reply() const;
  [[nodiscard]] std::uint32_t sid() const;
  /// Sends bytes as fast as the receiver reads. The future is ready when they have been passed to the connection: wait
  /// for it before the next call, or they pile up in memory.
  std::future<void> write(std::string bytes) const;
  /// Ready when the receiver has confirmed that it has everything.
  std::future<void> close() const;
  /// Ends the stream with the fault `aborted` on both sides.
  void abort() const;

 private:
  std::shared_ptr<detail::OutgoingState> state_;
};

/// A stream of bytes from another client. Set the callbacks in the handler that gets it; they are called on the
/// client's thread. Without on_end(), it is confirmed when all bytes have arrived.
class IncomingStream {
 public:
  /// For the library.
  explicit IncomingStream(std::shared_ptr<detail::IncomingState> state);
  /// What the sender says about the stream, as JSON.
  [[nodiscard]] const std::string& meta() const;
  /// Login name and session id of the sender.
  [[nodiscard]] const std::string& from() const;
  [[nodiscard]] std::uint32_t sid() const;
  /// Accepts the stream with a reply; without a call it is accepted with `{}` when the handler returns.
  void accept(const Payload& reply) const;
  /// Called with the bytes in order. The sender may send more when it has returned; a fault that it throws ends the
  /// stream on both sides.
  void on_data(std::function<void(const std::string& bytes)> callback) const;
  /// Called once: with nullptr when everything has arrived, else with the reason. A fault thrown by it goes to the
  /// sender.
  void on_end(std::function<void(const Fault* fault)> callback) const;
  /// Ends the stream with a fault.
  void refuse(const Fault& fault) const;

 private:
  std::shared_ptr<detail::IncomingState> state_;
};

struct SentFile {
  /// Bytes.
  std::uint64_t size = 0;
  /// In hexadecimal.
  std::string sha256;
};

struct SendFileOptions {
  /// The name that the receiver sees; by default that of the file.
  std::string name;
  /// Its media type.
  std::string type = "application/octet-stream";
  /// Called with the number of bytes that have been sent so far, on the client's thread.
  std::function<void(std::uint64_t bytes)> on_progress;
};

/// A file that another client offers.
struct FileOffer {
  std::string from;
  std::uint32_t sid = 0;
  /// As the sender wrote it: may contain anything, also slashes. Never use it as a path.
  std::string name;
  std::string type;
  /// Bytes.
  std::uint64_t size = 0;
};

struct ReceivedFile {
  FileOffer offer;
  /// Where it was written.
  std::string path;
  /// In hexadecimal; the sender's is the same.
  std::string sha256;
};

/// Returns the path to write an offered file to. A fault that it throws goes to the sender, who is refused.
using FileAccept = std::function<std::string(const FileOffer& offer)>;
/// Gets each file that was received, or why it was not.
using FileDone = std::function<void(Outcome<ReceivedFile>)>;

/// A client of a relay. It connects, logs in, reconnects, and resumes its session, so that every message arrives
/// exactly once.
///
/// All functions may be called from any thread, also from callbacks, but those that wait (`wait_ready`,
/// `wait_for_room`, `drain`, and get() of a future) would wait for themselves there. Callbacks are called one at a
/// time, on the client's own thread or on the caller's context, and never after the destructor. Futures throw an
/// achex::Fault.
class Client {
 public:
  /// With a thread of its own. Throws `bad-address` if the address is invalid.
  explicit Client(Options options, std::function<void(Event&)> on_event = nullptr);
  /// On the caller's context, which must outlive the client.
  Client(boost::asio::io_context& context, Options options, std::function<void(Event&)> on_event = nullptr);
  /// On another implementation of the transport.
  Client(std::shared_ptr<EventLoop> loop, Options options, std::function<void(Event&)> on_event = nullptr);
  /// Closes. Takes at most `close_timeout` and the time of a callback that is running. In a callback of its own, it
  /// does not wait: the client's thread ends after that callback, within `close_timeout`.
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Connects again after close() or a rejection, or for the first time without `auto_connect`.
  void connect();
  /// True once logged in; false after the timeout, or when the client is closed.
  bool wait_ready(Milliseconds timeout = Milliseconds(30'000));
  /// Replaces the credentials: on this connection, or for the next one.
  std::future<void> login(Credentials credentials);
  /// Waits until everything is confirmed or rejected. False after the timeout.
  bool drain(Milliseconds timeout = Milliseconds(30'000));
  /// Disconnects. What is unconfirmed fails with `closed` or `unknown`. Idempotent.
  void close();
  /// Drops the connection as a network would; the client reconnects. For tests.
  void drop_connection();

  [[nodiscard]] State state() const;
  /// Why it is closed, or, before it has connected again, why the last attempt failed; otherwise its code is empty.
  [[nodiscard]] Fault reason() const;
  /// The session id, of the last session while disconnected; 0 before the first one.
  [[nodiscard]] std::uint32_t sid() const;
  /// The login name, or the idtag of a service; empty before the login.
  [[nodiscard]] std::string name() const;
  /// The server's greeting as JSON (PROTOCOL.md R5).
  [[nodiscard]] std::string hello() const;

  /// How full the queue of unsent and unconfirmed messages is, from 0 to 1; at 1, sends fail with `outbox-full`.
  [[nodiscard]] double pressure() const;
  /// Returns at once while pressure() is below 1; otherwise waits until it has fallen to one half.
  bool wait_for_room(Milliseconds timeout = Milliseconds(30'000));

  /// Sends a message. The delivery arrives when the server has accepted it; faults: `no-such-name`, `too-large` and
  /// others of the server, `outbox-full`, `bad-payload`, `closed`, and `unknown` if the session ended in between.
  std::future<Delivery> send(const Channel& channel, const Payload& data, const SendOptions& options = {});
  void send(const Channel& channel, const Payload& data, Callback<Delivery> done, const SendOptions& options = {});
  /// The same with bytes, and a payload beside them.
  std::future<Delivery> send_binary(const Channel& channel, std::string bytes, const Payload& data = "{}",
                                    const SendOptions& options = {});
  void send_binary(const Channel& channel, std::string bytes, const Payload& data, Callback<Delivery> done,
                   const SendOptions& options = {});
  /// Sends without a confirmation, for frequent updates. False if it is not queued: closed, full or no valid payload. A
  /// rejection by the server is an event.
  bool post(const Channel& channel, const Payload& data, const SendOptions& options = {});
  bool post_binary(const Channel& channel, std::string bytes, const Payload& data = "{}",
                   const SendOptions& options = {});

  /// Asks a name or a session, and returns the payload of the first answer, as JSON. Faults: those of send(), those of
  /// the other side, `no-handler`, and `timeout`.
  std::future<std::string> ask(const Channel& whom, const Payload& data, const AskOptions& options = {});
  void ask(const Channel& whom, const Payload& data, Callback<std::string> done, const AskOptions& options = {});
  /// Answers the questions to this client, or only those to one of its names. A nullptr removes the handler.
  void on_question(std::function<void(Question)> handler, const std::string& name = {});
  /// The same for functions that return the answer. A fault that they throw goes to the caller.
  template <class Handler, class = std::enable_if_t<!std::is_void_v<std::invoke_result_t<Handler, const Question&>>>>
  void handle(Handler handler, const std::string& name = {}) {
    on_question([handler = std::move(handler)](Question question) { question.answer(Payload(handler(question))); },
                name);
  }
  /// Gives up its names, waits until open questions are answered, and closes. For services that stop.
  std::future<void> retire();

  /// A handle of a room; it does not join.
  [[nodiscard]] Room hub(const std::string& name);
  [[nodiscard]] Room broadcast(const std::string& name);

  /// Watches names (PROTOCOL.md R25); returns those that are online. NameOnline events follow.
  std::future<std::vector<std::string>> watch(const std::vector<std::string>& names);
  /// No more events about these names.
  void unwatch(const std::vector<std::string>& names);

  /// The history of a kept name of this client (PROTOCOL.md R142).
  std::future<HistoryPage> inbox_history(const std::string& name, std::uint32_t last);
  /// Confirms messages of an inbox up to a sequence number (PROTOCOL.md R145).
  std::future<void> confirm(const std::string& name, const std::string& device, std::uint64_t seq);

  /// The round trip to the server and back, measured by the server.
  std::future<Milliseconds> latency();
  /// The server's clock in milliseconds since 1970.
  std::future<std::uint64_t> server_time();
  /// Any frame of PROTOCOL.md, such as `{"serverstat":true}`; returns its result as JSON.
  std::future<std::string> request(const std::string& frame);
  void request(const std::string& frame, Callback<std::string> done);

  /// Opens a stream to a session, or a name that exactly one session has. `meta` describes it.
  std::future<OutgoingStream> open_stream(const Channel& whom, const Payload& meta = "{}");
  /// Gets the streams to this client; a fault that it throws goes to the sender. A nullptr removes the handler.
  void on_stream(std::function<void(IncomingStream)> handler);

  /// Sends a file. If a side disconnects, it continues where the receiver stopped, provided both return within a
  /// minute. Ready when the receiver has all of it and its SHA-256 matches.
  std::future<SentFile> send_file(const Channel& whom, const std::string& path, const SendFileOptions& options = {});
  /// Accepts files, which are written to the path that `accept` returns. A nullptr rejects them.
  void receive_files(FileAccept accept, FileDone done = nullptr);

 private:
  friend class Room;
  std::shared_ptr<detail::Core> core_;
};

}  // namespace achex

#include "achex/room.hpp"  // IWYU pragma: export
