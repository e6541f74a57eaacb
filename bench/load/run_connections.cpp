// Connections that only come and stay: idle memory and the connect storm.
#include "clock.hpp"
#include "run.hpp"

namespace bench {
namespace {

constexpr int64_t kConnectTimeout = seconds(120);
constexpr size_t kWarmUpConnections = 200;

Role loneRole(size_t index, bool anonymous) {
  if (anonymous) return {};
  return {"u" + std::to_string(index), "", "", true};
}

std::vector<Role> loneRoles(size_t count, bool anonymous) {
  std::vector<Role> roles;
  roles.reserve(count);
  for (size_t i = 0; i < count; ++i) roles.push_back(loneRole(i, anonymous));
  return roles;
}

void pollFor(Fleet& fleet, int64_t micros) {
  for (const int64_t end = nowMicros() + micros; nowMicros() < end;) fleet.poll(50);
}

// Opens and closes a few connections, so that what a server allocates once is not counted per connection.
void warmUp(Fleet& fleet, const Options& options) {
  fleet.open(loneRoles(kWarmUpConnections, options.anonymous), options.inFlight, kConnectTimeout);
  pollFor(fleet, seconds(0.2));
  fleet.closeAll();
  pollFor(fleet, seconds(options.warmup));
}

}  // namespace

Result runIdle(Fleet& fleet, const Options& options, const ProcessTree& server) {
  warmUp(fleet, options);
  Result result;
  result.rssBefore = server.rssBytes();
  Meter meter(server);
  fleet.open(loneRoles(options.peers, options.anonymous), options.inFlight, kConnectTimeout);
  meter.start();
  pollFor(fleet, seconds(options.window));
  meter.stop(result);
  result.rssAfter = server.rssBytes();
  return result;
}

Result runStorm(Fleet& fleet, const Options& options, const ProcessTree& server) {
  if (options.warmup > 0) warmUp(fleet, options);
  Result result;
  Meter meter(server);
  meter.start();
  fleet.open(loneRoles(options.peers, options.anonymous), options.inFlight, kConnectTimeout);
  meter.stop(result);
  return result;
}

}  // namespace bench
