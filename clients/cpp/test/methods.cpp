// What other tests have no use for: every public function is called at least once (methods.test.ts compares with the
// headers).
#include "support.hpp"

#include <achex/achex.h>

#include <set>

TEST_SUITE_BEGIN("methods");

using achex::Client;
using achex::Fault;
using achex::Message;
using achex::Outcome;
using achex::State;
using test::Events;
using test::fault_of;
using test::get;
using test::json;

namespace {

/// A callback that fulfils a promise with the value, or with the fault.
template <class T>
achex::Callback<T> fulfil(std::promise<T>& promise) {
  return [&promise](Outcome<T> outcome) {
    if (outcome) promise.set_value(std::move(*outcome.value));
    else promise.set_exception(std::make_exception_ptr(*outcome.fault));
  };
}

/// A transport that passes everything on, and counts the connections.
class CountingLoop final : public achex::EventLoop {
 public:
  void post(std::function<void()> function) override { loop_->post(std::move(function)); }
  std::shared_ptr<achex::Timer> after(achex::Milliseconds delay, std::function<void()> function) override {
    return loop_->after(delay, std::move(function));
  }
  std::shared_ptr<achex::Socket> open(const achex::SocketOptions& options,
                                      std::shared_ptr<achex::SocketListener> listener) override {
    opened++;
    return loop_->open(options, std::move(listener));
  }
  void shut_down(achex::Milliseconds deadline) override { loop_->shut_down(deadline); }

  std::atomic<int> opened{0};

 private:
  std::shared_ptr<achex::EventLoop> loop_ = achex::make_event_loop();
};

}  // namespace

TEST_CASE("Functions that call back") {
  test::Relay relay;
  Events heard;
  Client bob(test::options(relay.url(), "Bob"), heard.listener());
  Client ann(test::options(relay.url(), "Ann"));
  bob.handle([](const achex::Question& question) { return question.data(); });
  std::promise<achex::JoinResult> joined;
  bob.hub("h").join({}, fulfil(joined));
  CHECK(get(joined.get_future()).count == 1u);
  std::promise<achex::Delivery> delivered;
  ann.send_binary(achex::hub("h"), "bytes", "{}", fulfil(delivered));
  CHECK(get(delivered.get_future()).taken == 1u);
  CHECK(heard.next<Message>().bytes == "bytes");
  std::promise<std::string> answer;
  ann.ask(achex::to("Bob"), R"({"a":1})", fulfil(answer));
  CHECK(get(answer.get_future()) == R"({"a":1})");
  std::promise<std::string> result;
  ann.request(R"({"serverstat":true})", fulfil(result));
  CHECK(json::parse(get(result.get_future())).contains("users"));
  std::promise<std::string> rejected;
  ann.request(R"({"$members":{"hub":"h"}})", fulfil(rejected));
  CHECK(fault_of(rejected.get_future()) == "not-member");
}

TEST_CASE("Questions and streams know who sends them, and can be refused later") {
  test::Relay relay;
  Client bob(test::options(relay.url(), "Bob"));
  Client ann(test::options(relay.url(), "Ann"));
  REQUIRE(ann.wait_ready());
  REQUIRE(bob.wait_ready());
  bob.on_question([&](const achex::Question& question) {
    CHECK(question.from() == "Ann");
    CHECK(question.sid() == ann.sid());
    question.fail(Fault("busy", "Not now."));
    // Only the first answer counts.
    question.answer("{}");
  });
  CHECK(fault_of(ann.ask(achex::to("Bob"), "{}")) == "busy");
  bob.on_question(nullptr);
  CHECK(fault_of(ann.ask(achex::to("Bob"), "{}")) == "no-handler");
  bob.on_stream([&](const achex::IncomingStream& stream) {
    CHECK(stream.from() == "Ann");
    CHECK(stream.sid() == ann.sid());
    stream.refuse(Fault("no-room", "No room for it."));
  });
  CHECK(fault_of(ann.open_stream(achex::to("Bob"))) == "no-room");
  bob.on_stream([&](const achex::IncomingStream&) {});
  CHECK(get(ann.open_stream(achex::to("Bob"))).sid() == bob.sid());
}

