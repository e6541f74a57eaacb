#include "json.hpp"

#include <cstring>

namespace achex::detail {

namespace {

/// Deeper than any relay allows (PROTOCOL.md L6), so that a hostile server cannot exhaust the stack.
constexpr int kDeepest = 200;
constexpr std::uint64_t kLargestNumber = (std::uint64_t{1} << 53u) - 1;

/// Whether one of eight characters may end or change a string: a quote, a backslash, or a control character.
bool is_special(std::uint64_t block) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  const auto has_zero = [&](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & kHighs; };
  return (has_zero(block ^ kOnes * '"') | has_zero(block ^ kOnes * '\\') |
          ((block - kOnes * 0x20) & ~block & kHighs)) != 0;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      at_++;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    at_++;
    return true;
  }

  bool at_end() {
    space();
    return at_ == text_.size();
  }

  /// A string with its quotes.
  bool string(std::string_view& whole) {
    const std::size_t start = at_;
    if (!take('"')) return false;
    for (; at_ < text_.size(); at_++) {
      for (std::uint64_t block = 0; at_ + sizeof block < text_.size(); at_ += sizeof block) {
        std::memcpy(&block, text_.data() + at_, sizeof block);
        if (is_special(block)) break;
      }
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        whole = text_.substr(start, ++at_ - start);
        return true;
      }
      if (c < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  /// Any value, with `depth` containers around it.
  bool value(std::string_view& whole, int depth) {
    if (depth > kDeepest || at_ >= text_.size()) return false;
    const std::size_t start = at_;
    bool valid = false;
    switch (text_[at_]) {
      case '"':
        return string(whole);
      case '{':
        valid = object(nullptr, depth);
        break;
      case '[':
        valid = array(nullptr, depth);
        break;
      case 't':
        valid = word("true");
        break;
      case 'f':
        valid = word("false");
        break;
      case 'n':
        valid = word("null");
        break;
      default:
        valid = number();
    }
    whole = text_.substr(start, at_ - start);
    return valid;
  }

  bool object(JsonMembers* members, int depth) {
    if (!take('{')) return false;
    space();
    if (take('}')) return true;
    do {
      space();
      std::string_view key;
      std::string_view found;
      if (!string(key)) return false;
      space();
      if (!take(':')) return false;
      space();
      if (!value(found, depth + 1)) return false;
      if (members != nullptr) {
        const std::string_view inner = key.substr(1, key.size() - 2);
        if (inner.find('\\') == std::string_view::npos) members->add(inner, found);
        else members->add_unescaped(string_of(key), found);
      }
      space();
    } while (take(','));
    return take('}');
  }

  bool array(std::vector<std::string_view>* elements, int depth) {
    if (!take('[')) return false;
    space();
    if (take(']')) return true;
    do {
      space();
      std::string_view found;
      if (!value(found, depth + 1)) return false;
      if (elements != nullptr) elements->push_back(found);
      space();
    } while (take(','));
    return take(']');
  }

 private:
  bool word(std::string_view expected) {
    if (text_.compare(at_, expected.size(), expected) != 0) return false;
    at_ += expected.size();
    return true;
  }

  bool digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') at_++;
    return at_ > start;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  /// At a backslash; stays at the last character of the escape.
  bool escape() {
    if (++at_ >= text_.size()) return false;
    if (text_[at_] != 'u') return std::string_view("\"\\/bfnrt").find(text_[at_]) != std::string_view::npos;
    for (int i = 0; i < 4; i++)
      if (++at_ >= text_.size() ||
          std::string_view("0123456789abcdefABCDEF").find(text_[at_]) == std::string_view::npos)
        return false;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool read_object(std::string_view text, JsonMembers& members) {
  members.clear();
  Reader reader(text);
  reader.space();
  return reader.object(&members, 1) && reader.at_end();
}

bool is_json(std::string_view text) {
  Reader reader(text);
  std::string_view whole;
  reader.space();
  return reader.value(whole, 1) && reader.at_end();
}

std::string_view value_of(const JsonMembers& members, std::string_view key) {
  for (const auto* member = members.end(); member != members.begin();)
    if ((--member)->key == key) return member->value;
  return {};
}

std::optional<std::uint64_t> number_of(std::string_view value) {
  if (value.empty() || value.size() > 16) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number <= kLargestNumber ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> elements_of(std::string_view array) {
  std::vector<std::string_view> elements;
  Reader reader(array);
  reader.space();
  if (!reader.array(&elements, 1)) elements.clear();
  return elements;
}

}  // namespace achex::detail
