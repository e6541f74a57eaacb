#pragma once

#include "../url.hpp"
#include "achex/transport.hpp"
#include "asio.hpp"
#include "connector.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <deque>
#include <optional>

namespace achex::detail {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

// Types of our own, so that the functions below are those that Beast finds for them.
struct PlainStream : TcpSocket {
  explicit PlainStream(TcpSocket socket) : TcpSocket(std::move(socket)) {}
};
struct TlsStream : asio::ssl::stream<TcpSocket> {
  using asio::ssl::stream<TcpSocket>::stream;
};

/// Ends a connection after the closing handshake. Beast's own function waits for the server to close its side, for ever
/// if it does not.
template <class Stream, class Handler>
void tear_down(Stream& stream, Handler&& handler) {
  ErrorCode ignored;
  beast::get_lowest_layer(stream).shutdown(TcpSocket::shutdown_both, ignored);
  asio::post(stream.get_executor(), beast::bind_front_handler(std::forward<Handler>(handler), ErrorCode()));
}
template <class Handler>
void async_teardown(beast::role_type, PlainStream& stream, Handler&& handler) {
  tear_down(stream, std::forward<Handler>(handler));
}
template <class Handler>
void async_teardown(beast::role_type, TlsStream& stream, Handler&& handler) {
  tear_down(stream, std::forward<Handler>(handler));
}

/// One connection over `Stream`: PlainStream or TlsStream.
template <class Stream>
class BeastSocket final : public Socket, public std::enable_shared_from_this<BeastSocket<Stream>> {
 public:
  BeastSocket(const Strand& strand, Url url, const SocketOptions& options, std::shared_ptr<asio::ssl::context> tls,
              std::shared_ptr<SocketListener> listener)
      : strand_(strand),
        url_(std::move(url)),
        options_(options),
        tls_(std::move(tls)),
        listener_(std::move(listener)),
        timer_(strand) {}

