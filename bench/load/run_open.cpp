// Messages on a fixed schedule, whether or not the server keeps up: fan-out and rooms.
#include <algorithm>

#include "clock.hpp"
#include "run.hpp"

namespace bench {
namespace {

constexpr int64_t kConnectTimeout = seconds(60);

std::vector<Role> rolesOf(const Options& options) {
  std::vector<Role> roles;
  const auto name = [&] { return "u" + std::to_string(roles.size()); };
  if (options.outsider) {
    for (size_t g = 0; g < options.groups; ++g) roles.push_back({name(), "", "room" + std::to_string(g), false});
  }
  // Member by member and not room by room: senders next to each other in the schedule are then in different rooms.
  for (size_t m = 0; m < options.members; ++m) {
    for (size_t g = 0; g < options.groups; ++g) {
      const std::string room = "room" + std::to_string(g);
      roles.push_back({name(), room, options.outsider ? "" : room, false});
    }
  }
  return roles;
}

// Message k is due at start + k / rate. It carries that moment, however late it is really sent.
class Schedule {
 public:
  Schedule(Fleet& fleet, size_t senders, double rate, int64_t start)
      : fleet_(fleet), senders_(senders), period_(1e6 / rate), start_(start) {}

  int64_t due() const { return start_ + static_cast<int64_t>(static_cast<double>(next_) * period_); }

  void sendDue(int64_t now) {
    for (; due() <= now; ++next_) fleet_[next_ % senders_].sendStamped(due());
  }

 private:
  Fleet& fleet_;
  const size_t senders_;
  const double period_;
  const int64_t start_;
  size_t next_ = 0;
};

}  // namespace

Result runOpen(Fleet& fleet, const Options& options, const ProcessTree& server, Histogram& latency) {
  fleet.open(rolesOf(options), options.inFlight, kConnectTimeout);
  const size_t senders = options.groups * (options.outsider ? 1 : options.members);

  const int64_t start = nowMicros();
  const int64_t from = start + seconds(options.warmup);
  const int64_t to = from + seconds(options.window);
  Window window(from, to);
  fleet.listen(&window);
  Schedule schedule(fleet, senders, options.rate, start);
  Meter meter(server);
  Result result;
  result.sent = 0;

  const auto until = [&](int64_t end) {
    for (int64_t now = nowMicros(); now < end; now = nowMicros()) {
      schedule.sendDue(now);
      fleet.pollAfterSleep(std::min(schedule.due(), end));
    }
    schedule.sendDue(end - 1);
  };
  until(from);
  meter.start();
  until(to);
  meter.stop(result);

  result.sent = static_cast<int64_t>(options.rate * options.window);
  result.expected = result.sent * static_cast<int64_t>(options.members);
  const int64_t giveUp = nowMicros() + seconds(kGraceSeconds);
  while (window.received() < result.expected && nowMicros() < giveUp) fleet.pollAfterSleep(giveUp);
  result.received = window.received();
  result.deliveries = window.deliveries();
  latency = window.latency();
  fleet.listen(nullptr);
  return result;
}

}  // namespace bench
