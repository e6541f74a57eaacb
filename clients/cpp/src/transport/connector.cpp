#include "connector.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <cstring>
#include <utility>

namespace achex::detail {

namespace {

/// How long one of several addresses may take: a network that loses packets to IPv6 must not hide the IPv4 address.
constexpr std::chrono::seconds kNextAddress(3);
constexpr std::size_t kLargestProxyReply = 16384;

asio::ip::tcp::endpoint endpoint_of(const Address& address) {
  asio::ip::tcp::endpoint endpoint;
  endpoint.resize(address.size());
  std::memcpy(endpoint.data(), address.data(), address.size());
  return endpoint;
}

}  // namespace

Connector::Connector(Strand strand, Url url, Proxy proxy)
    : strand_(std::move(strand)), url_(std::move(url)), proxy_(std::move(proxy)), socket_(strand_), timer_(strand_) {}

void Connector::start(Done done) {
  done_ = std::move(done);
  const bool direct = proxy_.host.empty();
  lookup_ = Lookup::start(
      direct ? url_.host : proxy_.host, direct ? url_.port : proxy_.port,
      [strand = strand_](std::function<void()> function) { asio::post(strand, std::move(function)); },
      [self = shared_from_this()](std::vector<Address> addresses, const std::string& error) {
        self->addresses_ = std::move(addresses);
        self->try_next(error);
      });
}

void Connector::cancel() {
  done_ = nullptr;
  if (lookup_) lookup_->cancel();
  ErrorCode ignored;
  timer_.cancel();
  socket_.close(ignored);
}

void Connector::try_next(const std::string& error) {
  if (!done_) return;
  if (next_ == addresses_.size()) {
    finish(error);
    return;
  }
  ErrorCode ignored;
  socket_.close(ignored);
  const auto endpoint = endpoint_of(addresses_[next_++]);
  if (next_ < addresses_.size()) {
    timer_.expires_after(kNextAddress);
    timer_.async_wait([self = shared_from_this(), attempt = next_](ErrorCode cancelled) {
      ErrorCode unused;
      if (!cancelled && self->next_ == attempt) self->socket_.close(unused);
    });
  }
  socket_.async_connect(endpoint, [self = shared_from_this()](ErrorCode code) {
    self->timer_.cancel();
    if (code) self->try_next(code.message());
    else self->connected();
  });
}

void Connector::connected() {
  if (!done_) return;
  ErrorCode ignored;
  // Without this, small messages wait for the acknowledgement of the one before.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (proxy_.host.empty()) finish({});
  else tunnel();
}

void Connector::tunnel() {
  const std::string target = (url_.is_ipv6() ? "[" + url_.host + "]" : url_.host) + ":" + std::to_string(url_.port);
  request_ = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!proxy_.credentials.empty()) request_ += "Proxy-Authorization: Basic " + base64(proxy_.credentials) + "\r\n";
  request_ += "\r\n";
  asio::async_write(socket_, asio::buffer(request_), [self = shared_from_this()](ErrorCode code, std::size_t) {
    if (code) {
      self->finish("the proxy: " + code.message());
      return;
    }
    // The other side of the tunnel speaks after this client, so nothing that follows the reply is read.
    asio::async_read_until(self->socket_, asio::dynamic_buffer(self->reply_, kLargestProxyReply), "\r\n\r\n",
                           [self](ErrorCode failed, std::size_t) {
                             const std::string line = self->reply_.substr(0, self->reply_.find('\r'));
                             if (failed) self->finish("the proxy: " + failed.message());
                             else if (line.size() < 12 || line.compare(9, 1, "2") != 0)
                               self->finish("the proxy answers " + line);
                             else self->finish({});
                           });
  });
}

void Connector::finish(const std::string& error) {
  const Done done = std::exchange(done_, nullptr);
  if (done) done(error, std::move(socket_));
}

}  // namespace achex::detail
