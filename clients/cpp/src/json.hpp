#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace achex::detail {

/// A member of a JSON object: the value is the text as it was written, the key has no escapes.
struct JsonMember {
  std::string_view key;
  std::string_view value;
};

/// The members of an object, in their order. They refer to the text that was read; up to 16 need no allocation.
class JsonMembers {
 public:
  JsonMembers() = default;
  ~JsonMembers() = default;
  JsonMembers(const JsonMembers&) = delete;
  JsonMembers& operator=(const JsonMembers&) = delete;

  const JsonMember* begin() const { return many_.empty() ? few_.data() : many_.data(); }
  const JsonMember* end() const { return begin() + size_; }
  const JsonMember& front() const { return *begin(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void clear() {
    size_ = 0;
    many_.clear();
    unescaped_.clear();
  }
  void add(std::string_view key, std::string_view value) {
    if (many_.empty() && size_ < few_.size()) {
      few_[size_++] = {key, value};
      return;
    }
    if (many_.empty()) many_.assign(few_.begin(), few_.end());
    many_.push_back({key, value});
    size_++;
  }
  /// Adds a member whose key had escapes.
  void add_unescaped(std::string key, std::string_view value) {
    unescaped_.push_front(std::move(key));
    add(unescaped_.front(), value);
  }

 private:
  std::array<JsonMember, 16> few_;
  /// All of them, if there are more.
  std::vector<JsonMember> many_;
  std::forward_list<std::string> unescaped_;
  std::size_t size_ = 0;
};

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
void append_quoted(std::string& to, std::string_view text);

/// The bytes of a base64 text, with or without padding; stops at the first character that does not belong to it.
std::string from_base64(std::string_view text);

}  // namespace achex::detail
