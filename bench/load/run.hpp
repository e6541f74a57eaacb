#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "fleet.hpp"
#include "histogram.hpp"
#include "process.hpp"

namespace bench {

struct Options {
  std::string workload;
  std::string dialect;
  Address address;
  pid_t server = 0;
  size_t groups = 1;
  size_t members = 1;
  size_t peers = 0;
  // One more connection per group sends, and the members only listen.
  bool outsider = false;
  bool anonymous = false;
  double rate = 0;
  double warmup = 3;
  double window = 10;
  size_t inFlight = 500;
};

// What is reported; a field that a workload does not measure stays negative and is left out.
struct Result {
  double seconds = -1;
  int64_t connections = -1;
  int64_t sent = -1;
  int64_t expected = -1;
  int64_t received = -1;
  int64_t deliveries = -1;
  int64_t serverCpuMicros = -1;
  // Of these, what the server's own code used; the rest is the kernel's.
  int64_t serverUserMicros = -1;
  int64_t loadCpuMicros = -1;
  int64_t othersCpuMicros = -1;
  int64_t rssBefore = -1;
  int64_t rssAfter = -1;
  int64_t closed = -1;
};

// Both sides' CPU time between two moments.
class Meter {
 public:
  explicit Meter(const ProcessTree& server) : server_(server) {}
  void start();
  void stop(Result& result) const;

 private:
  const ProcessTree& server_;
  int64_t wall_ = 0;
  CpuTime serverCpu_;
  int64_t loadCpu_ = 0;
  int64_t machineCpu_ = 0;
};

// The window of a run: messages due inside it are outgoing and timed, deliveries made inside it are counted against the CPU.
class Window : public Listener {
 public:
  Window(int64_t from, int64_t to) : from_(from), to_(to) {}
  bool contains(int64_t stamp) const { return stamp >= from_ && stamp < to_; }

  void onMessage(Peer&, int64_t stamp, int64_t now) override {
    if (contains(now)) ++deliveries_;
    if (!contains(stamp)) return;
    ++received_;
    latency_.record(now - stamp);
  }

  int64_t received() const { return received_; }
  int64_t deliveries() const { return deliveries_; }
  const Histogram& latency() const { return latency_; }

 protected:
  const int64_t from_;
  const int64_t to_;

 private:
  int64_t received_ = 0;
  int64_t deliveries_ = 0;
  Histogram latency_;
};

// How long a message may still be under way after the window before it counts as lost.
inline constexpr double kGraceSeconds = 2;

Result runOpen(Fleet& fleet, const Options& options, const ProcessTree& server, Histogram& latency);
Result runPairs(Fleet& fleet, const Options& options, const ProcessTree& server, Histogram& latency);
Result runIdle(Fleet& fleet, const Options& options, const ProcessTree& server);
Result runStorm(Fleet& fleet, const Options& options, const ProcessTree& server);

double bareSendMicros();

}  // namespace bench
