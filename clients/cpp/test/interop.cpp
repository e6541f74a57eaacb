// Streams, files, the legacy dialects, and clients in TypeScript.
#include "sha256.hpp"
#include "support.hpp"

#include <unistd.h>

#include <fstream>
#include <set>

TEST_SUITE_BEGIN("interop");

using achex::Client;
using achex::JoinOptions;
using achex::Message;
using test::Events;
using test::fault_of;
using test::get;
using test::json;

namespace {

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t at = 0; at < size; at++) bytes[at] = static_cast<char>(at * 7919 >> 3);
  return bytes;
}

std::string hash_of(const std::string& bytes) {
  achex::detail::Sha256 hash;
  hash.update(bytes);
  return achex::detail::hex(hash.digest());
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TMPDIR");
  return std::string(folder == nullptr ? "/tmp" : folder) + "/achex-cpp-" + std::to_string(::getpid()) + "-" + name;
}

}  // namespace

TEST_CASE("R50 to R53: streams between C++ clients, with faults in both directions") {
  test::Relay relay(test::unlimited());
  Client ann(test::options(relay.url(), "Ann"));
  Client bob(test::options(relay.url(), "Bob"));
  REQUIRE(ann.wait_ready());
  REQUIRE(bob.wait_ready());
  CHECK(fault_of(ann.open_stream(achex::to("Bob"))) == "no-handler");
  std::string got;
  std::promise<std::string> ended;
  bob.on_stream([&](const achex::IncomingStream& stream) {
    const std::string what = json::parse(stream.meta()).value("what", "");
    if (what == "refuse") throw achex::Fault("no-room", "No room for it.");
    stream.accept(R"({"welcome":true})");
    stream.on_data([&, what](const std::string& bytes) {
      if (what == "stop") throw achex::Fault("enough", "That is enough.");
      got += bytes;
    });
    stream.on_end([&](const achex::Fault* fault) { ended.set_value(fault == nullptr ? "" : fault->code); });
  });
  CHECK(fault_of(ann.open_stream(achex::to("Bob"), R"({"what":"refuse"})")) == "no-room");
  const std::string bytes = noise(5'000'000);
  const auto stream = get(ann.open_stream(achex::to("Bob"), R"({"what":"film"})"));
  CHECK(stream.reply() == R"({"welcome":true})");
  for (std::size_t at = 0; at < bytes.size(); at += 700'000) get(stream.write(bytes.substr(at, 700'000)));
  get(stream.close());
  CHECK(get(ended.get_future()) == "");
  CHECK(got == bytes);
  ended = {};
  const auto aborted = get(ann.open_stream(achex::to("Bob"), R"({"what":"film"})"));
  aborted.abort();
  CHECK(get(ended.get_future()) == "aborted");
  ended = {};
  const auto stopped = get(ann.open_stream(achex::to("Bob"), R"({"what":"stop"})"));
  get(stopped.write("x"));
  CHECK(fault_of(stopped.close()) == "enough");
  CHECK(get(ended.get_future()) == "enough");
}

