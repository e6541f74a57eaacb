#include <charconv>

#include "dialect.hpp"

namespace bench {
namespace {

constexpr std::string_view kEnd = "\r\n";

// The NATS text protocol in binary frames. A frame may hold many messages, so what is read is one stream of lines.
class Nats final : public Dialect {
 public:
  std::string requestTarget(const Role&) const override { return "/"; }
  Login opened(Peer&) const override { return Login::kPending; }

  Login greeted(Peer& peer, std::string_view payload) const override {
    if (payload.substr(0, 4) == "INFO") {
      std::string hello = "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true,\"protocol\":1}\r\n";
      if (!peer.role.listensTo().empty()) hello += "SUB " + peer.role.listensTo() + " 1\r\n";
      peer.sendBinary(hello + "PING\r\n");
      return Login::kPending;
    }
    if (payload.substr(0, 4) == "-ERR") return Login::kRefused;
    // The server's first PING may come in the frame of the PONG, before or behind it.
    if (payload.find("PING\r\n") != std::string_view::npos) peer.sendBinary("PONG\r\n");
    return payload.find("PONG\r\n") == std::string_view::npos ? Login::kPending : Login::kDone;
  }

  void received(Peer& peer, std::string_view payload, Inbox& inbox) const override {
    if (peer.stream.empty()) {
      peer.stream = read(peer, payload, inbox);
      return;
    }
    const std::string joined = peer.stream.append(payload);
    peer.stream = read(peer, joined, inbox);
  }

  PreparedFrame message(const Role& role) const override {
    const std::string message = messageFor(role);
    return {Opcode::kBinary, "PUB " + role.target + " " + std::to_string(message.size()) + "\r\n" + message + "\r\n"};
  }

 private:
  // Returns what is not complete yet.
  static std::string_view read(Peer& peer, std::string_view bytes, Inbox& inbox) {
    for (size_t end = bytes.find(kEnd); end != std::string_view::npos; end = bytes.find(kEnd)) {
      const std::string_view line = bytes.substr(0, end);
      size_t used = end + kEnd.size();
      if (line.substr(0, 4) == "MSG ") {
        size_t length = 0;
        const char* digits = line.data() + line.rfind(' ') + 1;
        std::from_chars(digits, line.data() + line.size(), length);
        if (bytes.size() < used + length + kEnd.size()) return bytes;
        inbox.deliver(peer, bytes.substr(used, length));
        used += length + kEnd.size();
      } else if (line == "PING") {
        peer.sendBinary("PONG\r\n");
      }
      bytes.remove_prefix(used);
    }
    return bytes;
  }
};

}  // namespace

std::unique_ptr<Dialect> makeNats() { return std::make_unique<Nats>(); }

}  // namespace bench
