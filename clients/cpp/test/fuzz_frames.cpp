// libFuzzer: everything that reads what a server sends.
#include "core.hpp"
#include "legacy.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace achex::detail;
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
  return 0;
}
