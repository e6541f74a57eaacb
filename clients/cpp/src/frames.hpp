#pragma once

#include "achex/fault.hpp"
#include "json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace achex::detail {

/// A received frame. The views refer to the received data and are valid while the frame is handled.
struct Frame {
  JsonMembers members;
  std::string_view text;
  std::string_view bytes;
  bool binary = false;
  /// See address_key().
  const char* address = nullptr;

  std::string_view operator[](std::string_view key) const { return value_of(members, key); }
  bool has(std::string_view key) const { return !value_of(members, key).empty(); }
};

/// Parses a WebSocket message (PROTOCOL.md V1, R40). False if it is not a frame. `data` must outlive the frame.
bool parse_frame(std::string_view data, bool binary, Frame& frame);

/// The first address key of a frame, in the order of PROTOCOL.md V2: `to`, `toS`, `tos`, `bc` or `toH`; nullptr if it
/// has none.
const char* address_key(const Frame& frame);

/// Whether a frame from the server is counted (PROTOCOL.md R71).
bool is_counted(const Frame& frame);

/// A binary frame (PROTOCOL.md R40). The header must have at most 65,535 bytes.
std::string encode_binary(std::string_view header, std::string_view bytes);

/// An object with the members of a payload after others: `{"to":"Bob"` and `{"msg":"hi"}` become
/// `{"to":"Bob","msg":"hi"}`.
std::string with_payload(std::string head, std::string_view payload);
void append_payload(std::string& head, std::string_view payload);

/// Throws `bad-payload` unless the text is a JSON object without keys that the server would read or replace.
void check_payload(std::string_view payload);

/// A fault of this library; its text is in the table of fault_text.cpp.
Fault own_fault(const char* code, const std::string& detail = {});

/// A fault from a frame (PROTOCOL.md R7).
Fault fault_from(std::string_view json);

}  // namespace achex::detail
