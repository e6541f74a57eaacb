// The parts that need no connection.
#include "support.hpp"

#include "frames.hpp"
#include "legacy.hpp"
#include "pending_requests.hpp"
#include "url.hpp"

TEST_SUITE_BEGIN("units");

using achex::detail::Frame;
using achex::detail::is_json;
using achex::detail::JsonMembers;
using achex::detail::parse_frame;
using achex::detail::parse_url;
using achex::detail::read_object;
using achex::detail::value_of;

TEST_CASE("JSON: values are the text as it was written; what is not JSON is refused") {
  JsonMembers members;
  REQUIRE(read_object(
      R"( {"a" : 1.50e+3 , "b":{"c":[1, "]}"]}, "\u0024ref":"\ud83d\ude00\n", "a":12345678901234567890} )", members));
  CHECK(value_of(members, "a") == "12345678901234567890");
  CHECK(value_of(members, "b") == R"({"c":[1, "]}"]})");
  CHECK(achex::detail::string_of(value_of(members, "$ref")) == "\xF0\x9F\x98\x80\n");
  CHECK(achex::detail::elements_of("[1, [2,3] ,\"x\"]").size() == 3);
  for (const char* text : {"", "{", "[]", "{}x", R"({"a":01})", R"({"a":1,})", R"({"a":"\x"})", R"({"a":"\u12g4"})",
                           R"({a:1})", "{\"a\":\"\n\"}", R"({"a":tru})"})
    CHECK_FALSE_MESSAGE(read_object(text, members), text);
  CHECK(is_json("-0.5E-7"));
  CHECK_FALSE(is_json("1 2"));
  CHECK_FALSE(is_json(std::string(100'000, '[')));
  CHECK(achex::detail::quoted("a\"\\\n\xFF\xED\xA0\x80é") ==
        "\"a\\\"\\\\\\u000a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDé\"");
  CHECK(achex::detail::string_of(R"("\ud800x")") == "\xEF\xBF\xBDx");
  CHECK_FALSE(achex::detail::number_of("9007199254740992").has_value());
  CHECK_FALSE(achex::detail::number_of("-1").has_value());
  CHECK(achex::detail::from_base64(achex::detail::base64(std::string("\0\xFF\x80x", 4))) ==
        std::string("\0\xFF\x80x", 4));
}

TEST_CASE("JSON: objects with many members, and keys with escapes") {
  JsonMembers members;
  std::string text = R"({"\u0061":0)";
  for (int n = 1; n < 40; n++) text += ",\"k" + std::to_string(n) + R"(\t":)" + std::to_string(n);
  // The members are parts of it.
  const std::string whole = text + "}";
  for (int round = 0; round < 2; round++) {
    REQUIRE(read_object(whole, members));
    CHECK(members.size() == 40);
    CHECK(members.front().key == "a");
    CHECK(value_of(members, "k39\t") == "39");
  }
  REQUIRE(read_object("{}", members));
  CHECK(members.empty());
  // A quote, a backslash and a control character at each place of a block of eight.
  for (std::size_t at = 0; at < 20; at++) {
    const auto json = [&](const std::string& what) {
      return "{\"" + std::string(at, 'x') + what + std::string(20 - at, 'y') + "\":1}";
    };
    CHECK(read_object(json("\\\""), members));
    CHECK(read_object(json("\xC3\xA9\x7F"), members));
    for (const char* what : {"\"", "\n", "\x1F", "\\z"}) CHECK_FALSE(read_object(json(what), members));
  }
}

TEST_CASE("Requests: room for the reference, and replies in any order") {
  achex::detail::FrameText text(R"({"to":"x"})");
  CHECK(text.with_ref(7) == R"({"$ref":7,"to":"x"})");
  CHECK(text.plain() == R"({"to":"x"})");
  CHECK(text.with_ref(18446744073709551615u) == R"({"$ref":18446744073709551615,"to":"x"})");
  achex::detail::PendingRequests pending;
  const auto request = [] { return std::make_shared<achex::detail::FunctionRequest>("{}", nullptr); };
  const auto first = request();
  pending.add(1, first);
  for (std::uint64_t ref = 2; ref <= 1000; ref++) pending.add(ref, request());
  // The oldest is never replied to, and does not make the others stay.
  for (std::uint64_t ref = 500; ref <= 1000; ref++) CHECK(pending.take(ref));
  for (std::uint64_t ref = 2; ref < 500; ref++) CHECK(pending.take(ref));
  CHECK_FALSE(pending.take(2));
  CHECK_FALSE(pending.take(1001));
  const auto left = pending.take_all();
  CHECK(left.size() <= 66);
  CHECK(left.front().request == first);
  CHECK_FALSE(pending.take(1));
}

TEST_CASE("R3, R40, R71: frames, their address, and which ones count") {
  Frame frame;
  const auto counts = [&](const std::string& text) {
    REQUIRE(parse_frame(text, false, frame));
    return achex::detail::is_counted(frame);
  };
  CHECK(counts(R"({"$ref":1,"$result":{}})"));
  CHECK_FALSE(counts(R"({"$roster":{}})"));
  CHECK(counts(R"({"$ref":1,"$time":5})"));
  CHECK(counts(R"({"$roster":{},"to":"x"})"));
  CHECK_FALSE(counts(R"({"to":"x","$latest":"p"})"));
  CHECK(counts(R"({"$kept":{}})"));
  const std::string binary = achex::detail::encode_binary(R"({"toH":"h"})", "abc");
  REQUIRE(parse_frame(binary, true, frame));
  CHECK(std::string(achex::detail::address_key(frame)) == "toH");
  CHECK(frame.bytes == "abc");
  CHECK_FALSE(parse_frame(std::string("\x00\x05{}", 4), true, frame));
  CHECK_FALSE(parse_frame("", true, frame));
}

TEST_CASE("Addresses") {
  const auto url = parse_url("wss://[::1]:4443/hall/a?b=c#d");
  CHECK(url.tls);
  CHECK(url.host == "::1");
  CHECK(url.port == 4443);
  CHECK(url.target == "/hall/a?b=c");
  CHECK(url.authority() == "[::1]:4443");
  CHECK(parse_url("ws://relay.example?x").target == "/?x");
  CHECK(parse_url("wss://relay.example").authority() == "relay.example");
  CHECK(achex::detail::with_instance("ws://h:1/old?token=1", "my app/é") == "ws://h:1/my%20app%2F%C3%A9?token=1");
  for (const char* text : {"", "relay", "http://x/", "ws://", "ws://x:0/", "ws://x:99999/", "ws://x:a/", "ws://u:p@x/",
                           "ws://x/ y", "ws://[::1/"})
    CHECK_THROWS_AS_MESSAGE(parse_url(text), achex::Fault, text);
  CHECK_THROWS_AS(achex::detail::with_instance("ws://x/", ".."), achex::Fault);
}

TEST_CASE("Proxies of the environment, as curl reads them") {
  const auto proxy = [](const char* url) { return achex::detail::proxy_from_environment(parse_url(url)); };
  CHECK(proxy("wss://relay.example/").host.empty());
  ::setenv("https_proxy", "http://me:secret@proxy.example:3128/", 1);
  ::setenv("no_proxy", "localhost, .internal.example", 1);
  CHECK(proxy("wss://relay.example/").host == "proxy.example");
  CHECK(proxy("wss://relay.example/").port == 3128);
  CHECK(proxy("wss://relay.example/").credentials == "me:secret");
  CHECK(proxy("ws://relay.example/").host.empty());
  CHECK(proxy("wss://a.internal.example/").host.empty());
  CHECK(proxy("wss://internal.example/").host.empty());
  CHECK(proxy("wss://notinternal.example/").host == "proxy.example");
  CHECK(proxy("wss://LOCALHOST/").host.empty());
  ::unsetenv("https_proxy");
  ::unsetenv("no_proxy");
}

TEST_CASE("Payloads are text, or objects of a JSON library") {
  CHECK(achex::Payload(R"({"a":1})").json() == R"({"a":1})");
  CHECK(achex::Payload(test::json{{"a", 1}}).json() == R"({"a":1})");
  CHECK(achex::detail::with_payload("{\"to\":\"x\"", " { } ") == R"({"to":"x"})");
  CHECK(achex::detail::with_payload("{", R"({"a":1})") == R"({"a":1})");
}

TEST_SUITE_END();
