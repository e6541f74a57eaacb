// Drops, restarts and other ends of connections: nothing is lost, or the client says what may be.
#include "support.hpp"

TEST_SUITE_BEGIN("resume");

using achex::Client;
using achex::Message;
using achex::State;
using test::Events;
using test::fault_of;
using test::get;
using test::json;

namespace {

/// Checks that the numbers of messages are 0, 1, 2 and so on.
class InOrder {
 public:
  std::function<void(achex::Event&)> listener() {
    return [this](achex::Event& event) {
      if (const auto* message = std::get_if<Message>(&event)) {
        const int number = json::parse(message->data).value("n", -1);
        if (number == next_) next_++;
        else wrong_++;
      } else if (std::holds_alternative<achex::Resumed>(event)) resumed_++;
      else if (std::holds_alternative<achex::Lost>(event)) lost_++;
    };
  }
  int next() const { return next_; }
  int wrong() const { return wrong_; }
  int resumed() const { return resumed_; }
  int lost() const { return lost_; }

 private:
  std::atomic<int> next_{0};
  std::atomic<int> wrong_{0};
  std::atomic<int> resumed_{0};
  std::atomic<int> lost_{0};
};

}  // namespace

TEST_CASE("R72, R73: 20,000 messages each way through a network that drops: all arrive exactly once and in order") {
  test::Relay relay(test::unlimited());
  const std::string url = relay.proxied();
  const char* const chosen = std::getenv("ACHEX_TEST_SEED");
  const int seed = chosen != nullptr ? std::atoi(chosen) : 1;
  CAPTURE(seed);
  InOrder at_ann;
  InOrder at_bob;
  const auto options = [&](const char* name) {
    achex::Options quick = test::options(url, name);
    quick.longest_pause = achex::Milliseconds(50);
    return quick;
  };
  Client ann(options("Ann"), at_ann.listener());
  Client bob(options("Bob"), at_bob.listener());
  REQUIRE(ann.wait_ready());
  REQUIRE(bob.wait_ready());
  const char* const reduced = std::getenv("ACHEX_TEST_DROPS");
  const int count = reduced != nullptr ? std::atoi(reduced) : 20'000;
  relay.network({{"seed", seed}, {"bytes", 60'000}});
  std::atomic<int> confirmed{0};
  std::atomic<int> failed{0};
  const auto send = [&](Client& from, const std::string& to) {
    for (int n = 0; n < count; n++) {
      REQUIRE(from.wait_for_room(test::kDeadline));
      const std::string data = "{\"n\":" + std::to_string(n) + "}";
      if (n % 3 == 0) REQUIRE(from.post(achex::to(to), data));
      else
        from.send(achex::to(to), data,
                  [&](const achex::Outcome<achex::Delivery>& outcome) { (outcome ? confirmed : failed)++; });
    }
  };
  std::thread sender([&] { send(ann, "Bob"); });
  send(bob, "Ann");
  sender.join();
  test::until("all messages", [&] { return at_ann.next() == count && at_bob.next() == count; });
  const json network = relay.network({{"bytes", 0}});
  REQUIRE(ann.drain(test::kDeadline));
  REQUIRE(bob.drain(test::kDeadline));
  MESSAGE(network.at("drops").get<int>() << " drops, " << at_ann.resumed() + at_bob.resumed() << " resumed");
  CHECK(network.at("drops").get<int>() >= 10);
  CHECK(at_ann.resumed() + at_bob.resumed() >= 5);
  CHECK(at_ann.wrong() + at_bob.wrong() == 0);
  CHECK(at_ann.lost() + at_bob.lost() == 0);
  CHECK(failed == 0);
  CHECK(confirmed == 2 * (count - (count + 2) / 3));
}

TEST_CASE("R73: rooms, questions and watches survive a drop; what is sent meanwhile waits") {
  test::Relay relay;
  const std::string url = relay.proxied();
  Events events;
  Client ann(test::options(url, "Ann"), events.listener());
  Client bob(test::options(relay.url(), "Bob"));
  REQUIRE(ann.wait_ready());
  achex::JoinOptions options;
  options.presence = true;
  get(ann.hub("h").join(options));
  get(bob.hub("h").join());
  get(ann.watch({"Bob"}));
  const std::uint32_t sid = ann.sid();
  std::promise<achex::Question> asked;
  bob.on_question([&](achex::Question question) { asked.set_value(std::move(question)); });
  auto answer = ann.ask(achex::to("Bob"), "{}");
  {
    const achex::Question question = get(asked.get_future());
    relay.network({{"down", true}});
    relay.network({{"drop", true}});
    CHECK(events.next<achex::Dropped>().code == 1006);
    question.answer(R"({"ok":1})");
  }
  CHECK(get(bob.hub("h").send(R"({"n":1})")).held == 1);
  auto sent = ann.send(achex::to("Bob"), "{}");
  CHECK(sent.wait_for(achex::Milliseconds(20)) == std::future_status::timeout);
  test::until("an attempt to fail", [&] { return ann.reason().code == "unreachable"; });
  relay.network({{"down", false}});
  CHECK(events.next<achex::Resumed>().replayed >= 2);
  CHECK(get(std::move(answer)) == R"({"ok":1})");
  CHECK(get(std::move(sent)).taken == 1);
  CHECK(ann.reason().code.empty());
  CHECK(events.next<Message>().data == R"({"n":1})");
  CHECK(ann.sid() == sid);
  CHECK(ann.hub("h").members().size() == 2);
}

TEST_CASE(
    "R82: a server that restarts keeps the session; one that was killed begins a new one, and the client says so") {
  test::Relay relay;
  Events events;
  Client ann(test::options(relay.url(), "Ann"), events.listener());
  Client bob(test::options(relay.url(), "Bob"));
  REQUIRE(ann.wait_ready());
  REQUIRE(bob.wait_ready());
  get(ann.hub("h").join());
  const std::uint32_t sid = ann.sid();
  relay.stop();
  CHECK(events.next<achex::Dropped>().code == 4004);
  auto waiting = ann.send(achex::to("Bob"), "{}");
  relay.start();
  events.next<achex::Resumed>();
  CHECK(ann.sid() == sid);
  CHECK(get(std::move(waiting)).taken == 1);
  test::until("Ann to be in the hub", [&] { return get(bob.hub("h").send("{}")).taken == 1; });

  relay.kill();
  CHECK(events.next<achex::Dropped>().code == 1006);
  relay.start();
  const auto lost = events.next<achex::Lost>();
  CHECK(lost.unknown == 0);
  CHECK(events.next<achex::StateChanged>([](const auto& event) { return event.state == State::ready; }).state ==
        State::ready);
  test::until("Ann to be in the hub again", [&] { return get(bob.hub("h").send("{}")).taken == 1; });
}

TEST_CASE("R61: without resume, unconfirmed sends are unknown, and repeatable ones are sent again") {
  test::Relay relay;
  const std::string url = relay.proxied();
  achex::Options options = test::options(url, "Ann");
  options.resume = false;
  Events events;
  Client ann(options, events.listener());
  Client bob(test::options(relay.url(), "Bob"));
  REQUIRE(ann.wait_ready());
  REQUIRE(bob.wait_ready());
  get(ann.hub("h").join());
  const std::uint32_t sid = ann.sid();
  relay.network({{"held", true}});
  const auto received = [&] { return relay.network(json::object()).at("received").get<int>(); };
  const int before = received();
  auto unknown = ann.send(achex::to("Bob"), R"({"n":1})");
  achex::SendOptions repeatable;
  repeatable.repeatable = true;
  auto repeated = ann.send(achex::to("Bob"), json{{"text", std::string(2'000, 'x')}}, repeatable);
  test::until("both to be written", [&] { return received() > before + 2'000; });
  relay.network({{"drop", true}, {"held", false}});
  const auto lost = events.next<achex::Lost>();
  CHECK(lost.unknown == 1);
  CHECK(lost.repeated == 1);
  CHECK(fault_of(std::move(unknown)) == "unknown");
  CHECK(get(std::move(repeated)).taken == 1);
  CHECK(ann.sid() != sid);
  test::until("Ann to be in the hub again", [&] { return get(bob.hub("h").send("{}")).taken == 1; });
}

TEST_CASE("R60: a half-open connection is noticed, and the session resumed") {
  test::Relay relay;
  achex::Options options = test::options(relay.proxied(), "Ann");
  options.heartbeat = achex::Milliseconds(100);
  // A busy machine may take a second for an answer.
  options.dead_after = achex::Milliseconds(2000);
  Events events;
  Client ann(options, events.listener());
  REQUIRE(ann.wait_ready());
  // Idle for several heartbeats, and healthy.
  int received = 0;
  for (int beats = 0; beats < 4; beats++) {
    const int before = std::exchange(received, 0);
    test::until("a heartbeat", [&] {
      received = relay.network(json::object()).at("received").get<int>();
      return received > before;
    });
  }
  CHECK(ann.state() == State::ready);
  relay.network({{"held", true}});
  const auto dropped = events.next<achex::Dropped>();
  CHECK(dropped.reason == "the server is silent");
  relay.network({{"held", false}});
  relay.network({{"drop", true}});
  events.next<achex::Resumed>();
}

TEST_CASE("A bounded queue: beyond it sends fail with outbox-full; latest replaces what waits; if_connected drops it") {
  test::Relay relay;
  const std::string url = relay.proxied();
  relay.network({{"down", true}});
  achex::Options options = test::options(url, "Ann");
  options.max_queued_messages = 10;
  Client ann(options);
  std::vector<std::future<achex::Delivery>> sends;
  sends.reserve(9);
  for (int n = 0; n < 9; n++) sends.push_back(ann.send(achex::to("Ann"), "{}"));
  achex::SendOptions latest;
  latest.latest = "pos";
  auto replaced = ann.send(achex::to("Ann"), R"({"x":1})", latest);
  CHECK(ann.pressure() == 1);
  CHECK(fault_of(ann.send(achex::to("Ann"), "{}")) == "outbox-full");
  CHECK_FALSE(ann.post(achex::to("Ann"), "{}"));
  CHECK_FALSE(ann.wait_for_room(achex::Milliseconds(10)));
  relay.network({{"down", false}});
  REQUIRE(ann.wait_ready());
  for (auto& send : sends) CHECK(get(std::move(send)).taken == 1);
  CHECK(get(std::move(replaced)).taken == 1);
  CHECK(ann.wait_for_room());

  relay.network({{"down", true}});
  relay.network({{"drop", true}});
  test::until("the drop", [&] { return ann.state() != State::ready; });
  achex::SendOptions now;
  now.if_connected = true;
  CHECK(get(ann.send(achex::to("Ann"), "{}", now)).dropped);
  auto first = ann.send(achex::to("Ann"), R"({"x":2})", latest);
  auto second = ann.send(achex::to("Ann"), R"({"x":3})", latest);
  CHECK(get(std::move(first)).dropped);
  relay.network({{"down", false}});
  CHECK(get(std::move(second)).taken == 1);
}

TEST_CASE("L2: it keeps to the limits of the server") {
  test::Relay relay(json{{"max-frames-per-second", 100}});
  InOrder heard;
  Client ann(test::options(relay.url(), "Ann"), heard.listener());
  REQUIRE(ann.wait_ready());
  const auto start = std::chrono::steady_clock::now();
  for (int n = 0; n < 300; n++) REQUIRE(ann.post(achex::to("Ann"), "{\"n\":" + std::to_string(n) + "}"));
  REQUIRE(ann.drain(test::kDeadline));
  test::until("all messages", [&] { return heard.next() == 300; });
  CHECK(heard.wrong() == 0);
  // A burst of 150, then 95 per second.
  CHECK(std::chrono::steady_clock::now() - start > std::chrono::milliseconds(1'000));
}

TEST_SUITE_END();
