#include "process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace bench {
namespace {

int64_t microsOf(int64_t ticks) { return ticks * 1'000'000 / sysconf(_SC_CLK_TCK); }

std::string procPath(pid_t pid, const char* file) { return "/proc/" + std::to_string(pid) + "/" + file; }

struct Ticks {
  int64_t user = 0;
  int64_t system = 0;
};

Ticks ticksOf(pid_t pid) {
  std::ifstream file(procPath(pid, "stat"));
  std::string text((std::istreambuf_iterator<char>(file)), {});
  // The command name may hold spaces and brackets: fields are counted from its last bracket.
  const size_t name = text.rfind(')');
  if (name == std::string::npos) return {};
  std::istringstream fields(text.substr(name + 2));
  std::string skipped;
  constexpr int kBeforeUserTime = 11;
  for (int i = 0; i < kBeforeUserTime; ++i) fields >> skipped;
  Ticks ticks;
  fields >> ticks.user >> ticks.system;
  return ticks;
}

int64_t rssOf(pid_t pid) {
  // smaps_rollup walks the page tables and is exact; the counters in statm are batched per core.
  std::ifstream rollup(procPath(pid, "smaps_rollup"));
  std::string word;
  while (rollup >> word) {
    int64_t kilobytes = 0;
    if (word == "Rss:" && rollup >> kilobytes) return kilobytes * 1024;
  }
  std::ifstream statm(procPath(pid, "statm"));
  int64_t size = 0;
  int64_t resident = 0;
  statm >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace

std::vector<pid_t> ProcessTree::members() const {
  std::vector<pid_t> all{root_};
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string pid = std::to_string(all[i]);
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    for (pid_t child = 0; children >> child;) all.push_back(child);
  }
  return all;
}

CpuTime ProcessTree::cpu() const {
  Ticks sum;
  for (const pid_t pid : members()) {
    const Ticks ticks = ticksOf(pid);
    sum.user += ticks.user;
    sum.system += ticks.system;
  }
  return {microsOf(sum.user), microsOf(sum.system)};
}

int64_t ProcessTree::rssBytes() const {
  int64_t bytes = 0;
  for (const pid_t pid : members()) bytes += rssOf(pid);
  return bytes;
}

int64_t ownCpuMicros() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& t) { return int64_t{t.tv_sec} * 1'000'000 + t.tv_usec; };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

int64_t machineCpuMicros() {
  std::ifstream file("/proc/stat");
  std::string label;
  int64_t user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, softInterrupts = 0, stolen = 0;
  file >> label >> user >> nice >> system >> idle >> waiting >> interrupts >> softInterrupts >> stolen;
  return microsOf(user + nice + system + interrupts + softInterrupts + stolen);
}

void raiseFileLimit() {
  rlimit wanted{65'536, 65'536};
  if (setrlimit(RLIMIT_NOFILE, &wanted) == 0) return;
  rlimit allowed{};
  getrlimit(RLIMIT_NOFILE, &allowed);
  allowed.rlim_cur = allowed.rlim_max;
  setrlimit(RLIMIT_NOFILE, &allowed);
}

}  // namespace bench
