#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost {
namespace asio {
class io_context;
}
}  // namespace boost

namespace achex {

/// How a `wss://` connection is secured: TLS 1.2 or later; certificate and host name are checked.
struct TlsOptions {
  /// A PEM file of certificate authorities to trust in addition to the system's.
  std::string ca_file;
  /// Accepts every certificate. Only for tests: anyone on the way can read and change everything.
  bool insecure_skip_verification = false;
};

/// Where a WebSocket connects to.
struct SocketOptions {
  /// `ws://host[:port]/path` or `wss://…`; IPv6 addresses in brackets.
  std::string url;
  std::vector<std::string> subprotocols;
  TlsOptions tls;
  /// Largest message that is accepted, in bytes.
  std::size_t max_message = 64u * 1024 * 1024;
  /// Connect through the proxy of `https_proxy`, `http_proxy` or `all_proxy`, unless `no_proxy` lists the host.
  bool use_proxy = true;
  /// Whether send_now() will be called. It is only possible without TLS.
  bool writes_now = false;
};

/// What a socket reports, on the thread of its event loop.
class SocketListener {
 public:
  virtual ~SocketListener() = default;
  /// The handshake is complete; `subprotocol` is the one that the server confirmed.
  virtual void opened(const std::string& subprotocol) = 0;
  /// The listener may move the message away.
  virtual void received(std::string& data, bool binary) = 0;
  /// Everything that has arrived so far was passed to received(). Called at least once after the last message, so that
  /// a listener may collect messages and handle them together.
  virtual void settled() {}
  /// Everything passed to send() has been written.
  virtual void drained() = 0;
  /// The connection has ended, or could not be opened: the last call. `code` is a close code, 1006 without a closing
  /// handshake.
  virtual void closed(int code, const std::string& reason) = 0;
};

/// A WebSocket connection. Its functions may only be called on the thread of its event loop.
class Socket {
 public:
  virtual ~Socket() = default;
  /// Queues a copy of a message. Messages are written in order; those that wait may share a write.
  virtual void send(std::string_view data, bool binary) = 0;
  /// Writes a message at once, from any thread, if SocketOptions::writes_now is set and nothing waits to be written
  /// before it. If it returns false, nothing was sent.
  virtual bool send_now(std::string_view /*data*/, bool /*binary*/) { return false; }
  /// Bytes that were passed to send() and not written yet.
  virtual std::size_t queued() const = 0;
  /// Stops or continues reading, so that the sender is slowed down by TCP.
  virtual void pause(bool paused) = 0;
  /// Writes what is queued, then closes. closed() follows within the deadline, if necessary without the other side's
  /// reply.
  virtual void close(int code, std::chrono::milliseconds deadline) = 0;
  /// Ends the connection at once. The listener is not called again.
  virtual void abandon() = 0;
};

class Timer {
 public:
  virtual ~Timer() = default;
  virtual void cancel() = 0;
};

/// Runs functions one at a time, and opens sockets. Implement it, Socket and Timer to use another WebSocket library.
class EventLoop {
 public:
  virtual ~EventLoop() = default;
  /// Runs the function later, after those posted before. May be called from any thread.
  virtual void post(std::function<void()> function) = 0;
  /// Runs the function after the delay, unless the timer is cancelled first. Only on the loop's thread.
  virtual std::shared_ptr<Timer> after(std::chrono::milliseconds delay, std::function<void()> function) = 0;
  /// Opens a connection, which keeps its listener until closed() or abandon(). Only on the loop's thread.
  virtual std::shared_ptr<Socket> open(const SocketOptions& options, std::shared_ptr<SocketListener> listener) = 0;
  /// Waits until nothing is left to do, at most until the deadline, stops the loop's own thread, and runs what was
  /// posted and is still waiting. Does not wait on that thread.
  virtual void shut_down(std::chrono::milliseconds deadline) = 0;
};

/// A loop with a thread of its own, on Boost.Asio.
std::shared_ptr<EventLoop> make_event_loop();

/// A loop on the caller's context, in a strand of its own. The context must outlive everything that uses the loop.
std::shared_ptr<EventLoop> make_event_loop(boost::asio::io_context& context);

}  // namespace achex
