#pragma once

#include "../url.hpp"
#include "achex/transport.hpp"
#include "asio.hpp"
#include "connector.hpp"
#include "outbox.hpp"
#include "tcp_streams.hpp"
#include "websocket_frames.hpp"
#include "websocket_handshake.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <optional>

namespace achex::detail {

/// One WebSocket connection over PlainStream or TlsStream, with one read and one write in progress at a time.
template <class Stream>
class AsioSocket final : public Socket, public std::enable_shared_from_this<AsioSocket<Stream>> {
 public:
  AsioSocket(const Strand& strand, Url url, const SocketOptions& options, std::shared_ptr<asio::ssl::context> tls,
             std::shared_ptr<SocketListener> listener)
      : strand_(strand),
        url_(std::move(url)),
        options_(options),
        tls_(std::move(tls)),
        listener_(std::move(listener)),
        timer_(strand),
        reader_(options.max_message),
        outbox_(options.writes_now) {}

  ~AsioSocket() override {
    // A look-up may still be running, and must not post to a context that is gone.
    if (connector_) connector_->cancel();
  }

  void start(const Proxy& proxy) {
    connector_ = std::make_shared<Connector>(strand_, url_, proxy);
    connector_->start([weak = this->weak_from_this()](const std::string& error, TcpSocket socket) {
      const auto self = weak.lock();
      if (!self) return;
      self->connector_.reset();
      if (!error.empty()) self->end(1006, error);
      else self->secure(std::move(socket));
    });
  }

  void send(std::string_view data, bool binary) override {
    if (!listener_ || closing_) return;
    outbox_.send(data, binary);
    write_soon();
  }

  bool send_now(std::string_view data, bool binary) override {
    const Outbox::Now now = outbox_.write_now(data, binary);
    if (now == Outbox::Now::partly)
      asio::post(strand_, [self = this->shared_from_this()] { self->write(self->outbox_.rest()); });
    return now != Outbox::Now::no;
  }

  std::size_t queued() const override { return outbox_.queued(); }

  void pause(bool paused) override {
    paused_ = paused;
    if (!paused && phase_ == Phase::open) deliver();
  }

  void close(int code, std::chrono::milliseconds deadline) override {
    if (!listener_ || closing_) return;
    if (phase_ != Phase::open) {
      end(1006, "closed before it was open");
      return;
    }
    closing_ = code;
    outbox_.close(code);
    start_timer(deadline, "the server did not confirm the close");
    write_soon();
    // The other side's frame is only seen by a read.
    pause(false);
  }

  void abandon() override {
    listener_ = nullptr;
    if (connector_) connector_->cancel();
    timer_.cancel();
    drop();
  }

 private:
  enum class Phase : std::uint8_t { connecting, open, ended };
  /// How long a close frame that nobody waits for may take.
  static constexpr std::chrono::milliseconds kLastWords{300};

  typename TcpSocket::lowest_layer_type& tcp() { return stream_->lowest_layer(); }

