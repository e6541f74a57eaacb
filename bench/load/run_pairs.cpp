// Pairs of peers with one message under way in each: the one sends, the other answers on receipt.
#include <algorithm>

#include "clock.hpp"
#include "run.hpp"

namespace bench {
namespace {

constexpr int64_t kConnectTimeout = seconds(60);

std::vector<Role> rolesOf(size_t peers) {
  std::vector<Role> roles;
  for (size_t i = 0; i < peers; ++i) {
    roles.push_back({"u" + std::to_string(i), "", "u" + std::to_string(i ^ 1), true});
  }
  return roles;
}

// Without a rate every pair goes round as fast as the server lets it. With one, the first of each pair has moments at which
// it is due to send; a message that had to wait for the answer before it still carries the moment it was due.
class Pairs final : public Window {
 public:
  Pairs(Fleet& fleet, double rate, int64_t start, int64_t from, int64_t to)
      : Window(from, to), fleet_(fleet), start_(start), pairs_(fleet.size() / 2) {
    // Every message is answered: half of the rate is the answers.
    if (rate > 0) period_ = 2e6 / rate;
  }

  void begin() {
    if (period_ > 0) return;
    for (size_t pair = 0; pair < pairs_.size(); ++pair) sendStamped(2 * pair, start_);
  }

  void onMessage(Peer& peer, int64_t stamp, int64_t now) override {
    Window::onMessage(peer, stamp, now);
    const bool answers = peer.index % 2 == 1;
    if (answers || period_ == 0) {
      if (period_ > 0 || now < to_) sendStamped(peer.index, now);
      return;
    }
    PairState& pair = pairs_[peer.index / 2];
    pair.waiting = false;
    if (pair.pending == 0) return;
    --pair.pending;
    sendNext(peer.index / 2);
  }

  void sendDue(int64_t now) {
    if (period_ == 0) return;
    for (; dueAt(next_) <= now; ++next_) {
      const size_t pair = next_ % pairs_.size();
      if (contains(dueAt(next_))) ++due_;
      if (pairs_[pair].waiting) {
        ++pairs_[pair].pending;
      } else {
        sendNext(pair);
      }
    }
  }

  // Counted when due and not when sent: what a slow server kept from being sent at all is not forgotten.
  int64_t due() const { return due_; }
  int64_t nextDue() const { return period_ > 0 ? dueAt(next_) : to_; }

 private:
  struct PairState {
    size_t count = 0;
    size_t pending = 0;
    bool waiting = false;
  };

  int64_t dueAt(size_t k) const { return start_ + static_cast<int64_t>(static_cast<double>(k) * period_); }

  void sendNext(size_t pair) {
    PairState& state = pairs_[pair];
    state.waiting = true;
    sendStamped(2 * pair, dueAt(state.count++ * pairs_.size() + pair));
  }

  void sendStamped(size_t index, int64_t stamp) {
    const bool scheduled = period_ > 0 && index % 2 == 0;
    if (!scheduled && contains(stamp)) ++due_;
    fleet_[index].sendStamped(stamp);
  }

  Fleet& fleet_;
  const int64_t start_;
  double period_ = 0;
  std::vector<PairState> pairs_;
  size_t next_ = 0;
  int64_t due_ = 0;
};

}  // namespace

Result runPairs(Fleet& fleet, const Options& options, const ProcessTree& server, Histogram& latency) {
  fleet.open(rolesOf(options.peers), options.inFlight, kConnectTimeout);
  const int64_t start = nowMicros();
  const int64_t from = start + seconds(options.warmup);
  const int64_t to = from + seconds(options.window);
  Pairs pairs(fleet, options.rate, start, from, to);
  fleet.listen(&pairs);
  pairs.begin();
  Meter meter(server);
  Result result;

  const auto until = [&](int64_t end) {
    for (int64_t now = nowMicros(); now < end; now = nowMicros()) {
      pairs.sendDue(now);
      fleet.pollAfterSleep(std::min(pairs.nextDue(), end));
    }
  };
  until(from);
  meter.start();
  until(to);
  meter.stop(result);

  const int64_t giveUp = nowMicros() + seconds(kGraceSeconds);
  while (pairs.received() < pairs.due() && nowMicros() < giveUp) fleet.pollAfterSleep(giveUp);
  result.sent = pairs.due();
  result.expected = pairs.due();
  result.received = pairs.received();
  result.deliveries = pairs.deliveries();
  latency = pairs.latency();
  fleet.listen(nullptr);
  return result;
}

}  // namespace bench
