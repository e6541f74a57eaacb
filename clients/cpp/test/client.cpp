// achex::Client: logging in, sending, questions, presence.
#include "support.hpp"

#include <boost/asio/io_context.hpp>

TEST_SUITE_BEGIN("client");

using achex::Client;
using achex::Delivery;
using achex::Fault;
using achex::Message;
using achex::State;
using test::Events;
using test::fault_of;
using test::get;
using test::json;

TEST_CASE("K2, R5, R10: it connects, logs in, and knows who it is") {
  test::Relay relay;
  Events events;
  Client ann(test::options(relay.url("/hall"), "Ann"), events.listener());
  REQUIRE(ann.wait_ready());
  CHECK(ann.state() == State::ready);
  CHECK(ann.sid() >= 1);
  CHECK(ann.name() == "Ann");
  CHECK(json::parse(ann.hello()).at("instance") == "hall");
  CHECK(events.next<achex::StateChanged>().state == State::connecting);
  CHECK(events.next<achex::StateChanged>().state == State::ready);
  get(ann.login({"Anna", "", false, "", ""}));
  CHECK(ann.name() == "Anna");
  CHECK(get(ann.latency()).count() >= 0);
  CHECK(get(ann.server_time()) > 1'700'000'000'000u);
  CHECK(json::parse(get(ann.request(R"({"serverstat":true})"))).at("users").size() == 1);
  CHECK(fault_of(ann.request("[]")) == "bad-payload");
  ann.close();
  CHECK(ann.state() == State::closed);
  CHECK(ann.reason().code == "closed");
  CHECK(fault_of(ann.send(achex::to("Ann"), "{}")) == "closed");
  ann.connect();
  CHECK(ann.wait_ready());
}

TEST_CASE("M1 to M3, R11: it sends to names, sessions, hubs and broadcasts") {
  test::Relay relay;
  Events heard;
  Client bob(test::options(relay.url(), "Bob"), heard.listener());
  Client ann(test::options(relay.url(), "Ann"));
  REQUIRE(bob.wait_ready());
  get(bob.hub("h").join());
  get(bob.broadcast("b").join());

  CHECK(get(ann.send(achex::to("Bob"), R"({"msg":"hi","n":12345678901234567890,"":{"a":[1,2]}})")).taken == 1);
  Message message = heard.next<Message>();
  CHECK(message.data == R"({"msg":"hi","n":12345678901234567890,"":{"a":[1,2]}})");
  CHECK(message.from == "Ann");
  CHECK(message.sid == ann.sid());
  CHECK(message.channel == achex::to("Bob"));
  CHECK(get(bob.send(message.sender(), json{{"msg", "back"}})).taken == 1);

  const Delivery delivery = get(ann.send(achex::to(std::vector<std::string>{"Bob", "Cid"}), "{}"));
  CHECK(delivery.taken == 1);
  CHECK(delivery.missing == std::vector<std::string>{"Cid"});
  CHECK(get(ann.send(achex::session(bob.sid()), "{}")).taken == 1);
  CHECK(get(ann.hub("h").send("{}")).taken == 1);
  CHECK(get(ann.broadcast("b").send("{}")).taken == 1);
  CHECK(get(ann.hub("empty").send("{}")).taken == 0);
  CHECK(heard.next<Message>().channel.names == std::vector<std::string>{"Bob", "Cid"});
  CHECK(heard.next<Message>().channel.kind == achex::ChannelKind::session);
  CHECK(heard.next<Message>().channel == achex::hub("h"));
  CHECK(heard.next<Message>().channel == achex::broadcast("b"));

  CHECK(ann.post(achex::to("Bob"), R"({"n":1})"));
  CHECK(heard.next<Message>().data == R"({"n":1})");
  CHECK_FALSE(ann.post(achex::to("Bob"), "no JSON"));
  std::promise<std::string> code;
  ann.send(achex::to("Nobody"), "{}",
           [&](const achex::Outcome<Delivery>& outcome) { code.set_value(outcome.fault ? outcome.fault->code : ""); });
  CHECK(get(code.get_future()) == "no-such-name");
  CHECK(fault_of(ann.send(achex::to("Bob"), R"({"sID":1})")) == "bad-payload");
  CHECK(fault_of(ann.send(achex::to("Bob"), R"({"a":1},)")) == "bad-payload");
  CHECK(fault_of(ann.send(achex::Channel{achex::ChannelKind::session, {"1,2"}}, "{}")) == "bad-payload");
  CHECK(fault_of(ann.send(achex::to("Bob"), json{{"text", std::string(1'100'000, 'x')}})) == "too-large");
  CHECK(get(ann.send(achex::to("Bob"), "{}")).taken == 1);
  CHECK(ann.drain());
}

