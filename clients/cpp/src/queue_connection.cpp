#include "achex/queue_connection.hpp"

#include "achex/ws_client_connection.hpp"
#include "queue_core.hpp"

#include <utility>

namespace achex {

namespace detail {

namespace {

std::string address_of(int port, const std::string& host, const std::string& path) {
  if (host.find("://") != std::string::npos) return host;
  const bool is_ipv6 = host.find(':') != std::string::npos && host.find('[') == std::string::npos;
  std::string url = "ws://" + (is_ipv6 ? "[" + host + "]" : host);
  if (port != 0) url += ":" + std::to_string(port);
  return url + (path.empty() || path.front() != '/' ? "/" : "") + path;
}

}  // namespace

}  // namespace detail

QueueConnection::QueueConnection(const std::string& url, QueueOptions options)
    : core_(std::make_shared<detail::QueueCore>(std::move(options))) {
  core_->connect(url);
}

QueueConnection::~QueueConnection() {
  if (core_) core_->close(detail::kCloseDeadline);
}

QueueConnection::QueueConnection(QueueConnection&&) noexcept = default;

QueueConnection& QueueConnection::operator=(QueueConnection&& other) noexcept {
  if (core_ && core_ != other.core_) core_->close(detail::kCloseDeadline);
  core_ = std::move(other.core_);
  return *this;
}

bool QueueConnection::send(std::string text, std::chrono::milliseconds timeout) {
  return core_ && core_->send(std::move(text), false, timeout);
}

bool QueueConnection::send_binary(std::string bytes, std::chrono::milliseconds timeout) {
  return core_ && core_->send(std::move(bytes), true, timeout);
}

std::optional<std::string> QueueConnection::wait_pop(std::chrono::milliseconds timeout) {
  std::queue<std::string> one;
  if (!core_ || !core_->take(one, timeout, 0)) return std::nullopt;
  return std::move(one.front());
}

std::optional<std::string> QueueConnection::try_pop() {
  return wait_pop(std::chrono::milliseconds(0));
}

bool QueueConnection::take_all(std::queue<std::string>& messages, std::chrono::milliseconds timeout) {
  return core_ && core_->take(messages, timeout, static_cast<std::size_t>(-1));
}

std::size_t QueueConnection::size() const {
  return core_ ? core_->locked([](const detail::QueueCore& core) { return core.messages_.size(); }) : 0;
}

std::uint64_t QueueConnection::dropped() const {
  return core_ ? core_->locked([](const detail::QueueCore& core) { return core.dropped_; }) : 0;
}

bool QueueConnection::closed() const {
  return !core_ || core_->locked([](const detail::QueueCore& core) { return core.is_closed_; });
}

Fault QueueConnection::error() const {
  return core_ ? core_->locked([](const detail::QueueCore& core) { return core.error_; })
               : Fault("closed", "The connection was moved.");
}

int QueueConnection::close_code() const {
  return core_ ? core_->locked([](const detail::QueueCore& core) { return core.close_code_; }) : 1006;
}

void QueueConnection::close(std::chrono::milliseconds deadline) {
  if (core_) core_->close(deadline);
}

WS_Client_Connection::WS_Client_Connection(int port, const std::string& host, const std::string& path,
                                           QueueOptions options)
    : connection_(detail::address_of(port, host, path), std::move(options)) {}

WS_Client_Connection::WS_Client_Connection(ThrowOnError, int port, const std::string& host, const std::string& path,
                                           QueueOptions options)
    : WS_Client_Connection(port, host, path, std::move(options)) {
  if (!is_open()) throw error();
}

}  // namespace achex