TEST_CASE("R25, R29: watched names, until they are no longer watched") {
  test::Relay relay;
  Events events;
  Client ann(test::options(relay.url(), "Ann"), events.listener());
  CHECK(get(ann.watch({"Bob", "Cid"})).empty());
  ann.unwatch({"Bob"});
  Client bob(test::options(relay.url(), "Bob"));
  REQUIRE(bob.wait_ready());
  Client cid(test::options(relay.url(), "Cid"));
  CHECK(events.next<achex::NameOnline>().name == "Cid");
}

TEST_CASE("Rooms: seats, several keys, conditional erasing, and handles that outlive their client") {
  test::Relay relay;
  auto ann = std::make_unique<Client>(test::options(relay.url(), "Ann"));
  achex::Room room = ann->hub("h");
  CHECK(room.channel() == achex::hub("h"));
  CHECK(ann->broadcast("b").channel() == achex::broadcast("b"));
  CHECK(room.name() == achex::RoomName{true, "h"});
  CHECK_FALSE(room.seat().has_value());
  achex::JoinOptions options;
  options.state = true;
  options.seat = 2;
  options.options = achex::RoomOptions{};
  options.options->seats = 3;
  CHECK(get(room.join(options)).seat == 2u);
  CHECK(room.seat() == 2u);
  const auto written = get(room.set({{"x", "1"}, {"y", "2"}}));
  CHECK(room.values() == std::map<std::string, std::string>{{"x", "1"}, {"y", "2"}});
  get(room.set("x", "3"));
  achex::WriteOptions compare;
  compare.unchanged_since = written.version;
  CHECK(fault_of(room.erase({"x", "y"}, compare)) == "state-conflict");
  get(room.erase({"x", "y"}));
  CHECK(room.values().empty());
  ann.reset();
  CHECK_FALSE(room.is_member());
  CHECK(fault_of(room.join()) == "closed");
  CHECK(fault_of(room.send("{}")) == "closed");
  CHECK_FALSE(room.post("{}"));
}

TEST_CASE("A client moves; what is left behind is closed; a connection dropped by hand is resumed") {
  test::Relay relay;
  Events events;
  Client first(test::options(relay.url(), "Ann"), events.listener());
  REQUIRE(first.wait_ready());
  const std::uint32_t sid = first.sid();
  Client ann(std::move(first));
  // NOLINTBEGIN(bugprone-use-after-move): this is what is tested.
  CHECK(first.state() == State::closed);
  CHECK(first.reason().code == "closed");
  CHECK(first.pressure() == 1);
  CHECK_FALSE(first.wait_ready());
  CHECK(fault_of(first.send(achex::to("Ann"), "{}")) == "closed");
  CHECK(fault_of(first.ask(achex::to("Ann"), "{}")) == "closed");
  CHECK(fault_of(first.hub("h").join()) == "closed");
  CHECK_FALSE(first.post(achex::to("Ann"), "{}"));
  first.connect();
  first.drop_connection();
  first.close();
  // NOLINTEND(bugprone-use-after-move)
  ann.drop_connection();
  CHECK(events.next<achex::Dropped>().code == 1006);
  events.next<achex::Resumed>();
  CHECK(ann.sid() == sid);
  ann = Client(test::options(relay.url(), "Bob"));
  REQUIRE(ann.wait_ready());
  CHECK(ann.name() == "Bob");
}

TEST_CASE("Another transport can take the place of Boost's") {
  test::Relay relay;
  auto loop = std::make_shared<CountingLoop>();
  Client ann(loop, test::options(relay.url(), "Ann"));
  CHECK(get(ann.send(achex::to("Ann"), "{}")).taken == 1u);
  ann.drop_connection();
  test::until("a second connection", [&] { return loop->opened == 2; });
  CHECK(get(ann.send(achex::to("Ann"), "{}")).taken == 1u);
}

TEST_CASE("QueueConnection: everything at once") {
  test::Relay relay;
  achex::QueueConnection queue(relay.url("/"));
  std::queue<std::string> messages;
  REQUIRE(queue.take_all(messages, test::kDeadline));
  CHECK(messages.front() == R"({"SID":1})");
  CHECK_FALSE(queue.take_all(messages, achex::Milliseconds(0)));
  CHECK(messages.size() == 1);
}

