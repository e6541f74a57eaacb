#include "frames.hpp"

#include <algorithm>
#include <array>

namespace achex::detail {

namespace {

/// PROTOCOL.md, Uncounted frames.
constexpr std::array<std::string_view, 20> kUncounted = {
    "$hello", "$resumable", "$resumed", "$seen",    "$time",    "$roster", "$joined", "$left", "$changed", "$count",
    "$away",  "$back",      "$online",  "$offline", "$watched", "$report", "$state",  "$room", "$host",    "$cluster"};

constexpr std::array<const char*, 5> kAddressKeys = {"to", "toS", "tos", "bc", "toH"};

/// Place of a key among the address keys.
std::size_t address_rank(std::string_view key) {
  if (key.size() != 2 && key.size() != 3) return kAddressKeys.size();
  return static_cast<std::size_t>(std::find(kAddressKeys.begin(), kAddressKeys.end(), key) - kAddressKeys.begin());
}

struct OwnFault {
  const char* code;
  const char* message;
  const char* remedy;
  bool retry;
};

constexpr std::array<OwnFault, 14> kOwnFaults = {{
    {"unknown", "The session ended before the reply.", "Check whether it arrived, or send it with repeatable = true.",
     false},
    {"closed", "The client is closed.", "Call connect().", false},
    {"dismissed", "The server ended the session.", "Call login().", false},
    {"timeout", "No answer in time.", "Try again, or allow more time.", true},
    {"aborted", "Cancelled.", "", false},
    {"unreachable", "The connection failed.", "Check the address and whether the relay is running.", true},
    {"bad-address", "The address is invalid.", "Use one like wss://relay.example/instance.", false},
    {"outbox-full", "The outgoing queue is full.", "Send less while pressure() is high, or call wait_for_room().",
     true},
    {"too-large", "The frame is larger than the server allows.", "Split it, or send a file.", false},
    {"unsupported", "Not supported here.", "", false},
    {"bad-payload", "The payload cannot be sent.", "Send a JSON object without reserved keys.", false},
    {"no-handler", "The receiver has no handler.", "Add one with handle() or on_stream().", false},
    {"failed", "The other side failed.", "", false},
    {"refused", "The server rejected it.", "", false},
}};

}  // namespace

bool parse_frame(std::string_view data, bool binary, Frame& frame) {
  frame.binary = binary;
  frame.text = data;
  frame.bytes = {};
  frame.address = nullptr;
  if (binary) {
    frame.members.clear();
    if (data.size() < 2) return false;
    const std::size_t length =
        static_cast<std::size_t>(static_cast<unsigned char>(data[0])) << 8u | static_cast<unsigned char>(data[1]);
    if (data.size() < 2 + length) return false;
    frame.text = data.substr(2, length);
    frame.bytes = data.substr(2 + length);
  }
  if (!read_object(frame.text, frame.members)) return false;
  std::size_t first = kAddressKeys.size();
  for (const auto& [key, value] : frame.members) first = std::min(first, address_rank(key));
  if (first < kAddressKeys.size()) frame.address = kAddressKeys.at(first);
  return true;
}

const char* address_key(const Frame& frame) {
  return frame.address;
}

bool is_counted(const Frame& frame) {
  if (address_key(frame) != nullptr) return !frame.has("$latest");
  if (frame.members.empty()) return true;
  return std::find(kUncounted.begin(), kUncounted.end(), frame.members.front().key) == kUncounted.end();
}

std::string encode_binary(std::string_view header, std::string_view bytes) {
  std::string data;
  data.reserve(2 + header.size() + bytes.size());
  data += static_cast<char>(header.size() >> 8u & 0xFFu);
  data += static_cast<char>(header.size() & 0xFFu);
  data += header;
  data += bytes;
  return data;
}

std::string with_payload(std::string head, std::string_view payload) {
  append_payload(head, payload);
  return head;
}

void append_payload(std::string& head, std::string_view payload) {
  const std::size_t start = payload.find('{');
  const std::size_t first = start == std::string_view::npos ? start : payload.find_first_not_of(" \t\r\n", start + 1);
  if (first == std::string_view::npos || payload[first] == '}') {
    head += '}';
    return;
  }
  if (head.back() != '{') head += ',';
  head += payload.substr(first);
}

void check_payload(std::string_view payload) {
  JsonMembers members;
  if (!read_object(payload, members)) throw own_fault("bad-payload", "A payload must be a JSON object.");
  for (const auto& [key, value] : members) {
    if (address_rank(key) < kAddressKeys.size() || key == "sID" || key == "FROM" ||
        (!key.empty() && key.front() == '$'))
      throw own_fault("bad-payload", "The key " + std::string(key) + " is reserved.");
  }
}

Fault own_fault(const char* code, const std::string& detail) {
  for (const auto& one : kOwnFaults) {
    if (std::string_view(one.code) != code) continue;
    Fault fault(one.code, detail.empty() ? one.message : detail, one.remedy, one.retry);
    fault.link = "/cpp#faults";
    return fault;
  }
  return Fault(code, detail);
}

Fault fault_from(std::string_view json) {
  Frame frame;
  read_object(json, frame.members);
  Fault fault(string_of(frame["code"]), string_of(frame["message"]), string_of(frame["remedy"]),
              is_true(frame["retry"]));
  fault.link = string_of(frame["link"]);
  fault.details = std::string(json);
  if (fault.code.empty()) fault.code = "failed";
  if (const auto more = number_of(frame["more"])) fault.message += " And " + std::to_string(*more) + " more.";
  return fault;
}

}  // namespace achex::detail