  void secure(TcpSocket socket) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.emplace(std::move(socket), *tls_);
      prepare_tls(*stream_, url_.host, options_.tls);
      stream_->async_handshake(asio::ssl::stream_base::client, [self = this->shared_from_this()](ErrorCode code) {
        if (code) self->end(1006, "TLS: " + code.message());
        else self->shake_hands();
      });
    } else {
      stream_.emplace(std::move(socket));
      shake_hands();
    }
  }

  void shake_hands() {
    if (!listener_) return;
    handshake_.emplace(url_, options_.subprotocols);
    asio::async_write(*stream_, asio::buffer(handshake_->request()),
                      [self = this->shared_from_this()](ErrorCode code, std::size_t) {
                        if (code) self->end(1006, code.message());
                        else self->read();
                      });
  }

  void read() {
    if (!listener_ || paused_ || reading_) return;
    reading_ = true;
    const auto [data, size] = reader_.space();
    stream_->async_read_some(asio::buffer(data, size),
                             [self = this->shared_from_this(), at = data](ErrorCode code, std::size_t received) {
                               self->reading_ = false;
                               if (self->phase_ == Phase::connecting) self->answered(code, at, received);
                               else if (code) self->failed(code);
                               else self->arrived(received);
                             });
  }

  /// A part of the response to the handshake.
  void answered(ErrorCode code, const char* data, std::size_t size) {
    if (!listener_) return;
    const std::size_t used = code ? 0 : handshake_->read({data, size});
    if (code) handshake_->read_end();
    if (!handshake_->is_complete()) {
      read();
      return;
    }
    if (!handshake_->problem().empty()) {
      end(1006, handshake_->problem());
      return;
    }
    phase_ = Phase::open;
    if constexpr (std::is_same_v<Stream, PlainStream>) outbox_.set_descriptor(tcp().native_handle());
    const auto listener = listener_;
    listener->opened(handshake_->subprotocol());
    handshake_.reset();
    write_soon();
    arrived(size, used);
  }

  void arrived(std::size_t size, std::size_t skipped = 0) {
    reader_.received(size, skipped);
    deliver();
  }

  /// Passes on what has been read, and reads more.
  void deliver() {
    // Held: the calls may abandon this socket.
    const auto self = this->shared_from_this();
    if (is_delivering_) return;
    is_delivering_ = true;
    const auto listener = listener_;
    while (listener_ && !paused_ && phase_ == Phase::open && reader_.next(event_)) handle();
    if (listener_) listener->settled();
    is_delivering_ = false;
    if (write_wanted_) write();
    if (phase_ == Phase::open) read();
  }

  void handle() {
    switch (event_.kind) {
      case WebSocketEvent::Kind::text:
      case WebSocketEvent::Kind::binary:
        listener_->received(event_.data, event_.kind == WebSocketEvent::Kind::binary);
        break;
      case WebSocketEvent::Kind::ping:
        outbox_.pong(std::move(event_.data));
        write_soon();
        break;
      case WebSocketEvent::Kind::pong:
        break;
      case WebSocketEvent::Kind::close:
        closed_by_server();
        break;
      case WebSocketEvent::Kind::invalid:
        finish(event_.code, "the server sent what is not allowed: " + event_.data);
        break;
    }
  }

  void closed_by_server() {
    // The side that closed first has chosen the code.
    if (closing_ && outbox_.is_close_sent()) end(*closing_, {});
    else finish(event_.code, event_.data);
  }

  /// Ends the connection after a close frame; the listener does not wait for that to be written.
  void finish(int code, const std::string& reason) {
    outbox_.close_now(code);
    write_soon();
    start_timer(kLastWords, "");
    phase_ = Phase::ended;
    const auto listener = std::exchange(listener_, nullptr);
    if (listener) listener->closed(code, reason);
  }

  void start_timer(std::chrono::milliseconds delay, const char* reason) {
    timer_.expires_after(delay);
    timer_.async_wait([self = this->shared_from_this(), reason](ErrorCode cancelled) {
      if (!cancelled) self->end(1006, reason);
    });
  }

  /// After the function that is running, so that everything it sends shares a write.
  void write_soon() {
    if (std::exchange(write_wanted_, true) || is_delivering_) return;
    asio::post(strand_, [self = this->shared_from_this()] { self->write(); });
  }

  void write() {
    write_wanted_ = false;
    if (phase_ == Phase::connecting || !stream_ || !tcp().is_open()) return;
    if (const std::string* const output = outbox_.begin_write()) write(*output);
  }

  void write(std::string_view output) {
    if (!stream_ || !tcp().is_open()) return;
    asio::async_write(*stream_, asio::buffer(output.data(), output.size()),
                      [self = this->shared_from_this()](ErrorCode code, std::size_t) { self->written(code); });
  }

  void written(ErrorCode code) {
    outbox_.written();
    if (phase_ == Phase::ended) {
      if (code || outbox_.is_close_sent()) end(1006, {});
      else write();
      return;
    }
    // The read reports why the connection has ended, and with which code.
    if (code) {
      if (!reading_) failed(code);
      return;
    }
    const auto listener = listener_;
    write_wanted_ = true;  // Now, without another turn of the loop.
    if (outbox_.is_empty() && listener) listener->drained();
    write();
  }

  void failed(ErrorCode code) {
    if (code == asio::error::eof || code == asio::ssl::error::stream_truncated) end(1006, "the connection dropped");
    else end(1006, code.message());
  }

  void end(int code, const std::string& reason) {
    const auto listener = std::exchange(listener_, nullptr);
    timer_.cancel();
    drop();
    if (listener) listener->closed(code, reason);
  }

  void drop() {
    phase_ = Phase::ended;
    outbox_.set_descriptor(-1);
    ErrorCode ignored;
    if (stream_) tcp().close(ignored);
  }

  Strand strand_;
  Url url_;
  SocketOptions options_;
  std::shared_ptr<asio::ssl::context> tls_;
  std::shared_ptr<SocketListener> listener_;
  SteadyTimer timer_;
  std::shared_ptr<Connector> connector_;
  std::optional<Stream> stream_;
  std::optional<WebSocketHandshake> handshake_;
  Phase phase_ = Phase::connecting;

  WebSocketReader reader_;
  WebSocketEvent event_;
  bool reading_ = false;
  bool is_delivering_ = false;
  bool paused_ = false;

  Outbox outbox_;
  bool write_wanted_ = false;
  /// The code of a close that this side has begun.
  std::optional<int> closing_;
};

}  // namespace achex::detail
