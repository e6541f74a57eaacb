#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace achex::detail {

/// A member of a JSON object: the value is the text as it was written.
struct JsonMember {
  std::string key;
  std::string_view value;
};

using JsonMembers = std::vector<JsonMember>;

/// Reads the top level of a JSON object, and checks all of it. Values stay text: payloads are passed on exactly as they
/// were written, and nearly all frames have only two or three members that this library looks at. False if it is not a
/// JSON object.
bool read_object(std::string_view text, JsonMembers& members);

/// Whether the text is one JSON value.
bool is_json(std::string_view text);

/// The last member with this key; an empty view if there is none.
std::string_view value_of(const JsonMembers& members, std::string_view key);

/// A string without its quotes and escapes; empty if the value is not a string.
std::string string_of(std::string_view value);
/// A whole number from 0 to 2^53-1.
std::optional<std::uint64_t> number_of(std::string_view value);
/// A number of 32 bits, such as a session id; 0 if it is not one.
inline std::uint32_t small_number(std::string_view value) {
  return static_cast<std::uint32_t>(number_of(value).value_or(0));
}
inline bool is_true(std::string_view value) {
  return value == "true";
}

/// Calls back for each element of an array; does nothing for other values.
std::vector<std::string_view> elements_of(std::string_view array);

bool is_utf8(std::string_view text);

/// A string as JSON. Bytes that are not UTF-8 become U+FFFD.
std::string quoted(std::string_view text);

/// The bytes of a base64 text, with or without padding; stops at the first character that does not belong to it.
std::string from_base64(std::string_view text);

}  // namespace achex::detail
