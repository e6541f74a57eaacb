#pragma once

#include "../url.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace achex::detail {

/// The opening handshake of a client (RFC 6455, 4.1), without a connection.
class WebSocketHandshake {
 public:
  WebSocketHandshake(const Url& url, const std::vector<std::string>& subprotocols);
  ~WebSocketHandshake();
  WebSocketHandshake(const WebSocketHandshake&) = delete;
  WebSocketHandshake& operator=(const WebSocketHandshake&) = delete;

  const std::string& request() const { return request_; }
  /// Reads a part of the response, and returns how many bytes belong to it; what follows is WebSocket.
  std::size_t read(std::string_view bytes);
  /// The connection has ended.
  void read_end();
  bool is_complete() const { return is_complete_; }
  /// Why the response does not open a WebSocket; empty if it does.
  const std::string& problem() const { return problem_; }
  /// The subprotocol that the server has chosen, or an empty text.
  const std::string& subprotocol() const { return subprotocol_; }

 private:
  struct Parser;
  void finish();
  void fail(const std::string& problem);

  /// Those offered, as a list of tokens.
  std::string subprotocols_;
  std::string key_;
  std::string request_;
  std::unique_ptr<Parser> parser_;
  /// The beginning of a line. The parser's limit for headers bounds it.
  std::string unread_;
  bool is_complete_ = false;
  std::string problem_;
  std::string subprotocol_;
};

}  // namespace achex::detail
