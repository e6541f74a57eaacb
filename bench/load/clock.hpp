#pragma once
#include <cstdint>
#include <ctime>

namespace bench {

inline int64_t nowMicros() {
  timespec ts{};
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return int64_t{ts.tv_sec} * 1'000'000 + ts.tv_nsec / 1'000;
}

constexpr int64_t seconds(double s) { return static_cast<int64_t>(s * 1e6); }

}  // namespace bench
