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

// achex.2: the same messages, each with a reference, so that the server confirms every one of them to its sender. With resume,
// a peer makes its session resumable and acknowledges what it has received, as clients do (PROTOCOL.md R70 to R72).
class Achex2 final : public Dialect {
 public:
  explicit Achex2(bool resume) : resume_(resume) {}
  std::string requestTarget(const Role&) const override { return "/"; }
  std::string_view subprotocol() const override { return "achex.2"; }

  Login opened(Peer& peer) const override {
    if (resume_) peer.sendText("{\"$resume\":true}");
    return Login::kPending;
  }

  Login greeted(Peer& peer, std::string_view payload) const override {
    if (startsWith(payload, "{\"$resumable\"")) return Login::kPending;
    if (startsWith(payload, "{\"$hello\"")) {
      peer.sendText("{\"$ref\":1,\"setID\":\"" + peer.role.name + "\",\"passwd\":\"\"}");
      return Login::kPending;
    }
    peer.received = 1;
    return payload.find("\"$result\"") == std::string_view::npos ? Login::kRefused : joined(peer);
  }

  // A confirmation holds no stamp, so there is nothing to count in it.
  void received(Peer& peer, std::string_view payload, Inbox& inbox) const override {
    if (resume_ && !startsWith(payload, "{\"$seen\"") && ++peer.received % kSeenEvery == 0) acknowledge(peer);
    inbox.deliver(peer, payload);
  }

  PreparedFrame message(const Role& role) const override {
    return {Opcode::kText, "{\"$ref\":1234567," + messageFor(role).substr(1)};
  }

 private:
  static constexpr uint64_t kSeenEvery = 256;

  static bool startsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

  static Login joined(Peer& peer) {
    if (!peer.role.channel.empty()) {
      peer.sendText("{\"cmd\":\"register_broadcast\",\"bid\":\"" + peer.role.channel + "\"}");
    }
    return Login::kDone;
  }

  static void acknowledge(Peer& peer) {
    const uint64_t sent = peer.messagesSent + (peer.role.channel.empty() ? 1 : 2);
    peer.sendText("{\"$seen\":{\"received\":" + std::to_string(peer.received) + ",\"sent\":" + std::to_string(sent) + "}}");
  }

  const bool resume_;
};

}  // namespace

std::unique_ptr<Dialect> makeAchex2(bool resume) { return std::make_unique<Achex2>(resume); }
std::unique_ptr<Dialect> makeAchex() { return std::make_unique<Achex>(); }

}  // namespace bench
