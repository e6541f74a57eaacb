// Messages, and what surrounds them: addresses, deliveries, history.
#include "core.hpp"

#include <utility>

namespace achex::detail {

namespace {

ChannelKind kind_of(std::string_view key) {
  if (key == "to") return ChannelKind::name;
  if (key == "toH") return ChannelKind::hub;
  return key == "bc" ? ChannelKind::broadcast : ChannelKind::session;
}

/// A name or a number as text.
std::string target_from(std::string_view value) {
  return value.front() == '"' ? string_of(value) : std::string(value);
}

}  // namespace

Message message_from(const Frame& frame, const char* key) {
  Message message;
  read_message(frame, key, message);
  return message;
}

void read_message(const Frame& frame, const char* key, Message& message) {
  message.channel.kind = kind_of(key);
  const std::string_view target = frame[key];
  auto& names = message.channel.names;
  if (target.front() == '[') {
    names.clear();
    for (const auto& one : elements_of(target)) names.push_back(target_from(one));
  } else {
    names.resize(1);
    names.front() = target_from(target);
  }
  message.from.clear();
  message.sid = 0;
  message.bytes.reset();
  message.seq.reset();
  message.at = 0;
  message.latest.clear();
  std::string& data = message.data;
  data.clear();
  data.reserve(frame.text.size());
  data += '{';
  // The payload is what lies between the address and the stamp, exactly as it was written.
  std::size_t before = frame.text.find('{') + 1;
  bool is_in_payload = false;
  for (const auto& [name, value] : frame.members) {
    const std::size_t end = static_cast<std::size_t>(value.data() - frame.text.data()) + value.size();
    bool is_payload = false;
    if (name == "sID") message.sid = small_number(value);
    else if (name == "FROM") message.from = string_of(value);
    else if (name == "$seq") message.seq = number_of(value);
    else if (name == "$at") message.at = number_of(value).value_or(0);
    else if (name == "$latest") message.latest = string_of(value);
    else is_payload = name != key && name != "$call" && name != "$answer" && name != "$binary";
    if (is_payload) {
      if (!is_in_payload) {
        before = frame.text.find_first_not_of(" \t\r\n,", before);
        if (data.size() > 1) data += ',';
      }
      data += frame.text.substr(before, end - before);
    }
    is_in_payload = is_payload;
    before = end;
  }
  data += '}';
  if (frame.binary) message.bytes = std::string(frame.bytes);
}

Delivery delivery_from(std::string_view json) {
  Delivery delivery;
  JsonMembers members;
  if (!read_object(json, members)) return delivery;
  for (const auto& [key, value] : members) {
    if (key == "taken") delivery.taken = small_number(value);
    else if (key == "held") delivery.held = small_number(value);
    else if (key == "seq") delivery.seq = number_of(value);
    else if (key == "kept") delivery.kept = is_true(value);
    else if (key == "duplicate") delivery.duplicate = is_true(value);
    else if (key == "missing")
      for (const auto& one : elements_of(value)) delivery.missing.push_back(target_from(one));
    else if (key == "missed") {
      JsonMembers missed;
      read_object(value, missed);
      delivery.missed_dialect = small_number(value_of(missed, "dialect"));
      delivery.missed_backlog = small_number(value_of(missed, "backlog"));
    }
  }
  return delivery;
}

HistoryPage history_from(std::string_view json) {
  HistoryPage page;
  JsonMembers members;
  read_object(json, members);
  page.epoch = string_of(value_of(members, "epoch"));
  page.first = number_of(value_of(members, "first")).value_or(0);
  page.head = number_of(value_of(members, "head")).value_or(0);
  page.more = is_true(value_of(members, "more"));
  for (const auto& element : elements_of(value_of(members, "messages"))) {
    Frame frame;
    if (!parse_frame(element, false, frame)) continue;
    const char* key = address_key(frame);
    if (key == nullptr) continue;
    Message message = message_from(frame, key);
    if (frame.has("$binary")) message.bytes = from_base64(string_of(frame["$binary"]));
    page.messages.push_back(std::move(message));
  }
  return page;
}

std::string room_json(const RoomName& room) {
  return (room.is_hub ? "\"hub\":" : "\"bc\":") + quoted(room.name);
}

std::string address_json(const Channel& channel) {
  std::string json;
  append_address(json, channel);
  return json;
}

void append_address(std::string& json, const Channel& channel) {
  if (channel.names.empty()) throw own_fault("bad-payload", "A message needs a target.");
  switch (channel.kind) {
    case ChannelKind::name:
      json += "\"to\":";
      break;
    case ChannelKind::session:
      json += "\"toS\":";
      break;
    case ChannelKind::broadcast:
      json += "\"bc\":";
      break;
    case ChannelKind::hub:
      json += "\"toH\":";
      break;
  }
  const bool is_list = channel.names.size() > 1;
  if (is_list) json += '[';
  bool is_first = true;
  for (const std::string& name : channel.names) {
    if (!std::exchange(is_first, false)) json += ',';
    if (channel.kind == ChannelKind::session && !number_of(name))
      throw own_fault("bad-payload", "A session id is a number.");
    if (channel.kind == ChannelKind::session) json += name;
    else append_quoted(json, name);
  }
  if (is_list) json += ']';
}

}  // namespace achex::detail
