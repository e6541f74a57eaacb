// Options, attributes and members of rooms, as the server writes and reads them.
#include "core.hpp"

namespace achex::detail {

namespace {

/// A value that is not JSON would break the frame it is put into.
const std::string& checked(const std::string& json) {
  if (!is_json(json)) throw own_fault("bad-payload", "This value is not JSON: " + json.substr(0, 100));
  return json;
}

}  // namespace

std::string options_json(const RoomOptions& options) {
  std::string json;
  const auto add = [&](const char* key, const std::string& value) {
    json += (json.empty() ? "\"" : ",\"") + std::string(key) + "\":" + value;
  };
  if (options.capacity) add("capacity", std::to_string(*options.capacity));
  if (options.seats) add("seats", std::to_string(*options.seats));
  if (options.password) add("password", options.password->empty() ? "null" : quoted(*options.password));
  if (options.closed) add("closed", *options.closed ? "true" : "false");
  if (options.grace) add("grace", std::to_string(*options.grace));
  return json;
}

/// The value of `$attributes`.
std::string attributes_json(const Attributes& attributes) {
  std::string json = "{";
  for (const auto& [key, value] : attributes) json += (json.size() > 1 ? "," : "") + quoted(key) + ":" + checked(value);
  return json + "}";
}

Member member_from(const JsonMembers& members) {
  Member member;
  member.name = string_of(value_of(members, "name"));
  member.sid = static_cast<std::uint32_t>(number_of(value_of(members, "sid")).value_or(0));
  member.joined = number_of(value_of(members, "joined")).value_or(0);
  member.away = is_true(value_of(members, "away"));
  if (const auto seat = number_of(value_of(members, "seat"))) member.seat = static_cast<std::uint32_t>(*seat);
  JsonMembers attributes;
  read_object(value_of(members, "attributes"), attributes);
  for (const auto& [key, value] : attributes) member.attributes[std::string(key)] = std::string(value);
  return member;
}

}  // namespace achex::detail
