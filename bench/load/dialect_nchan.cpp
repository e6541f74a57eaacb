#include "dialect.hpp"

namespace bench {
namespace {

// nchan has neither login nor join: the channels are in the address, and a connection that is open is in.
class Nchan final : public Dialect {
 public:
  std::string requestTarget(const Role& role) const override {
    const std::string& from = role.listensTo();
    if (role.target.empty()) return "/sub?sub=" + from;
    if (from.empty()) return "/pub?pub=" + role.target;
    return "/pubsub?sub=" + from + "&pub=" + role.target;
  }

  Login opened(Peer&) const override { return Login::kDone; }
  Login greeted(Peer&, std::string_view) const override { return Login::kDone; }
  void received(Peer& peer, std::string_view payload, Inbox& inbox) const override { inbox.deliver(peer, payload); }
  PreparedFrame message(const Role& role) const override { return {Opcode::kText, messageFor(role)}; }
};

}  // namespace

std::unique_ptr<Dialect> makeNchan() { return std::make_unique<Nchan>(); }

}  // namespace bench
