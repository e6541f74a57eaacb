// Connecting and closing, again and again.
#include "support.hpp"

#include <cstdio>

TEST_SUITE_BEGIN("leaks");

using achex::Client;
using test::json;

TEST_CASE("1,000 clients connect and close: no thread, socket or byte stays") {
  test::Relay relay(json{{"max-frames-per-second", 0}});
  const auto resident = [] {
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    long total = 0;
    long pages = 0;
    REQUIRE(std::fscanf(file, "%ld %ld", &total, &pages) == 2);
    std::fclose(file);
    return pages * 4;
  };
  const char* const reduced = std::getenv("ACHEX_TEST_CYCLES");
  const int cycles = reduced != nullptr ? std::atoi(reduced) : 1000;
  const auto cycle = [&](int n) {
    if (n % 4 == 3) {
      WS_Client_Connection connection(relay.port(), "127.0.0.1");
      CHECK(connection.is_open());
      return;
    }
    Client ann(test::options(relay.url(), "Ann"));
    // Some are destroyed while they connect.
    if (n % 4 == 0) return;
    REQUIRE(ann.wait_ready());
    if (n % 4 == 1) ann.post(achex::to("Ann"), "{}");
  };
  for (int n = 0; n < 100; n++) cycle(n);
  const long threads = test::count_of("task");
  const long descriptors = test::count_of("fd");
  const long before = resident();
  for (int n = 0; n < cycles; n++) cycle(n);
  test::until("the threads to end", [&] { return test::count_of("task") <= threads; });
  test::until("the sockets to close", [&] { return test::count_of("fd") <= descriptors; });
  MESSAGE(cycles << " cycles: " << test::count_of("task") << " threads of " << threads << ", " << test::count_of("fd")
                 << " descriptors of " << descriptors << ", resident memory grew by " << resident() - before << " KiB");
  // AddressSanitizer keeps what is freed, and has its own test for leaks.
  if (std::getenv("ACHEX_TEST_SANITIZED") == nullptr) CHECK(resident() - before < 2'048);
}

TEST_SUITE_END();
