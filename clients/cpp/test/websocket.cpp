// The frames and the handshake of WebSocket (RFC 6455), without a connection.
#include "support.hpp"

#include "transport/outbox.hpp"
#include "transport/websocket_frames.hpp"
#include "transport/websocket_handshake.hpp"
#include "url.hpp"

#include <openssl/sha.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <random>

TEST_SUITE_BEGIN("websocket");

using achex::detail::Opcode;
using achex::detail::Outbox;
using achex::detail::WebSocketEvent;
using achex::detail::WebSocketHandshake;
using achex::detail::WebSocketReader;
using achex::detail::WebSocketWriter;
using Kind = achex::detail::WebSocketEvent::Kind;

namespace {

/// A frame of a server: without a mask, with the shortest length unless `wide` says how many bytes it has.
std::string frame(unsigned first, const std::string& payload, int wide = -1) {
  const std::size_t size = payload.size();
  const int extra = wide >= 0 ? wide : size < 126 ? 0 : size <= 0xFFFF ? 2 : 8;
  std::string text{static_cast<char>(first), static_cast<char>(extra == 0 ? size : extra == 2 ? 126u : 127u)};
  for (int n = extra - 1; n >= 0; n--) text += static_cast<char>(size >> static_cast<unsigned>(n) * 8u & 0xFFu);
  return text + payload;
}

/// Reads bytes that arrive in pieces of at most this size.
std::vector<WebSocketEvent> read(const std::string& bytes, std::size_t piece = 100'000, std::size_t most = 1'000'000) {
  auto reader = std::make_unique<WebSocketReader>(most);
  std::vector<WebSocketEvent> events;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto [space, size] = reader->space();
    REQUIRE(size > 0);
    const std::size_t part = std::min({size, piece, bytes.size() - at});
    std::memcpy(space, bytes.data() + at, part);
    reader->received(part);
    at += part;
    for (WebSocketEvent event; reader->next(event);) {
      events.push_back(event);
      if (event.kind == Kind::invalid) return events;
    }
  }
  return events;
}

int code_of(const std::string& bytes) {
  const auto events = read(bytes);
  REQUIRE_FALSE(events.empty());
  REQUIRE(events.back().kind == Kind::invalid);
  return events.back().code;
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size));
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

}  // namespace

