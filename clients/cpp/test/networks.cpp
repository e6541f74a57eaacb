// TLS, proxies, IPv6, slow networks.
#include "support.hpp"

TEST_SUITE_BEGIN("networks");

using achex::Client;
using achex::QueueConnection;
using achex::QueueOptions;
using test::json;

namespace {

bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

std::string greeting(QueueConnection& connection) {
  const auto message = connection.wait_pop(test::kDeadline);
  REQUIRE_MESSAGE(message.has_value(), connection.error().message);
  return *message;
}

/// An environment variable, as long as the object exists.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("TLS: certificates and host names are checked, and nothing older than TLS 1.2 is spoken") {
  test::Relay relay;
  QueueOptions options;
  const auto open = [&](const char* kind, bool with_ca, const char* host = "localhost") {
    const json server = relay.control({{"do", "tls"}, {"kind", kind}, {"port", relay.port()}});
    options.tls.ca_file = with_ca ? server.at("ca").get<std::string>() : "";
    return QueueConnection("wss://" + std::string(host) + ":" + std::to_string(server.at("port").get<int>()) + "/",
                           options);
  };
  {
    QueueConnection good = open("good", true);
    CHECK(greeting(good) == R"({"SID":1})");
    const std::string large(100'000, 'x');
    REQUIRE(good.send(R"({"echo":true,"x":")" + large + "\"}"));
    CHECK(greeting(good).size() > large.size());
    good.close();
    CHECK(good.error().code.empty());
  }
  QueueConnection address = open("good", true, "127.0.0.1");
  CHECK(has(greeting(address), "SID"));
  for (const char* kind : {"wrong-host", "expired", "self-signed"}) {
    CAPTURE(kind);
    CHECK(has(open(kind, true).error().message, "certificate verify failed"));
  }
  CHECK(has(open("good", false).error().message, "certificate verify failed"));
  CHECK(has(open("tls-1.1", true).error().message, "TLS: "));
  options.tls.insecure_skip_verification = true;
  QueueConnection insecure = open("self-signed", false);
  CHECK(has(greeting(insecure), "SID"));
  options.tls.ca_file = "/nowhere.pem";
  CHECK(QueueConnection("wss://localhost:1/", options).error().code == "bad-address");
}

TEST_CASE(
    "TLS: a client of achex.2 with its own authority; one that does not trust the server says why, and tries again") {
  test::Relay relay;
  const json server = relay.control({{"do", "tls"}, {"kind", "good"}, {"port", relay.port()}});
  achex::Options options =
      test::options("wss://localhost:" + std::to_string(server.at("port").get<int>()) + "/test", "Ann");
  test::Events events;
  {
    Client doubting(options, events.listener());
    CHECK(has(events.next<achex::Retrying>().cause.message, "certificate verify failed"));
  }
  options.tls.ca_file = server.at("ca");
  Client ann(options);
  REQUIRE(ann.wait_ready());
  CHECK(test::get(ann.send(achex::to("Ann"), R"({"n":1})")).taken == 1u);
}

TEST_CASE("Proxies: tunnels with and without TLS, with a password, and one that refuses") {
  test::Relay relay;
  const int port = relay.control({{"do", "http-proxy"}, {"key", "p"}, {"user", "me:secret"}}).at("port");
  const std::string proxy = "127.0.0.1:" + std::to_string(port);
  const std::string target = "relay.invalid:" + std::to_string(relay.port());
  {
    const Variable variable("http_proxy", "http://me:secret@" + proxy);
    QueueConnection connection("ws://" + target + "/");
    CHECK(greeting(connection) == R"({"SID":1})");
    const Variable none("no_proxy", "relay.invalid");
    CHECK(has(QueueConnection("ws://" + target + "/").error().message, "was not found"));
  }
  {
    const Variable variable("http_proxy", "http://" + proxy);
    CHECK(has(QueueConnection("ws://" + target + "/").error().message, "the proxy answers HTTP/1.1 407"));
  }
  const json server = relay.control({{"do", "tls"}, {"kind", "good"}, {"port", relay.port()}});
  const Variable variable("https_proxy", "http://me:secret@" + proxy);
  QueueOptions options;
  options.tls.ca_file = server.at("ca");
  const std::string secure = "localhost:" + std::to_string(server.at("port").get<int>());
  QueueConnection connection("wss://" + secure + "/", options);
  CHECK(has(greeting(connection), "SID"));
  const json requests = relay.control({{"do", "proxied"}, {"key", "p"}}).at("requests");
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].at("target") == target);
  CHECK(requests[0].at("credentials") == "me:secret");
  CHECK(requests[2].at("target") == secure);
}

TEST_CASE("IPv6, by its address and by a name that has both") {
  test::Relay relay;
  const int port = relay.control({{"do", "proxy"}, {"key", "six"}, {"port", relay.port()}, {"host", "::1"}}).at("port");
  WS_Client_Connection six(port, "::1");
  REQUIRE_MESSAGE(six.is_open(), six.last_error());
  // The relay listens on one of the addresses that the name may have.
  WS_Client_Connection named(relay.port(), "localhost");
  CHECK_MESSAGE(named.is_open(), named.last_error());
}

TEST_CASE("A slow network: handshake, login and messages arrive byte by byte") {
  test::Relay relay;
  const std::string url = relay.proxied();
  relay.network({{"slow", true}});
  achex::Options options = test::options(url, "Ann");
  // Each byte is an event of two processes, which a busy machine takes its time for.
  options.connect_timeout = test::kDeadline;
  Client ann(options);
  REQUIRE(ann.wait_ready(test::kDeadline));
  for (int n = 0; n < 5; n++) CHECK(test::get(ann.send(achex::to("Ann"), R"({"n":1})")).taken == 1u);
}

TEST_CASE("R145: an inbox keeps what is sent to a name that is offline; its device confirms") {
  test::Relay relay(json{{"keep", json::array({"name:*"})}, {"auth", "claim"}});
  const std::string url = relay.url("/root");
  achex::Options options = test::options(url, "Bob");
  options.credentials.password = "secret";
  options.credentials.inbox = "phone";
  Client ann(test::options(url, "Ann"));
  REQUIRE(ann.wait_ready());
  {
    Client bob(options);
    REQUIRE(bob.wait_ready());
  }
  test::until("Bob to be offline", [&] { return test::get(ann.watch({"Bob"})).empty(); });
  CHECK(test::get(ann.send(achex::to("Bob"), R"({"n":1})")).kept);
  CHECK(test::get(ann.send(achex::to("Bob"), R"({"n":2})")).kept);
  std::uint64_t seq = 0;
  {
    test::Events events;
    Client bob(options, events.listener());
    CHECK(events.next<achex::Message>().data == R"({"n":1})");
    const auto second = events.next<achex::Message>();
    CHECK(second.data == R"({"n":2})");
    REQUIRE(second.seq.has_value());
    seq = *second.seq;
    CHECK(test::get(bob.inbox_history("Bob", 10)).messages.size() == 2);
    test::get(bob.confirm("Bob", "phone", seq - 1));
  }
  // What was not confirmed comes again.
  test::Events events;
  Client bob(options, events.listener());
  const auto again = events.next<achex::Message>();
  CHECK(again.data == R"({"n":2})");
  CHECK(again.seq == seq);
}

TEST_SUITE_END();