TEST_CASE(
    "achex.h: it sends text and bytes, joins, requests and polls; bad arguments are errors and never exceptions") {
  test::Relay relay;
  const std::string url = relay.url();
  achex_options options = {};
  CHECK(achex_connect(nullptr) == nullptr);
  CHECK(achex_connect(&options) == nullptr);
  options.url = "http://relay.example/";
  CHECK(achex_connect(&options) == nullptr);
  options.url = url.c_str();
  options.name = "C";
  achex_client* const client = achex_connect(&options);
  REQUIRE(client != nullptr);
  REQUIRE(achex_wait_ready(client, 60'000) == 1);
  CHECK(std::string(achex_error(client)).empty());
  const auto next = [&](const char* event) {
    for (;;) {
      const char* const text = achex_poll(client, 60'000);
      REQUIRE(text != nullptr);
      json found = json::parse(text);
      if (found.at("event") == event) return found;
    }
  };
  const auto join = achex_join(client, ACHEX_HUB, "h");
  REQUIRE(join > 0);
  CHECK(next("result") == json{{"event", "result"}, {"number", join}, {"result", {{"count", 1}}}});
  const char bytes[] = {'\0', '\xff'};
  const auto sent = achex_send_binary(client, ACHEX_NAME, "C", bytes, sizeof bytes, nullptr);
  CHECK(sent > join);
  const json message = next("message");
  CHECK(message.at("bytes") == "AP8=");
  CHECK(message.at("data") == json::object());
  CHECK(message.at("channel") == "name");
  CHECK(message.at("target") == "C");
  CHECK(next("result").at("result").at("taken") == 1);
  CHECK(achex_request(client, R"({"serverstat":true})") > sent);
  CHECK(next("result").at("result").contains("users"));

  CHECK(achex_send(client, ACHEX_NAME, nullptr, "{}") == -1);
  CHECK(std::string(achex_error(client)).find("bad-payload") == 0);
  CHECK(achex_send_binary(client, ACHEX_NAME, "x", nullptr, 1, "{}") == -1);
  CHECK(achex_join(client, ACHEX_NAME, "x") == -1);
  std::set<std::int64_t> refused = {achex_send(client, ACHEX_NAME, "C", nullptr), achex_request(client, nullptr),
                                    achex_send(client, ACHEX_NAME, "C", "no JSON")};
  while (!refused.empty()) {
    const json result = next("result");
    CHECK(result.at("fault").at("code") == "bad-payload");
    REQUIRE(refused.erase(result.at("number")) == 1);
  }
  achex_close(client);

  CHECK(achex_wait_ready(nullptr, 0) == 0);
  CHECK(achex_send(nullptr, ACHEX_NAME, "x", "{}") == -1);
  CHECK(achex_send_binary(nullptr, ACHEX_NAME, "x", "", 0, "{}") == -1);
  CHECK(achex_request(nullptr, "{}") == -1);
  CHECK(achex_join(nullptr, ACHEX_HUB, "x") == -1);
  CHECK(achex_poll(nullptr, -1) == nullptr);
  CHECK(std::string(achex_error(nullptr)).find("bad-address") == 0);
  achex_close(nullptr);
}

TEST_CASE("achex.h: a client that was rejected says why, and polling it does not wait for what will not come") {
  test::Relay relay(json{{"auth", "claim"}});
  const std::string url = relay.url();
  achex::Options owner = test::options(url, "Ann");
  owner.credentials.password = "right";
  Client ann(owner);
  REQUIRE(ann.wait_ready());
  achex_options options = {};
  options.url = url.c_str();
  options.name = "Ann";
  options.password = "wrong";
  achex_client* const client = achex_connect(&options);
  REQUIRE(client != nullptr);
  CHECK(achex_wait_ready(client, 60'000) == 0);
  CHECK(std::string(achex_error(client)).find("name-claimed: ") == 0);
  json last;
  while (const char* const event = achex_poll(client, -1)) last = json::parse(event);
  CHECK(last == json{{"event", "state"}, {"state", "closed"}});
  achex_close(client);
}

TEST_CASE("achex.h: a server that is unreachable is the error of the client that waits for it") {
  achex_options options = {};
  options.url = "ws://127.0.0.1:1/";
  achex_client* const client = achex_connect(&options);
  REQUIRE(client != nullptr);
  test::until("an attempt to fail", [&] {
    CHECK(achex_wait_ready(client, 20) == 0);
    const std::string error = achex_error(client);
    if (error.find("unreachable: ") != 0) CHECK(error.find("timeout: ") == 0);
    return error.find("unreachable: ") == 0;
  });
  achex_close(client);
}

TEST_SUITE_END();
