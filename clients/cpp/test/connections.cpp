// The two interfaces without the protocol: WS_Client_Connection and QueueConnection.
#include "support.hpp"

TEST_SUITE_BEGIN("connections");

namespace {

std::string pop(achex::QueueConnection& connection) {
  const auto message = connection.wait_pop(test::kDeadline);
  REQUIRE(message.has_value());
  return *message;
}

}  // namespace

TEST_CASE("WS_Client_Connection: the promised calls, as they were promised") {
  test::Relay relay;
  const int port = relay.port();
  const int poll_timeout = 10'000;
  const std::string message = R"({"setID":"Ann","passwd":""})";
  std::queue<std::string> messages;
  std::queue<std::string>* retval = &messages;

  WS_Client_Connection myconnection(port, "127.0.0.1");
  CHECK(myconnection.is_open());
  bool has = myconnection.ws_incomming_data(poll_timeout, *retval);
  CHECK(has);
  CHECK(messages.front() == R"({"SID":1})");
  messages.pop();
  CHECK(myconnection.ws_send(message));
  has = myconnection.ws_incomming_data(-1, *retval);
  CHECK(has);
  CHECK(messages.front() == R"({"auth":"ok"})");
  messages.pop();
  CHECK_FALSE(myconnection.ws_incomming_data(0, *retval));
  CHECK_FALSE(myconnection.ws_incomming_data(20, *retval));

  // Everything that has arrived comes at once.
  for (int n = 0; n < 100; n++) CHECK(myconnection.ws_send(R"({"to":"Ann","n":)" + std::to_string(n) + "}"));
  while (messages.size() < 100) REQUIRE(myconnection.ws_incomming_data(poll_timeout, retval));
  for (int n = 0; n < 100; n++) {
    CHECK(messages.front() == R"({"to":"Ann","n":)" + std::to_string(n) + R"(,"sID":1,"FROM":"Ann"})");
    messages.pop();
  }
  myconnection.close();
  CHECK_FALSE(myconnection.is_open());
  CHECK(myconnection.last_error().empty());
  CHECK_FALSE(myconnection.ws_send(message));
  // Does not wait for what will not come.
  CHECK_FALSE(myconnection.ws_incomming_data(-1, messages));
}

TEST_CASE("WS_Client_Connection: a failed constructor leaves a closed object with an error; the overload throws") {
  test::Control control;
  const int port = control({{"do", "faulty"}, {"behaviour", "status"}, {"code", 503}}).at("port");
  WS_Client_Connection refused(port, "127.0.0.1", "/hall");
  CHECK_FALSE(refused.is_open());
  CHECK(refused.last_error().find("HTTP 503 not here, go away") != std::string::npos);
  CHECK(refused.close_code() == 1006);
  CHECK_FALSE(refused.ws_send("{}"));

  // A port that nobody listens on.
  const int dead = control({{"do", "proxy"}, {"key", "p"}, {"port", port}}).at("port");
  control({{"do", "network"}, {"key", "p"}, {"down", true}});
  CHECK_THROWS_AS(WS_Client_Connection(achex::throw_on_error, dead, "127.0.0.1"), achex::Fault);
  WS_Client_Connection nowhere(0, "not a host");
  CHECK(nowhere.error().code == "bad-address");
  WS_Client_Connection unknown(80, "host.invalid");
  CHECK(unknown.last_error().find("was not found") != std::string::npos);
}

TEST_CASE("A loop whose thread is late still runs what was posted, because that may release a socket") {
  const auto loop = achex::make_event_loop();
  std::promise<void> running;
  bool ran = false;
  loop->post([&] {
    running.set_value();
    std::this_thread::sleep_for(achex::Milliseconds(50));
  });
  loop->post([&] { ran = true; });
  test::get(running.get_future());
  loop->shut_down(achex::Milliseconds(0));
  CHECK(ran);
}

TEST_CASE("A connection may end as soon as its host has been looked up, by a thread that has not ended") {
  for (int n = 0; n < 200; n++) {
    // A port that nobody listens on: the failure is reported at once.
    const achex::QueueConnection refused("ws://localhost:1/");
    REQUIRE(refused.closed());
  }
}

TEST_CASE("WS_Client_Connection: an attempt that hangs ends with a timeout") {
  test::Control control;
  const int port = control({{"do", "faulty"}, {"behaviour", "silent"}}).at("port");
  achex::QueueOptions options;
  options.connect_timeout = achex::Milliseconds(100);
  WS_Client_Connection silent(port, "127.0.0.1", "/", options);
  CHECK_FALSE(silent.is_open());
  CHECK(silent.error().code == "timeout");
}

