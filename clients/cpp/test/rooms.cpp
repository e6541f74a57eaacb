// Rooms: presence, state, host, options, history.
#include "support.hpp"

TEST_SUITE_BEGIN("rooms");

using achex::Client;
using achex::JoinOptions;
using achex::Message;
using test::Events;
using test::fault_of;
using test::get;
using test::json;

namespace {

JoinOptions with_state() {
  JoinOptions options;
  options.presence = true;
  options.state = true;
  return options;
}

}  // namespace

TEST_CASE("R20 to R24, R122: presence, attributes and seats") {
  test::Relay relay;
  Events events;
  Client ann(test::options(relay.url(), "Ann"), events.listener());
  Client bob(test::options(relay.url(), "Bob"));
  JoinOptions options;
  options.presence = true;
  options.attributes = achex::Attributes{{"color", "\"red\""}};
  options.options = achex::RoomOptions{};
  options.options->seats = 2;
  options.seat = achex::any_seat;
  const auto joined = get(ann.hub("h").join(options));
  CHECK(joined.count == 1);
  CHECK(joined.seat == 1);
  CHECK(events.next<achex::RosterReceived>().count == 1);
  JoinOptions other;
  other.seat = 2;
  get(bob.hub("h").join(other));
  const auto arrived = events.next<achex::MemberJoined>();
  CHECK(arrived.member.name == "Bob");
  CHECK(arrived.member.seat == 2);
  CHECK(arrived.room == achex::RoomName{true, "h"});
  get(bob.hub("h").set_attributes({{"mood", "\"fine\""}}));
  CHECK(events.next<achex::MemberChanged>().member.attributes.at("mood") == "\"fine\"");
  CHECK(ann.hub("h").members().size() == 2);
  CHECK(ann.hub("h").count() == 2);
  CHECK(get(ann.hub("h").page()).members.size() == 2);
  CHECK(fault_of(bob.hub("h").set_attributes({{"mood", "fine"}})) == "bad-payload");
  get(bob.hub("h").leave());
  CHECK(events.next<achex::MemberLeft>().name == "Bob");
  CHECK(fault_of(bob.hub("h").page()) == "not-member");
  CHECK_FALSE(bob.hub("h").is_member());
}

TEST_CASE("R101 to R107: state, and writes that compare, increment, and belong to a session") {
  test::Relay relay;
  Events events;
  Client ann(test::options(relay.url(), "Ann"), events.listener());
  Client bob(test::options(relay.url(), "Bob"));
  auto room = ann.hub("game");
  auto bobs = bob.hub("game");
  get(room.join(with_state()));
  get(bobs.join(with_state()));
  const auto written = get(room.set("title", "\"Final\""));
  CHECK(room.value("title") == "\"Final\"");
  CHECK(room.version() == written.version);
  CHECK(get(room.increment("score", 2.5)).values.at("score") == "2.5");
  CHECK(get(bobs.increment("score")).values.at("score") == "3.5");
  achex::WriteOptions compare;
  compare.unchanged_since = written.version;
  CHECK(fault_of(room.set("score", "1", compare)) == "state-conflict");
  CHECK(fault_of(room.increment("title")) == "not-a-number");
  CHECK(fault_of(room.set("title", "no JSON")) == "bad-payload");
  achex::WriteOptions own;
  own.own = true;
  get(bobs.set("cursor", "[1,2]", own));
  CHECK(fault_of(room.set("cursor", "1")) == "not-owner");
  // Two clients update one key at once: nothing is lost.
  const auto add = [](const std::optional<std::string>& value) {
    return std::to_string((value ? std::stoi(*value) : 0) + 1);
  };
  std::vector<std::future<achex::Written>> updates;
  for (int n = 0; n < 10; n++) {
    updates.push_back(room.update("count", add));
    updates.push_back(bobs.update("count", add));
  }
  for (auto& update : updates) get(std::move(update));
  test::until("both to see 20", [&] { return room.value("count") == "20" && bobs.value("count") == "20"; });
  get(bobs.leave());
  test::until("the cursor to be gone", [&] { return !room.value("cursor"); });
  get(room.erase({"title"}));
  CHECK(room.values() == std::map<std::string, std::string>{{"count", "20"}, {"score", "3.5"}});
  CHECK(fault_of(bobs.update("count", add)) == "refused");
}

TEST_CASE("R110 to R121: host, term, hand over, fencing and options") {
  test::Relay relay;
  Events events;
  Client ann(test::options(relay.url(), "Ann"));
  Client bob(test::options(relay.url(), "Bob"), events.listener());
  auto room = ann.hub("game");
  auto bobs = bob.hub("game");
  JoinOptions options = with_state();
  options.options = achex::RoomOptions{};
  options.options->capacity = 2;
  options.options->password = "secret";
  get(room.join(options));
  CHECK(fault_of(bobs.join(with_state())) == "room-password");
  JoinOptions right = with_state();
  right.password = "secret";
  get(bobs.join(right));
  test::until("the host", [&] { return room.is_host() && bobs.host() && bobs.host()->name == "Ann"; });
  CHECK(bobs.options().capacity == 2u);
  const auto term = room.term();
  achex::SendOptions fenced;
  fenced.term = term;
  CHECK(get(room.send("{}", fenced)).taken == 1);
  CHECK(fault_of(bobs.set_options({})) != "");
  get(room.hand_over(bob.sid()));
  const auto changed = events.next<achex::HostChanged>([&](const auto& event) { return event.term > term; });
  CHECK(changed.host->name == "Bob");
  CHECK(bobs.is_host());
  CHECK(fault_of(room.send("{}", fenced)) == "stale-term");
  CHECK(fault_of(room.hand_over()) == "not-host");
  achex::RoomOptions more;
  more.closed = true;
  get(bobs.set_options(more));
  test::until("the option", [&] { return room.options().closed == true; });
  Client cid(test::options(relay.url(), "Cid"));
  CHECK(fault_of(cid.hub("game").join(right)) == "room-closed");
}

TEST_CASE("R140 to R147: history, positions and joins where one left") {
  test::Relay relay(json{{"keep", json::array({"hub:log"})}});
  Events events;
  Client ann(test::options(relay.url("/root"), "Ann"));
  Client bob(test::options(relay.url("/root"), "Bob"), events.listener());
  REQUIRE(ann.wait_ready());
  get(ann.hub("log").join());
  achex::SendOptions once;
  once.id = "first";
  CHECK(get(ann.hub("log").send(R"({"n":1})", once)).seq == 1u);
  CHECK(get(ann.hub("log").send(R"({"n":1})", once)).duplicate);
  CHECK(get(ann.send_binary(achex::hub("log"), "bytes", R"({"n":2})")).seq == 2u);
  JoinOptions last;
  last.last = 50;
  const auto joined = get(bob.hub("log").join(last));
  CHECK(events.next<achex::KeptReported>().head == 2);
  CHECK(events.next<Message>().data == R"({"n":1})");
  CHECK(events.next<Message>().bytes == "bytes");
  CHECK(joined.kept->seq == 2);
  const auto page = get(bob.hub("log").history(10));
  CHECK(page.messages.size() == 2);
  CHECK(page.messages[0].from == "Ann");
  CHECK(page.messages[0].at > 1'700'000'000'000u);
  CHECK(page.messages[1].bytes == "bytes");
  CHECK(get(bob.hub("log").history_after(1)).messages.size() == 1);
  CHECK(get(bob.hub("log").history_before(2)).messages.size() == 1);
  CHECK(bob.hub("log").position()->seq == 2);
  CHECK(fault_of(ann.hub("other").history(1)) == "not-kept");
}

TEST_SUITE_END();