TEST_CASE("Messages of all sizes, in pieces and in fragments, with pings between") {
  std::string stream;
  std::vector<std::string> sent;
  for (const std::size_t size : {0, 1, 125, 126, 127, 65'535, 65'536, 200'000}) {
    sent.push_back(random_bytes(size));
    stream += frame(0x82, sent.back());
    sent.push_back(random_bytes(size));
    stream += frame(0x02, sent.back().substr(0, size / 3)) + frame(0x89, "ping") +
              frame(0x00, sent.back().substr(size / 3, size / 3)) + frame(0x00, "") +
              frame(0x80, sent.back().substr(size / 3 * 2));
  }
  for (const std::size_t piece : {1, 7, 4096, 100'000}) {
    CAPTURE(piece);
    std::size_t at = 0;
    int pings = 0;
    for (const auto& event : read(stream, piece)) {
      if (event.kind == Kind::ping) {
        CHECK(event.data == "ping");
        pings++;
        continue;
      }
      REQUIRE(event.kind == Kind::binary);
      REQUIRE(at < sent.size());
      CHECK(event.data == sent[at++]);
    }
    CHECK(at == sent.size());
    CHECK(pings == 8);
  }
}

TEST_CASE("Text is UTF-8, also across fragments; closes have a code and a reason") {
  auto events = read(frame(0x01, "a\xC3") + frame(0x80, "\xA9") + frame(0x8A, "pong") +
                         frame(0x88,
                               "\x03\xE8"
                               "bye"),
                     1);
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == Kind::text);
  CHECK(events[0].data == "a\xC3\xA9");
  CHECK(events[1].kind == Kind::pong);
  CHECK(events[2].kind == Kind::close);
  CHECK(events[2].code == 1000);
  CHECK(events[2].data == "bye");
  CHECK(read(frame(0x88, "")).back().code == 1005);
  // What precedes an invalid frame still counts.
  events = read(frame(0x81, "ok") + frame(0x81, "\xFF"));
  REQUIRE(events.size() == 2);
  CHECK(events[1].code == 1007);
  for (const char* text : {"\xC3", "\xC3\xA9\xED\xA0\x80", "12345678\xFF", "1234567\xC0\x80", "\xF5\x80\x80\x80"})
    CHECK(code_of(frame(0x81, text)) == 1007);
  CHECK(code_of(frame(0x88, "\x03\xE8\xFF")) == 1007);
}

TEST_CASE("What is not WebSocket is invalid") {
  for (const std::string& bytes :
       {frame(0xC1, ""), frame(0x83, ""), frame(0x8B, ""), frame(0x09, ""), frame(0x89, std::string(126, 'x')),
        std::string("\x81\x80\0\0\0\0", 6), frame(0x80, ""), frame(0x01, "") + frame(0x81, ""), frame(0x88, "x"),
        frame(0x88, "\x03\xED"), frame(0x88, "\x03\xE7"), frame(0x88, "\x0B\xB7"), frame(0x88, "\x13\x88")}) {
    CAPTURE(bytes);
    CHECK(code_of(bytes) == 1002);
  }
  // 2^63 bytes, and more than the bound in two fragments.
  CHECK(code_of(std::string("\x82\x7F\x80\0\0\0\0\0\0\0", 10)) == 1009);
  CHECK(code_of(frame(0x02, std::string(600'000, 'x')) + frame(0x80, std::string(600'000, 'x'))) == 1009);
}

TEST_CASE("Frames of a client have masks, which differ, and lengths of three sizes") {
  WebSocketWriter writer;
  std::string masks;
  for (const std::size_t size : {0, 1, 7, 8, 9, 125, 126, 65'535, 65'536, 100'003}) {
    const std::string payload = random_bytes(size);
    std::string bytes;
    writer.append(bytes, Opcode::binary, payload);
    const std::size_t header = size < 126 ? 2 : size <= 0xFFFF ? 4 : 10;
    REQUIRE(bytes.size() == header + 4 + size);
    CHECK((static_cast<unsigned char>(bytes[1]) & 0x80u) != 0);
    const std::string mask = bytes.substr(header, 4);
    CHECK(masks.find(mask) == std::string::npos);
    masks += mask;
    // Without the mask, it is a frame of a server.
    std::string plain = bytes.substr(0, header) + bytes.substr(header + 4);
    plain[1] = static_cast<char>(static_cast<unsigned char>(plain[1]) & 0x7Fu);
    for (std::size_t at = 0; at < size; at++) plain[header + at] = static_cast<char>(plain[header + at] ^ mask[at % 4]);
    const auto events = read(plain);
    REQUIRE(events.size() == 1);
    CHECK(events[0].data == payload);
  }
}

TEST_CASE("A message that is written at once and does not fit is continued; what waits is not overtaken") {
  int sockets[2] = {-1, -1};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  std::string arrived;
  const auto receive = [&] {
    std::array<char, 65536> buffer{};
    for (;;) {
      const auto size = ::recv(sockets[1], buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size <= 0) return;
      arrived.append(buffer.data(), static_cast<std::size_t>(size));
    }
  };
  Outbox outbox(true);
  CHECK(outbox.write_now("not open", false) == Outbox::Now::no);
  outbox.set_descriptor(sockets[0]);
  int sent = 0;
  Outbox::Now now = Outbox::Now::written;
  while ((now = outbox.write_now(std::string(10'007, 'x'), false)) == Outbox::Now::written) sent++;
  REQUIRE(now == Outbox::Now::partly);
  CHECK(outbox.write_now("too early", false) == Outbox::Now::no);
  CHECK(outbox.begin_write() == nullptr);
  receive();
  arrived += outbox.rest();
  outbox.written();
  CHECK(outbox.queued() == 0);
  outbox.send("waits", false);
  CHECK(outbox.write_now("too early", false) == Outbox::Now::no);
  arrived += *outbox.begin_write();
  outbox.written();
  CHECK(outbox.write_now("last", false) == Outbox::Now::written);
  receive();
  // Without masks, they are frames of a server.
  std::string frames;
  for (std::size_t at = 0; at < arrived.size();) {
    const bool is_long = (static_cast<unsigned char>(arrived[at + 1]) & 0x7Fu) == 126;
    const std::size_t size = is_long ? 10'007 : static_cast<unsigned char>(arrived[at + 1]) & 0x7Fu;
    const std::size_t payload = at + (is_long ? 8 : 6);
    std::string text = arrived.substr(payload, size);
    for (std::size_t n = 0; n < text.size(); n++) text[n] = static_cast<char>(text[n] ^ arrived[payload - 4 + n % 4]);
    frames += frame(0x81, text);
    at = payload + size;
  }
  const auto events = read(frames);
  REQUIRE(events.size() == static_cast<std::size_t>(sent) + 3);
  for (int n = 0; n <= sent; n++) CHECK(events[static_cast<std::size_t>(n)].data == std::string(10'007, 'x'));
  CHECK(events[events.size() - 2].data == "waits");
  CHECK(events.back().data == "last");
  outbox.close(1000);
  CHECK(outbox.write_now("too late", false) == Outbox::Now::no);
  ::close(sockets[0]);
  ::close(sockets[1]);
}

TEST_CASE("The handshake accepts only an answer to this request") {
  const auto url = achex::detail::parse_url("ws://relay.example/hall?a=b");
  std::size_t piece = 10;
  const auto answer = [&](const std::string& change, const std::string& to, const std::string& more = "") {
    WebSocketHandshake handshake(url, {"achex.2", "achex.2.resume"});
    const std::string& request = handshake.request();
    CHECK(request.compare(0, 52, "GET /hall?a=b HTTP/1.1\r\nHost: relay.example\r\nUpgrade") == 0);
    CHECK(request.find("Sec-WebSocket-Protocol: achex.2, achex.2.resume\r\n") != std::string::npos);
    const std::string name = "Sec-WebSocket-Key: ";
    const std::string key =
        request.substr(request.find(name) + name.size(), 24) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::string hash(SHA_DIGEST_LENGTH, '\0');
    SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), reinterpret_cast<unsigned char*>(hash.data()));
    std::string response =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        achex::detail::base64(hash) + "\r\nSec-WebSocket-Protocol: achex.2\r\n" + more + "\r\n";
    if (!change.empty()) response.replace(response.find(change), change.size(), to);
    const std::string bytes = response + "\x81\x02{}";
    std::size_t used = 0;
    while (used < bytes.size() && !handshake.is_complete())
      used += handshake.read(std::string_view(bytes).substr(used, piece));
    if (!handshake.is_complete()) handshake.read_end();
    if (handshake.problem().empty()) CHECK(used == response.size());
    return handshake.problem();
  };
  for (piece = 1; piece < 300; piece += 7) CHECK(answer("", "").empty());
  CHECK(answer("Upgrade: WebSocket", "Upgrade: h2c") == "the server does not switch to WebSocket");
  CHECK(answer("keep-alive, Upgrade", "keep-alive") == "the server does not switch to WebSocket");
  CHECK(answer("Accept: ", "Accept: x") == "the server has not answered this request");
  CHECK(answer("Protocol: achex.2", "Protocol: achex.3") == "the server uses a subprotocol that was not offered");
  CHECK(answer("", "", "Sec-WebSocket-Extensions: permessage-deflate\r\n") ==
        "the server uses extensions that were not offered");
  CHECK(answer("101", "200").compare(0, 8, "HTTP 200") == 0);
  CHECK(answer("HTTP/1.1", "SSH-2.0x").find("does not answer with HTTP") != std::string::npos);
}

TEST_SUITE_END();
