#include <algorithm>

#include "clock.hpp"
#include "run.hpp"

namespace bench {

void Meter::start() {
  wall_ = nowMicros();
  serverCpu_ = server_.cpu();
  loadCpu_ = ownCpuMicros();
  machineCpu_ = machineCpuMicros();
}

void Meter::stop(Result& result) const {
  result.seconds = static_cast<double>(nowMicros() - wall_) / 1e6;
  const CpuTime now = server_.cpu();
  result.serverCpuMicros = now.total() - serverCpu_.total();
  result.serverUserMicros = now.user - serverCpu_.user;
  result.loadCpuMicros = ownCpuMicros() - loadCpu_;
  const int64_t others = machineCpuMicros() - machineCpu_ - result.serverCpuMicros - result.loadCpuMicros;
  result.othersCpuMicros = std::max<int64_t>(others, 0);
}

}  // namespace bench
