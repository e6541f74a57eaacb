#include "dialect.hpp"

namespace bench {
namespace {

// The classic dialect: greeting, login, registration (which has no reply), messages.
class Achex final : public Dialect {
 public:
  std::string requestTarget(const Role&) const override { return "/"; }
  Login opened(Peer&) const override { return Login::kPending; }

  Login greeted(Peer& peer, std::string_view payload) const override {
    if (payload.substr(0, 7) == "{\"SID\":") {
      if (peer.role.name.empty()) return Login::kDone;
      peer.sendText("{\"setID\":\"" + peer.role.name + "\",\"passwd\":\"\"}");
      return Login::kPending;
    }
    if (payload != "{\"auth\":\"ok\"}") return Login::kRefused;
    if (!peer.role.channel.empty()) {
      peer.sendText("{\"cmd\":\"register_broadcast\",\"bid\":\"" + peer.role.channel + "\"}");
    }
    return Login::kDone;
  }

  void received(Peer& peer, std::string_view payload, Inbox& inbox) const override { inbox.deliver(peer, payload); }
  PreparedFrame message(const Role& role) const override { return {Opcode::kText, messageFor(role)}; }
};

// achex.2: the same messages, each with a reference, so that the server confirms every one of them to its sender.
class Achex2 final : public Dialect {
 public:
  std::string requestTarget(const Role&) const override { return "/"; }
  std::string_view subprotocol() const override { return "achex.2"; }
  Login opened(Peer&) const override { return Login::kPending; }

  Login greeted(Peer& peer, std::string_view payload) const override {
    if (payload.substr(0, 9) == "{\"$hello\"") {
      peer.sendText("{\"$ref\":1,\"setID\":\"" + peer.role.name + "\",\"passwd\":\"\"}");
      return Login::kPending;
    }
    return payload.find("\"$result\"") == std::string_view::npos ? Login::kRefused : Login::kDone;
  }

  // A confirmation holds no stamp, so there is nothing to count in it.
  void received(Peer& peer, std::string_view payload, Inbox& inbox) const override { inbox.deliver(peer, payload); }
  PreparedFrame message(const Role& role) const override {
    return {Opcode::kText, "{\"$ref\":1234567," + messageFor(role).substr(1)};
  }
};

}  // namespace

std::unique_ptr<Dialect> makeAchex2() { return std::make_unique<Achex2>(); }
std::unique_ptr<Dialect> makeAchex() { return std::make_unique<Achex>(); }

}  // namespace bench
