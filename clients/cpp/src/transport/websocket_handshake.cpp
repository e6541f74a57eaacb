#include "websocket_handshake.hpp"

#include "../random.hpp"
#include "asio.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>

#include <openssl/sha.h>

#include <utility>

namespace achex::detail {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

/// Of the body of a rejection, which becomes a part of the fault's message.
constexpr std::size_t kLargestBody = 16384;

std::string accept_of(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::string hash(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), reinterpret_cast<unsigned char*>(hash.data()));
  return base64(hash);
}

}  // namespace

struct WebSocketHandshake::Parser : http::response_parser<http::string_body> {};

WebSocketHandshake::WebSocketHandshake(const Url& url, const std::vector<std::string>& subprotocols)
    : key_(base64(random_bytes(16))), parser_(std::make_unique<Parser>()) {
  parser_->eager(true);
  parser_->body_limit(kLargestBody);
  request_ = "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
             "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key_ +
             "\r\nSec-WebSocket-Version: 13\r\nUser-Agent: achex-cpp\r\n";
  for (const auto& one : subprotocols) subprotocols_ += (subprotocols_.empty() ? "" : ", ") + one;
  if (!subprotocols_.empty()) request_ += "Sec-WebSocket-Protocol: " + subprotocols_ + "\r\n";
  request_ += "\r\n";
}

WebSocketHandshake::~WebSocketHandshake() = default;

std::size_t WebSocketHandshake::read(std::string_view bytes) {
  // The parser takes whole lines, and wants to see the beginning of a line again.
  const std::size_t before = unread_.size();
  unread_ += bytes;
  std::size_t used = 0;
  while (!is_complete_ && used < unread_.size()) {
    ErrorCode code;
    const std::size_t taken = parser_->put(asio::buffer(unread_.data() + used, unread_.size() - used), code);
    used += taken;
    if (code == http::error::need_more || (!code && taken == 0 && !parser_->is_done())) break;
    if (code == http::error::body_limit) finish();
    else if (code) fail("the server does not answer with HTTP: " + code.message());
    else if (parser_->is_done()) finish();
  }
  unread_.erase(0, used);
  return is_complete_ && used > before ? used - before : bytes.size();
}

void WebSocketHandshake::read_end() {
  if (is_complete_) return;
  if (parser_->is_header_done()) finish();
  else fail("the connection dropped before the server answered");
}

void WebSocketHandshake::fail(const std::string& problem) {
  is_complete_ = true;
  problem_ = problem;
}

void WebSocketHandshake::finish() {
  is_complete_ = true;
  const auto& response = parser_->get();
  if (response.result() != http::status::switching_protocols) {
    fail("HTTP " + std::to_string(response.result_int()) + " " + response.body());
    return;
  }
  subprotocol_ = std::string(response[http::field::sec_websocket_protocol]);
  const bool is_offered = http::token_list{subprotocols_}.exists(subprotocol_);
  if (!beast::iequals(response[http::field::upgrade], "websocket") ||
      !http::token_list{response[http::field::connection]}.exists("upgrade"))
    fail("the server does not switch to WebSocket");
  else if (response[http::field::sec_websocket_accept] != accept_of(key_))
    fail("the server has not answered this request");
  else if (response.count(http::field::sec_websocket_extensions) != 0)
    fail("the server uses extensions that were not offered");
  else if (!subprotocol_.empty() && !is_offered) fail("the server uses a subprotocol that was not offered");
}

}  // namespace achex::detail