TEST_CASE("QueueConnection: the receiving thread fills the queue, and raises a flag when the connection is closed") {
  test::Relay relay;
  achex::QueueConnection queue(relay.url("/"));
  CHECK_FALSE(queue.closed());
  CHECK(queue.close_code() == 0);
  CHECK(pop(queue) == R"({"SID":1})");
  CHECK_FALSE(queue.try_pop().has_value());
  CHECK(queue.send(R"({"setID":"Ann"})"));
  CHECK(pop(queue) == R"({"auth":"ok"})");
  relay.stop();
  CHECK_FALSE(queue.wait_pop(test::kDeadline).has_value());
  CHECK(queue.closed());
  CHECK(queue.close_code() == 1001);
  CHECK(queue.error().code == "dismissed");
  CHECK(queue.error().message.find("server is stopping") != std::string::npos);
}

TEST_CASE("QueueConnection: a full queue drops the oldest messages and counts them, or stops reading") {
  test::Relay relay(test::unlimited());
  achex::QueueConnection sender(relay.url());
  achex::QueueOptions options;
  options.max_messages = 10;
  options.when_full = achex::WhenFull::drop_oldest;
  achex::QueueConnection dropping(relay.url(), options);
  options.when_full = achex::WhenFull::block_reading;
  achex::QueueConnection blocking(relay.url(), options);
  for (auto* one : {&dropping, &blocking}) {
    one->send(R"({"auth":"Bob"})");
    pop(*one);
  }
  sender.send(R"({"auth":"Ann"})");
  pop(sender);
  for (int n = 0; n < 1000; n++) REQUIRE(sender.send(R"({"to":"Bob","n":)" + std::to_string(n) + "}"));
  test::until("990 messages to be dropped", [&] { return dropping.dropped() == 990; });
  CHECK(dropping.size() == 10);
  CHECK(pop(dropping).find("\"n\":990,") != std::string::npos);
  CHECK(blocking.dropped() == 0);
  for (int n = 0; n < 1000; n++) {
    CHECK(blocking.size() <= 10);
    REQUIRE(pop(blocking).find("\"n\":" + std::to_string(n) + ",") != std::string::npos);
  }
}

TEST_CASE("QueueConnection: messages keep their order, whether a thread or the loop writes them") {
  test::Relay relay(test::unlimited());
  achex::QueueConnection ann(relay.url("/"));
  pop(ann);
  ann.send(R"({"setID":"Ann"})");
  pop(ann);
  constexpr int kMessages = 5'000;
  std::thread sender([&] {
    for (int n = 0; n < kMessages; n++) {
      // Every tenth after a pause, and some too large for one write.
      const auto start = std::chrono::steady_clock::now();
      while (n % 10 == 0 && std::chrono::steady_clock::now() - start < std::chrono::microseconds(30)) continue;
      const std::string more = n % 500 == 0 ? std::string(20'000, 'x') : "";
      ann.send(R"({"to":"Ann","n":)" + std::to_string(n) + R"(,"more":")" + more + "\"}");
    }
  });
  int wrong = 0;
  for (int n = 0; n < kMessages; n++)
    if (pop(ann).find("{\"to\":\"Ann\",\"n\":" + std::to_string(n) + ",") != 0) wrong++;
  sender.join();
  CHECK(wrong == 0);
}

TEST_CASE("QueueConnection: 10 MB of binary arrive as they were; moved-from objects are closed") {
  test::Relay relay({{"max-frame", 16 * 1024 * 1024},
                     {"max-backlog", 64 * 1024 * 1024},
                     {"max-queue", 64 * 1024 * 1024},
                     {"max-bytes-per-second", 0},
                     {"max-delivered-bytes-per-second", 0}});
  achex::QueueOptions options;
  options.subprotocol = "achex.2";
  achex::QueueConnection ann(relay.url(), options);
  pop(ann);
  ann.send(R"({"setID":"Ann"})");
  std::string bytes;
  bytes.resize(10'000'000);
  for (std::size_t at = 0; at < bytes.size(); at++) bytes[at] = static_cast<char>(at * 7919 >> 3);
  const std::string header = R"({"to":"Ann"})";
  REQUIRE(ann.send_binary(std::string({'\0', static_cast<char>(header.size())}) + header + bytes));
  const std::string got = pop(ann);
  CHECK(got.size() > bytes.size());
  CHECK(got.compare(got.size() - bytes.size(), bytes.size(), bytes) == 0);
  achex::QueueConnection moved(std::move(ann));
  // NOLINTBEGIN(bugprone-use-after-move): this is what is tested.
  CHECK(ann.closed());
  CHECK_FALSE(ann.send("x"));
  CHECK_FALSE(ann.try_pop().has_value());
  // NOLINTEND(bugprone-use-after-move)
  CHECK_FALSE(moved.closed());
  moved = achex::QueueConnection("ws://127.0.0.1:1/");
  CHECK(moved.closed());
}

TEST_SUITE_END();
