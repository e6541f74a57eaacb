// Strings of JSON.
#include "json.hpp"

#include <cstdio>
#include <cstring>

namespace achex::detail {

namespace {

std::uint32_t hex4(std::string_view text) {
  std::uint32_t number = 0;
  for (const char c : text)
    number = number * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  return number;
}

void append_utf8(std::string& to, std::uint32_t code) {
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xC0u | code >> 6u);
    to += static_cast<char>(0x80u | (code & 0x3Fu));
  } else if (code < 0x10000) {
    to += static_cast<char>(0xE0u | code >> 12u);
    to += static_cast<char>(0x80u | (code >> 6u & 0x3Fu));
    to += static_cast<char>(0x80u | (code & 0x3Fu));
  } else {
    to += static_cast<char>(0xF0u | code >> 18u);
    to += static_cast<char>(0x80u | (code >> 12u & 0x3Fu));
    to += static_cast<char>(0x80u | (code >> 6u & 0x3Fu));
    to += static_cast<char>(0x80u | (code & 0x3Fu));
  }
}

/// Bytes of the UTF-8 character that begins here; 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
  const auto follows = [&](std::size_t at) { return (byte(at) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    if (!follows(1) || !follows(2) || (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) >= 0xA0)) return 0;
    return 3;
  }
  if (first >= 0xF0 && first < 0xF5) {
    if (!follows(1) || !follows(2) || !follows(3) || (first == 0xF0 && byte(1) < 0x90) ||
        (first == 0xF4 && byte(1) >= 0x90))
      return 0;
    return 4;
  }
  return 0;
}

}  // namespace

std::string string_of(std::string_view value) {
  std::string text;
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return text;
  value = value.substr(1, value.size() - 2);
  if (value.find('\\') == std::string_view::npos) return text = value;
  for (std::size_t at = 0; at < value.size(); at++) {
    if (value[at] != '\\' || at + 1 >= value.size()) {
      text += value[at];
      continue;
    }
    switch (value[++at]) {
      case 'b':
        text += '\b';
        break;
      case 'f':
        text += '\f';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      case 'u': {
        std::uint32_t code = hex4(value.substr(at + 1, 4));
        at += 4;
        const bool is_high = code >= 0xD800 && code < 0xDC00;
        if (is_high && value.substr(at + 1, 2) == "\\u") {
          const std::uint32_t low = hex4(value.substr(at + 3, 4));
          if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10u) + (low - 0xDC00);
            at += 6;
          }
        }
        // A lone surrogate has no UTF-8.
        append_utf8(text, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
        break;
      }
      default:
        text += value[at];
    }
  }
  return text;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    // Nearly all text is ASCII: eight bytes at a time.
    std::uint64_t block = 0;
    while (at + sizeof block <= text.size()) {
      std::memcpy(&block, text.data() + at, sizeof block);
      if ((block & 0x8080808080808080u) != 0) break;
      at += sizeof block;
    }
    if (at == text.size()) break;
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string quoted(std::string_view text) {
  std::string json;
  json.reserve(text.size() + 2);
  append_quoted(json, text);
  return json;
}

void append_quoted(std::string& json, std::string_view text) {
  json += '"';
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t length = utf8_length(text.substr(at));
    if (c == '"' || c == '\\') (json += '\\') += text[at];
    else if (c < 0x20) {
      char escaped[7];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      json += escaped;
    } else if (length == 0) json += "\xEF\xBF\xBD";
    else json += text.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  json += '"';
}

std::string from_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') value = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z') value = static_cast<std::uint32_t>(c - 'a' + 26);
    else if (c >= '0' && c <= '9') value = static_cast<std::uint32_t>(c - '0' + 52);
    else if (c == '+' || c == '/') value = c == '+' ? 62 : 63;
    else break;
    group = (group << 6u | value) & 0xFFFFFFu;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFFu);
  }
  return bytes;
}

}  // namespace achex::detail
