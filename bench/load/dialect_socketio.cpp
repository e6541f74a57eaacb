#include "dialect.hpp"

namespace bench {
namespace {

// Engine.IO 4 over a WebSocket from the start, Socket.IO 5 above it: "40" enters the name space, "42" is an event, "43" an ack.
class SocketIo final : public Dialect {
 public:
  std::string requestTarget(const Role&) const override { return "/socket.io/?EIO=4&transport=websocket"; }
  Login opened(Peer&) const override { return Login::kPending; }

  Login greeted(Peer& peer, std::string_view payload) const override {
    const std::string_view kind = payload.substr(0, 2);
    if (kind == "0{") {
      peer.sendText("40");
      return Login::kPending;
    }
    if (kind == "40") {
      if (peer.role.name.empty()) return Login::kDone;
      peer.sendText("420[\"login\",\"" + peer.role.name + "\"]");
      return Login::kPending;
    }
    if (kind != "43") return Login::kRefused;
    if (!peer.role.channel.empty()) peer.sendText("42[\"join\",\"" + peer.role.channel + "\"]");
    return Login::kDone;
  }

  void received(Peer& peer, std::string_view payload, Inbox& inbox) const override {
    if (payload == "2") {
      peer.sendText("3");
      return;
    }
    inbox.deliver(peer, payload);
  }

  PreparedFrame message(const Role& role) const override {
    const std::string event = role.direct ? "to" : "bc";
    return {Opcode::kText, "42[\"" + event + "\"," + messageFor(role) + "]"};
  }
};

}  // namespace

std::unique_ptr<Dialect> makeSocketIo() { return std::make_unique<SocketIo>(); }

}  // namespace bench
