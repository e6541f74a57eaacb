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
  Shot shot(const Role& role) const override { return {Opcode::kText, messageFor(role)}; }
};

}  // namespace

std::unique_ptr<Dialect> makeAchex() { return std::make_unique<Achex>(); }

}  // namespace bench