  ~BeastSocket() override {
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

  void send(std::shared_ptr<const std::string> data, bool binary) override {
    if (!listener_ || closing_) return;
    queued_ += data->size();
    queue_.push_back({std::move(data), binary});
    write();
  }

  std::size_t queued() const override { return queued_; }

  void pause(bool paused) override {
    paused_ = paused;
    if (!paused && open_ && !reading_) read();
  }

  void close(int code, std::chrono::milliseconds deadline) override {
    if (!listener_ || closing_) return;
    if (!open_) {
      end(1006, "closed before it was open");
      return;
    }
    closing_ = code;
    timer_.expires_after(deadline);
    timer_.async_wait([self = this->shared_from_this()](ErrorCode cancelled) {
      if (!cancelled) self->end(1006, "the server did not confirm the close");
    });
    write();
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
  struct Outgoing {
    std::shared_ptr<const std::string> data;
    bool binary;
  };

  TcpSocket& tcp() { return beast::get_lowest_layer(*stream_); }

  void secure(TcpSocket socket) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.emplace(std::move(socket), *tls_);
      auto& layer = stream_->next_layer();
      if (!options_.tls.insecure_skip_verification)
        layer.set_verify_callback(asio::ssl::host_name_verification(url_.host));
      // Names of servers are only sent for names: addresses are not allowed there (RFC 6066).
      ErrorCode is_name;
      asio::ip::make_address(url_.host, is_name);
      if (is_name) SSL_set_tlsext_host_name(layer.native_handle(), url_.host.c_str());
      layer.async_handshake(asio::ssl::stream_base::client, [self = this->shared_from_this()](ErrorCode code) {
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
    stream_->set_option(
        websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
    stream_->set_option(
        websocket::stream_base::decorator([subprotocols = options_.subprotocols](websocket::request_type& request) {
          std::string list;
          for (const auto& one : subprotocols) list += (list.empty() ? "" : ", ") + one;
          if (!list.empty()) request.set(beast::http::field::sec_websocket_protocol, list);
          request.set(beast::http::field::user_agent, "achex-cpp");
        }));
    stream_->auto_fragment(false);
    stream_->write_buffer_bytes(65536);
    stream_->read_message_max(options_.max_message);
    stream_->async_handshake(
        response_, url_.authority(), url_.target, [self = this->shared_from_this()](ErrorCode code) {
          if (code == websocket::error::upgrade_declined) {
            self->end(1006, "HTTP " + std::to_string(self->response_.result_int()) + " " +
                                std::string(self->response_.body()));
          } else if (code) self->end(1006, code.message());
          else if (self->listener_) {
            self->open_ = true;
            const auto listener = self->listener_;
            listener->opened(std::string(self->response_[beast::http::field::sec_websocket_protocol]));
            self->read();
            self->write();
          }
        });
  }

  void read() {
    if (!listener_ || paused_ || reading_) return;
    reading_ = true;
    stream_->async_read(buffer_, [self = this->shared_from_this()](ErrorCode code, std::size_t) {
      self->reading_ = false;
      if (code) self->failed(code);
      else {
        // Held: the call may abandon this socket.
        if (const auto listener = self->listener_) {
          const auto bytes = self->buffer_.cdata();
          listener->received(std::string(static_cast<const char*>(bytes.data()), bytes.size()),
                             self->stream_->got_binary());
        }
        self->buffer_.consume(self->buffer_.size());
        self->read();
      }
    });
  }

  void write() {
    if (!open_ || writing_) return;
    if (queue_.empty()) {
      if (closing_ && !close_sent_) send_close();
      return;
    }
    writing_ = true;
    const auto& next = queue_.front();
    stream_->binary(next.binary);
    stream_->async_write(asio::buffer(*next.data), [self = this->shared_from_this()](ErrorCode code, std::size_t) {
      self->writing_ = false;
      self->queued_ -= self->queue_.front().data->size();
      self->queue_.pop_front();
      // The read reports why the connection has ended, and with which code.
      if (code) {
        if (!self->reading_) self->failed(code);
        return;
      }
      const auto listener = self->listener_;
      if (self->queue_.empty() && listener) listener->drained();
      self->write();
    });
  }

  void send_close() {
    close_sent_ = true;
    const auto code = static_cast<websocket::close_code>(*closing_);
    stream_->async_close(code, [self = this->shared_from_this()](ErrorCode) { self->end(*self->closing_, {}); });
  }

  void failed(ErrorCode code) {
    const auto& reason = stream_->reason();
    // The reply to the server's close may have failed: its code counts all the same.
    if (code == websocket::error::closed || reason.code != websocket::close_code::none) {
      end(reason.code == websocket::close_code::none ? 1005 : static_cast<int>(reason.code),
          std::string(reason.reason.c_str()));
    } else if (code == websocket::error::message_too_big || code == websocket::error::buffer_overflow) {
      end(1009, "the server sent a message that is larger than max_message");
    } else if (code == websocket::error::bad_frame_payload) {
      end(1007, "the server sent text that is not UTF-8");
    } else if (code.category() == ErrorCode(websocket::error::bad_opcode).category()) {
      end(1002, "the server sent what is not WebSocket: " + code.message());
    } else if (code == asio::error::eof || code == asio::ssl::error::stream_truncated) {
      end(1006, "the connection dropped");
    } else {
      end(1006, code.message());
    }
  }

  void end(int code, const std::string& reason) {
    const auto listener = std::exchange(listener_, nullptr);
    timer_.cancel();
    drop();
    if (listener) listener->closed(code, reason);
  }

  void drop() {
    open_ = false;
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
  std::optional<websocket::stream<Stream>> stream_;
  websocket::response_type response_;
  beast::flat_buffer buffer_;
  std::deque<Outgoing> queue_;
  std::size_t queued_ = 0;
  bool open_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool paused_ = false;
  std::optional<int> closing_;
  bool close_sent_ = false;
};

}  // namespace achex::detail
