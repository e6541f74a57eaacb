// libFuzzer: everything that reads what a server sends.
#include "core.hpp"
#include "legacy.hpp"
#include "transport/websocket_frames.hpp"
#include "transport/websocket_handshake.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace {

using namespace achex::detail;

/// The bytes as a response to the handshake, and as frames, in pieces.
void as_connection(const std::string& bytes) {
  static const Url url = parse_url("ws://relay.example/");
  WebSocketHandshake handshake(url, {"achex.2"});
  handshake.read(bytes);
  if (!handshake.is_complete()) handshake.read_end();
  if (handshake.problem().empty()) std::abort();
  const auto reader = std::make_unique<WebSocketReader>(1000);
  const std::size_t piece = bytes.empty() ? 1 : 1 + static_cast<unsigned char>(bytes.front()) % 16;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::size_t part = std::min(piece, bytes.size() - at);
    std::memcpy(reader->space().first, bytes.data() + at, part);
    reader->received(part);
    for (WebSocketEvent event; reader->next(event);) {
      if (event.data.size() > 1000) std::abort();
      if (event.kind == WebSocketEvent::Kind::text && !is_utf8(event.data)) std::abort();
      if (event.kind == WebSocketEvent::Kind::invalid) return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const bool binary : {false, true}) {
    Frame frame;
    if (!parse_frame(text, binary, frame)) continue;
    is_counted(frame);
    if (const char* key = address_key(frame)) {
      const achex::Message message = message_from(frame, key);
      // A payload that came in can go out again: it is JSON.
      if (!is_json(message.data)) std::abort();
    }
    for (const auto& member : frame.members) {
      if (!is_json(member.value)) std::abort();
      // What is quoted is JSON, and reads as it was, unless it is not UTF-8.
      if (!is_json(quoted(member.key))) std::abort();
      delivery_from(member.value);
      history_from(member.value);
      fault_from(member.value);
      JsonMembers members;
      if (read_object(member.value, members)) member_from(members);
    }
    LegacyCodec legacy(true);
    legacy.encode(1, "{\"joinHub\":\"h\"}", false, [](const std::string&) {});
    if (const auto translated = legacy.decode(frame))
      if (!is_json(*translated)) std::abort();
  }
  from_base64(text);
  as_connection(text);
  return 0;
}