TEST_CASE("R40: bytes arrive as they were, with the payload beside them") {
  test::Relay relay;
  Events heard;
  Client ann(test::options(relay.url(), "Ann"), heard.listener());
  const std::string bytes({'\0', '\xff', '\n', '"'});
  CHECK(get(ann.send_binary(achex::to("Ann"), bytes, R"({"type":"image"})")).taken == 1);
  const Message message = heard.next<Message>();
  CHECK(message.bytes == bytes);
  CHECK(message.data == R"({"type":"image"})");
  CHECK(ann.post_binary(achex::to("Ann"), ""));
  CHECK(heard.next<Message>().bytes == "");
}

TEST_CASE("R30 to R35: it asks and answers, with progress, faults, timeouts and cancels") {
  test::Relay relay(json::object(), json::array({{{"name", "calc"}, {"passwd", "p"}, {"delivery", "all"}}}));
  achex::Options service = test::options(relay.url(), "calc");
  service.credentials = {"calc", "p", true, "calc-2", ""};
  Events events;
  Client calc(service, events.listener());
  Client ann(test::options(relay.url(), "Ann"));
  REQUIRE(calc.wait_ready());
  CHECK(calc.name() == "calc-2");
  calc.handle([](const achex::Question& question) {
    const json request = json::parse(question.data());
    if (request.contains("fail")) throw Fault("too-hot", "It is too hot.");
    if (request.contains("crash")) throw std::runtime_error("secret");
    question.progress(json{{"percent", 50}});
    return json{{"sum", request.at("a").get<int>() + request.at("b").get<int>()}};
  });
  std::string progress;
  achex::AskOptions options;
  options.on_progress = [&](const std::string& data) { progress = data; };
  for (const char* name : {"calc", "calc-2"})
    CHECK(get(ann.ask(achex::to(name), R"({"a":2,"b":3})", options)) == R"({"sum":5})");
  CHECK(get(ann.ask(achex::session(calc.sid()), R"({"a":2,"b":3})")) == R"({"sum":5})");
  CHECK(progress == R"({"percent":50})");
  CHECK(fault_of(ann.ask(achex::to("calc"), R"({"fail":1})")) == "too-hot");
  CHECK(fault_of(ann.ask(achex::to("calc"), R"({"crash":1})")) == "failed");
  CHECK(events.next<achex::FaultReported>().fault.message.find("secret") != std::string::npos);
  CHECK(fault_of(ann.ask(achex::to("Nobody"), "{}")) == "no-such-name");
  CHECK(fault_of(ann.ask(achex::to("Ann"), "{}")) == "no-handler");

  std::promise<achex::Question> asked;
  calc.on_question([&](const achex::Question& question) { asked.set_value(question); }, "calc");
  options.timeout = achex::Milliseconds(50);
  CHECK(fault_of(ann.ask(achex::to("calc"), "{}", options)) == "timeout");
  const achex::Question question = get(asked.get_future());
  test::until("the cancel", [&] { return question.cancelled(); });

  // Answered later, by another thread.
  std::promise<achex::Question> held;
  calc.on_question([&](achex::Question later) { held.set_value(std::move(later)); }, "calc");
  auto answer = ann.ask(achex::to("calc"), "{}");
  std::thread([&] { get(held.get_future()).answer(R"({"late":true})"); }).join();
  CHECK(get(std::move(answer)) == R"({"late":true})");
  // A question that nobody answers fails at once.
  calc.on_question([](const achex::Question&) {}, "calc");
  CHECK(fault_of(ann.ask(achex::to("calc"), "{}")) == "failed");
}

