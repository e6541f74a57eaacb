// The load generator: one workload put to one server, one line of JSON out.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "floor.hpp"
#include "options.hpp"
#include "run.hpp"

namespace bench {
namespace {

Result ask(Fleet& fleet, const Options& options, const ProcessTree& server, Histogram& latency) {
  if (options.workload == "open") return runOpen(fleet, options, server, latency);
  if (options.workload == "pairs") return runPairs(fleet, options, server, latency);
  if (options.workload == "idle") return runIdle(fleet, options, server);
  if (options.workload == "storm") return runStorm(fleet, options, server);
  throw std::invalid_argument("unknown workload: " + options.workload);
}

void print(const Result& result, const Histogram& latency) {
  std::printf("{\"seconds\":%.6f", result.seconds);
  const auto field = [](const char* name, int64_t value) {
    if (value >= 0) std::printf(",\"%s\":%lld", name, static_cast<long long>(value));
  };
  field("connections", result.connections);
  field("closed", result.closed);
  field("sent", result.sent);
  field("expected", result.expected);
  field("received", result.received);
  field("deliveries", result.deliveries);
  field("serverCpuMicros", result.serverCpuMicros);
  field("serverUserMicros", result.serverUserMicros);
  field("loadCpuMicros", result.loadCpuMicros);
  field("othersCpuMicros", result.othersCpuMicros);
  field("rssBefore", result.rssBefore);
  field("rssAfter", result.rssAfter);
  if (latency.count() > 0) {
    std::printf(",\"latencyMicros\":{\"p50\":%.0f,\"p99\":%.0f,\"p999\":%.0f,\"max\":%llu}", latency.quantile(0.5),
                latency.quantile(0.99), latency.quantile(0.999), static_cast<unsigned long long>(latency.max()));
  }
  std::puts("}");
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  try {
    const Options options = parseOptions(argc, argv);
    raiseFileLimit();
    if (options.workload == "calibrate") {
      std::printf("{\"bareSendMicros\":%.3f}\n", bareSendMicros());
      return 0;
    }
    if (options.workload == "floor") serveFloor(options.address.port);
    const auto dialect = makeDialect(options.dialect);
    const ProcessTree server(options.server);
    Fleet fleet(options.address, *dialect);
    Histogram latency;
    Result result = ask(fleet, options, server, latency);
    result.connections = static_cast<int64_t>(fleet.size());
    result.closed = static_cast<int64_t>(fleet.closed());
    print(result, latency);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
