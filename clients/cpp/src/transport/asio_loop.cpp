#include "achex/fault.hpp"
#include "achex/transport.hpp"
#include "asio_socket.hpp"

#include <openssl/crypto.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace achex {

namespace detail {

namespace {

std::shared_ptr<asio::ssl::context> make_tls_context(const TlsOptions& options) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->set_default_verify_paths();
  if (!options.ca_file.empty()) {
    ErrorCode code;
    context->load_verify_file(options.ca_file, code);
    if (code)
      throw Fault("bad-address", "The CA file " + options.ca_file + " cannot be used: " + code.message() + ".",
                  "Name a PEM file.");
  }
  context->set_verify_mode(options.insecure_skip_verification ? asio::ssl::verify_none : asio::ssl::verify_peer);
  return context;
}

class SteadyTimerHandle final : public Timer, public std::enable_shared_from_this<SteadyTimerHandle> {
 public:
  explicit SteadyTimerHandle(const Strand& strand) : timer_(strand) {}

  void start(std::chrono::milliseconds delay, std::function<void()> function) {
    function_ = std::move(function);
    timer_.expires_after(delay);
    timer_.async_wait([self = shared_from_this()](ErrorCode) {
      // Not by the error: a timer that is cancelled after it has expired completes without one.
      const auto due = std::exchange(self->function_, nullptr);
      if (due) due();
    });
  }

  void cancel() override {
    function_ = nullptr;
    timer_.cancel();
  }

 private:
  SteadyTimer timer_;
  std::function<void()> function_;
};

class AsioLoop final : public EventLoop {
 public:
  explicit AsioLoop(asio::io_context& context) : strand_(asio::make_strand(context)) {}

  AsioLoop() : own_(std::make_shared<Own>()), strand_(asio::make_strand(own_->context)) {
    thread_ = std::thread([own = own_] {
      own->context.run();
      const std::lock_guard<std::mutex> lock(own->mutex);
      own->is_finished = true;
      own->finished.notify_all();
    });
  }

  ~AsioLoop() override { shut_down(std::chrono::milliseconds(0)); }

  void post(std::function<void()> function) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (strand_) asio::post(*strand_, std::move(function));
  }

  std::shared_ptr<Timer> after(std::chrono::milliseconds delay, std::function<void()> function) override {
    auto timer = std::make_shared<SteadyTimerHandle>(*strand_);
    timer->start(delay, std::move(function));
    return timer;
  }

  std::shared_ptr<Socket> open(const SocketOptions& options, std::shared_ptr<SocketListener> listener) override {
    const Url url = parse_url(options.url);
    const Proxy proxy = options.use_proxy ? proxy_from_environment(url) : Proxy{};
    if (!url.tls) return start<PlainStream>(url, options, nullptr, std::move(listener), proxy);
    // Reading the system's certificates takes milliseconds, so the context is kept for the attempts that follow.
    const std::string key = options.tls.ca_file + (options.tls.insecure_skip_verification ? "!" : "");
    if (!tls_ || tls_key_ != key) tls_ = make_tls_context(options.tls);
    tls_key_ = key;
    return start<TlsStream>(url, options, tls_, std::move(listener), proxy);
  }

  void shut_down(std::chrono::milliseconds deadline) override {
    if (!own_ || !thread_.joinable()) return;
    own_->guard.reset();
    if (thread_.get_id() == std::this_thread::get_id()) {
      // Called from a callback: the thread ends when nothing is left to do.
      thread_.detach();
      return;
    }
    {
      std::unique_lock<std::mutex> lock(own_->mutex);
      own_->finished.wait_for(lock, deadline, [this] { return own_->is_finished; });
    }
    own_->context.stop();
    thread_.join();
    // A thread that was late has left work behind, such as releasing sockets, which must not outlive the context.
    own_->context.restart();
    own_->context.poll();
    // What waits for something else refers to those who use this loop, who would never be deleted.
    const std::lock_guard<std::mutex> lock(mutex_);
    strand_.reset();
    own_.reset();
  }

 private:
  struct Own {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
    std::mutex mutex;
    std::condition_variable finished;
    bool is_finished = false;
  };

  template <class Stream>
  std::shared_ptr<Socket> start(const Url& url, const SocketOptions& options, std::shared_ptr<asio::ssl::context> tls,
                                std::shared_ptr<SocketListener> listener, const Proxy& proxy) {
    auto socket = std::make_shared<AsioSocket<Stream>>(*strand_, url, options, std::move(tls), std::move(listener));
    socket->start(proxy);
    return socket;
  }

  std::shared_ptr<Own> own_;
  std::mutex mutex_;
  /// Empty after shut_down().
  std::optional<Strand> strand_;
  std::shared_ptr<asio::ssl::context> tls_;
  std::string tls_key_;
  std::thread thread_;
};

}  // namespace

}  // namespace detail

std::shared_ptr<EventLoop> make_event_loop() {
  // Before the caller exists: OpenSSL cleans up when the program ends, and objects that are destroyed then are those
  // that were created after it. A static client uses it once more, to say goodbye.
  // Without any option, the function does nothing.
  OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
  return std::make_shared<detail::AsioLoop>();
}

std::shared_ptr<EventLoop> make_event_loop(boost::asio::io_context& context) {
  return std::make_shared<detail::AsioLoop>(context);
}

}  // namespace achex