TEST_CASE("R37: retire() answers what was asked, and closes") {
  test::Relay relay;
  Client calc(test::options(relay.url(), "calc"));
  Client ann(test::options(relay.url(), "Ann"));
  REQUIRE(calc.wait_ready());
  std::promise<achex::Question> held;
  calc.on_question([&](achex::Question question) { held.set_value(std::move(question)); });
  auto answer = ann.ask(achex::to("calc"), "{}");
  {
    const achex::Question question = get(held.get_future());
    auto retired = calc.retire();
    test::until("the name to be free", [&] { return fault_of(ann.send(achex::to("calc"), "{}")) == "no-such-name"; });
    CHECK(retired.wait_for(achex::Milliseconds(0)) == std::future_status::timeout);
    question.answer(R"({"done":true})");
    CHECK(get(std::move(answer)) == R"({"done":true})");
    get(std::move(retired));
  }
  CHECK(calc.state() == State::closed);
}

TEST_CASE("R25: it watches names") {
  test::Relay relay;
  Events events;
  Client ann(test::options(relay.url(), "Ann"), events.listener());
  auto bob = std::make_unique<Client>(test::options(relay.url(), "Bob"));
  REQUIRE(bob->wait_ready());
  CHECK(get(ann.watch({"Bob", "Cid"})) == std::vector<std::string>{"Bob"});
  bob.reset();
  const auto offline = events.next<achex::NameOnline>();
  CHECK(offline.name == "Bob");
  CHECK_FALSE(offline.online);
}

TEST_CASE("A wrong password, and a message to a closed client") {
  test::Relay relay(json{{"auth", "claim"}});
  achex::Options options = test::options(relay.url(), "Ann");
  options.credentials.password = "right";
  Client ann(options);
  REQUIRE(ann.wait_ready());
  options.credentials.password = "wrong";
  Client other(options);
  auto waiting = other.send(achex::to("Ann"), "{}");
  CHECK_FALSE(other.wait_ready());
  CHECK(other.reason().code == "name-claimed");
  CHECK_FALSE(other.reason().remedy.empty());
  CHECK(fault_of(std::move(waiting)) == "name-claimed");
  CHECK(fault_of(other.send(achex::to("Ann"), "{}")) == "name-claimed");
  get(other.login({"Ann", "right", false, "", ""}));
  CHECK(other.wait_ready());
  CHECK(get(other.send(achex::to("Ann"), "{}")).taken == 2);
}

TEST_CASE("On the caller's io_context, callbacks run in its thread; closing inside a callback is legal") {
  test::Relay relay;
  boost::asio::io_context context;
  std::thread::id seen;
  std::unique_ptr<Client> ann;
  ann = std::make_unique<Client>(context, test::options(relay.url(), "Ann"), [&](achex::Event& event) {
    seen = std::this_thread::get_id();
    if (std::holds_alternative<Message>(event)) ann.reset();
  });
  ann->send(achex::to("Ann"), "{}");
  context.run();
  CHECK(seen == std::this_thread::get_id());
  CHECK(ann == nullptr);
}

TEST_CASE("close() leaves a closed client, also if the thread that has to close it is late") {
  test::Relay relay;
  // Nobody runs it.
  boost::asio::io_context context;
  Client ann(context, test::options(relay.url(), "Ann"));
  ann.close();
  CHECK(ann.state() == State::closed);
  CHECK(ann.reason().code == "closed");
  CHECK_FALSE(ann.wait_ready());
  context.run();
  CHECK(ann.state() == State::closed);
}

TEST_CASE("A client may be destroyed in its own callback, and calls nobody afterwards") {
  test::Relay relay;
  const long threads = test::count_of("task");
  std::promise<void> destroyed;
  std::atomic<int> events{0};
  auto ann = std::make_shared<std::unique_ptr<Client>>();
  achex::Options options = test::options(relay.url(), "Ann");
  options.auto_connect = false;
  *ann = std::make_unique<Client>(options, [&, ann](achex::Event& event) {
    events++;
    if (!std::holds_alternative<Message>(event)) return;
    ann->reset();
    destroyed.set_value();
  });
  (*ann)->connect();
  for (int n = 0; n < 10; n++) (*ann)->post(achex::to("Ann"), "{}");
  get(destroyed.get_future());
  // Two states and the message.
  CHECK(events == 3);
  // Nobody waits for its thread, which ends after the callback.
  test::until("its thread to end", [&] { return test::count_of("task") <= threads; });
}

TEST_SUITE_END();
