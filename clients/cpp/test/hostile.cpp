// Servers that are silent, slow, hostile or gone, and every close code.
#include "support.hpp"

#include "session.hpp"

#include <fstream>

TEST_SUITE_BEGIN("hostile");

using achex::Client;
using achex::Message;
using achex::State;
using test::Events;
using test::json;

namespace {

std::string url_of(const json& reply) {
  return "ws://127.0.0.1:" + std::to_string(reply.at("port").get<int>()) + "/test";
}

std::string repository() {
  const char* folder = std::getenv("ACHEX_TEST_ROOT");
  REQUIRE(folder != nullptr);
  return folder;
}

}  // namespace

TEST_CASE("Servers that do not answer, or not as they should: the client says why, and tries again") {
  test::Control control;
  const auto cause_of = [&](const json& command) {
    achex::Options options = test::options(url_of(control(command)), "Ann");
    options.connect_timeout = achex::Milliseconds(command.at("behaviour") == "silent" ? 100 : 10'000);
    Events events;
    Client ann(options, events.listener());
    const auto retrying = events.next<achex::Retrying>();
    CHECK(retrying.attempt == 1);
    CHECK(retrying.cause.code == "unreachable");
    CHECK(retrying.cause.retry);
    CHECK(ann.reason().code == "unreachable");
    // It goes on.
    events.next<achex::Retrying>();
    return retrying.cause.message;
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has(cause_of({{"do", "faulty"}, {"behaviour", "silent"}}), "did not answer in time"));
  CHECK(has(cause_of({{"do", "faulty"}, {"behaviour", "not-http"}}), "1006"));
  CHECK(has(cause_of({{"do", "faulty"}, {"behaviour", "status"}, {"code", 429}}), "HTTP 429 not here"));
  CHECK(has(cause_of({{"do", "faulty"}, {"behaviour", "garbage"}}), "1002"));
  CHECK(has(cause_of({{"do", "faulty"}, {"behaviour", "bad-utf8"}}), "1007"));
  CHECK(has(cause_of({{"do", "faulty"}, {"behaviour", "huge"}}), "1009"));
}

TEST_CASE("A server that sends frames of any form: nothing breaks, and what is valid arrives") {
  test::Control control;
  achex::Options options = test::options(url_of(control({{"do", "faulty"}, {"behaviour", "hostile"}})), "");
  Events events;
  Client ann(options, events.listener());
  ann.hub("h").join();
  const Message message =
      events.next<Message>([](const Message& one) { return one.data.find("last") != std::string::npos; });
  CHECK(message.from == "x");
  CHECK(ann.state() == State::ready);
}

TEST_CASE("R9, X1 to X7: after each close code, the client does its duty") {
  test::Control control;
  for (const int code :
       {1000, 1001, 1002, 1007, 1008, 1009, 1011, 1013, 4001, 4002, 4003, 4004, 4005, 4006, 4321, 4500, 4999}) {
    CAPTURE(code);
    achex::Options options =
        test::options(url_of(control({{"do", "faulty"}, {"behaviour", "close"}, {"code", code}})), "");
    Events events;
    Client ann(options, events.listener());
    if (achex::detail::duty_of(code) == achex::detail::Duty::stop) {
      events.next<achex::StateChanged>([](const auto& event) { return event.state == State::closed; });
      CHECK(ann.reason().code == "dismissed");
      CHECK(ann.reason().message.find(std::to_string(code) + " because") != std::string::npos);
    } else {
      CHECK(events.next<achex::Dropped>().code == code);
      events.next<achex::StateChanged>([](const auto& event) { return event.state == State::ready; });
    }
  }
}

TEST_CASE("The close codes and what follows them are those of docs/errors.md") {
  std::ifstream file(repository() + "/docs/errors.md");
  REQUIRE(file);
  int found = 0;
  bool is_closes = false;
  // Rows such as: | `4001` | meaning | what to do | yes |
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, 3, "## ") == 0) is_closes = line == "## Close codes";
    if (!is_closes || line.compare(0, 3, "| `") != 0) continue;
    const bool retries = line.size() > 7 && line.compare(line.size() - 7, 7, "| yes |") == 0;
    for (auto at = line.find('`'); at != std::string::npos && line.compare(at, 1, "`") == 0;
         at = line.find(", `", at) == std::string::npos ? std::string::npos : line.find(", `", at) + 2) {
      CAPTURE(line);
      const int code = std::atoi(line.c_str() + at + 1);
      CHECK((achex::detail::duty_of(code) != achex::detail::Duty::stop) == retries);
      found++;
    }
  }
  CHECK(found >= 12);
}

TEST_CASE(
    "The faults of this library have the codes and the retry of the table in docs/cpp.md, and none of the "
    "server's") {
  std::ifstream errors(repository() + "/docs/errors.md");
  std::ifstream readme(repository() + "/docs/cpp.md");
  const std::string servers((std::istreambuf_iterator<char>(errors)), std::istreambuf_iterator<char>());
  const std::string ours((std::istreambuf_iterator<char>(readme)), std::istreambuf_iterator<char>());
  for (const char* code :
       {"unknown", "closed", "dismissed", "timeout", "aborted", "unreachable", "bad-address", "outbox-full",
        "too-large", "unsupported", "bad-payload", "no-handler", "failed", "refused"}) {
    CAPTURE(code);
    const achex::Fault fault = achex::detail::own_fault(code);
    CHECK(fault.code == code);
    CHECK(servers.find("| `" + fault.code + "` |") == std::string::npos);
    const auto row = ours.find("| `" + fault.code + "` |");
    REQUIRE(row != std::string::npos);
    const std::string line = ours.substr(row, ours.find('\n', row) - row);
    CHECK((line.find("| yes |") != std::string::npos) == fault.retry);
  }
}

TEST_CASE("A callback that is slow delays only itself; the destructor waits for it, and for nothing else") {
  test::Relay relay;
  std::atomic<bool> is_in_callback{false};
  std::atomic<bool> may_end{false};
  auto ann = std::make_unique<Client>(test::options(relay.url(), "Ann"), [&](achex::Event& event) {
    if (!std::holds_alternative<Message>(event)) return;
    is_in_callback = true;
    while (!may_end) std::this_thread::sleep_for(achex::Milliseconds(1));
    is_in_callback = false;
  });
  REQUIRE(ann->wait_ready());
  ann->post(achex::to("Ann"), "{}");
  test::until("the callback", [&] { return is_in_callback.load(); });
  std::thread ending([&] {
    std::this_thread::sleep_for(achex::Milliseconds(20));
    may_end = true;
  });
  ann.reset();
  CHECK_FALSE(is_in_callback);
  ending.join();
}

TEST_CASE("A destructor does not hang: not while a host is looked up, nor while a server is silent") {
  test::Control control;
  const auto start = std::chrono::steady_clock::now();
  { Client ann(test::options("ws://host.invalid/", "Ann")); }
  {
    Client ann(test::options(url_of(control({{"do", "faulty"}, {"behaviour", "silent"}})), "Ann"));
    std::this_thread::sleep_for(achex::Milliseconds(20));
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK_THROWS_AS(Client(test::options("http://relay.example/", "Ann")), achex::Fault);
}

TEST_SUITE_END();
