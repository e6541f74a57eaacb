#pragma once
#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace bench {

// Microseconds.
struct CpuTime {
  int64_t user = 0;
  int64_t system = 0;
  int64_t total() const { return user + system; }
};

// A server with all its workers, as the kernel accounts for it.
class ProcessTree {
 public:
  explicit ProcessTree(pid_t root) : root_(root) {}
  CpuTime cpu() const;
  int64_t rssBytes() const;

 private:
  std::vector<pid_t> members() const;
  pid_t root_;
};

int64_t ownCpuMicros();

// All cores, all programs: what neither server nor load used was taken by somebody else.
int64_t machineCpuMicros();

// Tens of thousands of sockets need more than the usual 1,024 descriptors.
void raiseFileLimit();

}  // namespace bench