TEST_CASE("Files: C++ to C++ through drops, and a receiver that refuses") {
  test::Relay relay(test::unlimited());
  const std::string url = relay.proxied();
  achex::Options options = test::options(url, "Ann");
  options.longest_pause = achex::Milliseconds(50);
  Client ann(options);
  Client bob(test::options(relay.url(), "Bob"));
  REQUIRE(ann.wait_ready());
  REQUIRE(bob.wait_ready());
  const std::string path = temporary("file");
  const std::string bytes = noise(3'000'001);
  std::ofstream(path, std::ios::binary) << bytes;
  std::promise<achex::ReceivedFile> received;
  bob.receive_files(
      [&](const achex::FileOffer& offer) {
        if (offer.name == "no") throw achex::Fault("no-room", "No room for it.");
        return path + ".copy";
      },
      [&](const achex::Outcome<achex::ReceivedFile>& outcome) {
        if (outcome) received.set_value(*outcome.value);
      });
  relay.network({{"seed", 1}, {"bytes", 500'000}});
  const auto sent = get(ann.send_file(achex::to("Bob"), path));
  relay.network({{"bytes", 0}});
  CHECK(sent.size == bytes.size());
  CHECK(sent.sha256 == hash_of(bytes));
  const auto file = get(received.get_future());
  CHECK(file.sha256 == sent.sha256);
  CHECK(file.offer.from == "Ann");
  CHECK(content_of(path + ".copy") == bytes);
  achex::SendFileOptions named;
  named.name = "no";
  CHECK(fault_of(ann.send_file(achex::to("Bob"), path, named)) == "no-room");
  CHECK(fault_of(ann.send_file(achex::to("Bob"), path + ".missing")) == "failed");
  std::remove(path.c_str());
  std::remove((path + ".copy").c_str());
}

TEST_CASE("K1 to K9, C1 to C12: the legacy dialects") {
  test::Relay relay;
  for (const auto dialect : {achex::Dialect::classic, achex::Dialect::cloud}) {
    achex::Options options = test::options(relay.url(dialect == achex::Dialect::classic ? "/" : "/hall"), "Ann");
    options.dialect = dialect;
    Events events;
    Client ann(options, events.listener());
    options.credentials.name = "Bob";
    Client bob(options);
    REQUIRE(ann.wait_ready());
    REQUIRE(bob.wait_ready());
    CHECK(ann.sid() >= 1);
    get(ann.hub("h").join());
    get(ann.broadcast("b").join());
    get(bob.hub("h").join());
    CHECK_FALSE(get(bob.send(achex::to("Ann"), R"({"n":1})")).taken.has_value());
    get(bob.hub("h").send(R"({"n":2})"));
    // A registration has no reply, but frames are handled in order.
    get(ann.broadcast("b").send(R"({"n":3})"));
    std::set<std::string> data;
    for (int n = 0; n < 3; n++) {
      const auto message = events.next<Message>();
      data.insert(message.data + message.from);
    }
    CHECK(data == std::set<std::string>{R"({"n":1}Bob)", R"({"n":2}Bob)", R"({"n":3}Ann)"});
    CHECK(fault_of(ann.ask(achex::to("Bob"), "{}")) == "unsupported");
    CHECK(fault_of(ann.send_binary(achex::to("Bob"), "x")) == "unsupported");
    const std::uint32_t sid = bob.sid();
    bob.close();
    const auto left = events.next<achex::MemberLeft>();
    CHECK(left.name == "Bob");
    CHECK(left.sid == sid);
  }
}

TEST_CASE("A client in TypeScript: questions, state, streams and files in both directions") {
  test::Relay relay(test::unlimited());
  Client ann(test::options(relay.url("/"), "Ann"));
  REQUIRE(ann.wait_ready());
  const auto peer = [&](json command) {
    command["do"] = "ask-peer";
    command["key"] = "ts";
    return relay.control(command);
  };
  relay.control({{"do", "peer"}, {"key", "ts"}, {"url", relay.url("/")}, {"name", "Tess"}});
  CHECK(get(ann.ask(achex::to("Tess"), R"({"a":2,"b":3})")) == R"({"sum":5})");
  ann.handle([](const achex::Question& question) {
    const json request = json::parse(question.data());
    return json{{"sum", request.at("a").get<int>() + request.at("b").get<int>()}};
  });
  CHECK(peer({{"what", "ask"}, {"to", "Ann"}}).at("sum") == 5);
  auto room = ann.hub("h");
  JoinOptions with_state;
  with_state.presence = true;
  with_state.state = true;
  get(room.join(with_state));
  peer({{"what", "join"}, {"hub", "h"}});
  CHECK(peer({{"what", "state"}, {"hub", "h"}, {"count", 3}}).at("values").at("count") == 3);
  CHECK(get(room.increment("count")).values.at("count") == "4");
  CHECK(room.members().size() == 2);

  const std::string path = temporary("interop");
  const std::string bytes = noise(1'500'000);
  std::ofstream(path, std::ios::binary) << bytes;
  get(ann.send_file(achex::to("Tess"), path));
  const auto stream = get(ann.open_stream(achex::to("Tess"), R"({"what":"noise"})"));
  get(stream.write(bytes));
  get(stream.close());
  const json got = peer({{"what", "files"}});
  CHECK(got.at("files") == json::array({hash_of(bytes)}));
  CHECK(got.at("streams") == json::array({hash_of(bytes)}));

  std::promise<achex::ReceivedFile> received;
  ann.receive_files([&](const achex::FileOffer&) { return path + ".ts"; },
                    [&](const achex::Outcome<achex::ReceivedFile>& outcome) { received.set_value(*outcome.value); });
  std::string streamed;
  ann.on_stream([&](const achex::IncomingStream& incoming) {
    incoming.on_data([&](const std::string& part) { streamed += part; });
  });
  const json hash = peer({{"what", "send-file"}, {"to", "Ann"}, {"size", 1'200'000}});
  CHECK(get(received.get_future()).sha256 == hash.at("hash"));
  CHECK(hash_of(content_of(path + ".ts")) == hash.at("hash"));
  const json sent = peer({{"what", "send-stream"}, {"to", "Ann"}, {"size", 900'000}});
  CHECK(sent.at("hash") == hash_of(streamed));
  std::remove(path.c_str());
  std::remove((path + ".ts").c_str());
}

TEST_CASE("100,000 messages each way between C++ and TypeScript in one hub: order and count exact") {
  test::Relay relay(test::unlimited());
  const char* const reduced = std::getenv("ACHEX_TEST_MESSAGES");
  const int count = reduced != nullptr ? std::atoi(reduced) : 100'000;
  std::atomic<int> in_order{0};
  std::atomic<int> disorder{0};
  Client ann(test::options(relay.url("/"), "Ann"), [&](achex::Event& event) {
    const auto* message = std::get_if<Message>(&event);
    if (message == nullptr) return;
    if (message->data == "{\"n\":" + std::to_string(in_order) + "}") in_order++;
    else disorder++;
  });
  REQUIRE(ann.wait_ready());
  relay.control({{"do", "peer"}, {"key", "ts"}, {"url", relay.url("/")}, {"name", "Tess"}});
  const auto peer = [&](json command) {
    command["do"] = "ask-peer";
    command["key"] = "ts";
    return relay.control(command);
  };
  peer({{"what", "join"}, {"hub", "h"}});
  get(ann.hub("h").join());
  peer({{"what", "send"}, {"hub", "h"}, {"count", count}});
  auto room = ann.hub("h");
  for (int n = 0; n < count; n++) {
    REQUIRE(ann.wait_for_room(test::kDeadline));
    REQUIRE(room.post("{\"n\":" + std::to_string(n) + "}"));
  }
  REQUIRE(ann.drain(test::kDeadline));
  json counts;
  test::until("all messages", [&] {
    counts = peer({{"what", "counts"}});
    return counts.at("received") == count && in_order == count;
  });
  CHECK(disorder == 0);
  CHECK(counts.at("disorder") == 0);
}

TEST_SUITE_END();
