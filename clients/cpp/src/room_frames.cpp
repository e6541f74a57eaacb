// Frames of the server about rooms: presence, state, host and options (PROTOCOL.md R20 to R23, R76, R80, R100 to R122).
#include "core.hpp"

#include <utility>

namespace achex::detail {

namespace {

bool is_same(const Member& a, const Member& b) {
  return a.name == b.name && a.attributes == b.attributes && a.seat == b.seat;
}

RoomOptions options_from(std::string_view json) {
  JsonMembers members;
  read_object(json, members);
  RoomOptions options;
  options.capacity = small_number(value_of(members, "capacity"));
  options.seats = small_number(value_of(members, "seats"));
  options.closed = is_true(value_of(members, "closed"));
  options.grace = small_number(value_of(members, "grace"));
  // The server only says whether there is one.
  if (is_true(value_of(members, "password"))) options.password = "";
  return options;
}

std::optional<Host> host_from(const JsonMembers& members) {
  const auto sid = number_of(value_of(members, "sid"));
  if (!sid) return std::nullopt;
  return Host{string_of(value_of(members, "name")), static_cast<std::uint32_t>(*sid)};
}

}  // namespace

void Core::room_frame(const std::string& kind, std::string_view value) {
  JsonMembers members;
  read_object(value, members);
  const std::string_view hub = value_of(members, "hub");
  const RoomName name{!hub.empty(), string_of(hub.empty() ? value_of(members, "bc") : hub)};
  const auto found = rooms_.find(name);
  // A frame about a room that was left in the meantime.
  if (found == rooms_.end() || !found->second->wanted) return;
  RoomData& data = *found->second;
  if (kind == "$state") {
    state_frame(data, members);
  } else if (kind == "$host") {
    {
      const std::lock_guard<std::mutex> lock(view_mutex_);
      data.term = number_of(value_of(members, "term")).value_or(0);
      data.host = host_from(members);
    }
    emit(HostChanged{name, data.term, data.host});
  } else if (kind == "$room") {
    const auto before = std::make_pair(data.term, data.host ? data.host->sid : 0);
    {
      const std::lock_guard<std::mutex> lock(view_mutex_);
      data.term = number_of(value_of(members, "term")).value_or(0);
      JsonMembers host;
      read_object(value_of(members, "host"), host);
      data.host = host_from(host);
      data.options = options_from(value_of(members, "options"));
    }
    if (before != std::make_pair(data.term, data.host ? data.host->sid : 0))
      emit(HostChanged{name, data.term, data.host});
    emit(RoomOptionsChanged{name, data.options});
  } else {
    roster_frame(data, kind, members);
  }
}

void Core::state_frame(RoomData& data, const JsonMembers& members) {
  const auto version = number_of(value_of(members, "version"));
  const bool whole = is_true(value_of(members, "whole"));
  // After a resume, a difference may begin before what this copy already has (PROTOCOL.md R108).
  if (!version || (!whole && (!data.version || *version <= *data.version))) return;
  std::set<std::string> changed;
  {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    std::map<std::string, std::string> before;
    if (whole) before.swap(data.values);
    data.version = version;
    JsonMembers values;
    read_object(value_of(members, "values"), values);
    const auto& old = whole ? before : data.values;
    for (const auto& [name, value] : values) {
      const std::string key(name);
      const auto at = old.find(key);
      if (at == old.end() || at->second != value) changed.insert(key);
      data.values[key] = std::string(value);
    }
    for (const auto& element : elements_of(value_of(members, "deleted"))) {
      const std::string key = string_of(element);
      if (data.values.erase(key) > 0) changed.insert(key);
    }
    for (const auto& [key, value] : before)
      if (data.values.count(key) == 0) changed.insert(key);
  }
  wake_waiters(data, nullptr);
  if (whole || !changed.empty()) emit(RoomStateChanged{data.name, {changed.begin(), changed.end()}, *version, whole});
}

void Core::roster_frame(RoomData& data, const std::string& kind, const JsonMembers& members) {
  if (kind == "$roster") {
    replace_roster(data, members);
    return;
  }
  const std::uint32_t before = data.count;
  const std::uint32_t sid = small_number(value_of(members, "sid"));
  const auto change = [&](auto apply) {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    return apply();
  };
  const auto found = data.members.find(sid);
  const bool is_known = found != data.members.end();
  if (kind == "$count") {
    change([&] {
      data.is_complete = false;
      return data.count = small_number(value_of(members, "count"));
    });
  } else if (kind == "$joined" && !is_known) {
    const Member member = member_from(members);
    change([&] { return data.count++, data.members.emplace(sid, member).second; });
    emit(MemberJoined{data.name, member});
  } else if (kind == "$left" && is_known) {
    change([&] { return data.count--, data.members.erase(sid); });
    emit(MemberLeft{data.name, string_of(value_of(members, "name")), sid});
  } else if (kind == "$changed" && is_known) {
    const Member now = member_from(members);
    const bool has_attributes = !value_of(members, "attributes").empty();
    const bool has_seat = !value_of(members, "seat").empty();
    const Member member = change([&] {
      Member& old = found->second;
      if (!now.name.empty()) old.name = now.name;
      if (has_attributes) old.attributes = now.attributes;
      if (has_seat) old.seat = now.seat;
      return old;
    });
    emit(MemberChanged{data.name, member});
  } else if ((kind == "$away" || kind == "$back") && is_known && found->second.away != (kind == "$away")) {
    const Member member = change([&] {
      found->second.away = kind == "$away";
      return found->second;
    });
    emit(MemberAway{data.name, member});
  }
  if (data.count != before) emit(CountChanged{data.name, data.count});
}

void Core::replace_roster(RoomData& data, const JsonMembers& members) {
  std::map<std::uint32_t, Member> now;
  RosterReceived roster{data.name, {}, 0};
  for (const auto& element : elements_of(value_of(members, "members"))) {
    JsonMembers one;
    read_object(element, one);
    const Member member = member_from(one);
    now[member.sid] = member;
    roster.members.push_back(member);
  }
  roster.count = static_cast<std::uint32_t>(number_of(value_of(members, "count")).value_or(now.size()));
  const std::uint32_t count_before = data.count;
  const bool was_complete = data.is_complete;
  const bool is_complete = roster.count <= now.size();
  std::map<std::uint32_t, Member> before;
  {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    before = std::exchange(data.members, now);
    data.count = roster.count;
    data.is_complete = is_complete;
  }
  if (was_complete && is_complete) {
    // What has happened since the last list. As for single events, this client is left out.
    for (const auto& [sid, member] : before)
      if (now.count(sid) == 0) emit(MemberLeft{data.name, member.name, sid});
    for (const auto& [sid, member] : now) {
      const auto old = before.find(sid);
      if (sid == session().sid) continue;
      if (old == before.end()) emit(MemberJoined{data.name, member});
      else if (!is_same(old->second, member)) emit(MemberChanged{data.name, member});
      else if (old->second.away != member.away) emit(MemberAway{data.name, member});
    }
  }
  emit(std::move(roster));
  if (data.count != count_before) emit(CountChanged{data.name, data.count});
}

void Core::kept_frame(const JsonMembers& members) {
  KeptReported kept;
  const std::string_view hub = value_of(members, "hub");
  const std::string_view bc = value_of(members, "bc");
  kept.inbox = string_of(value_of(members, "name"));
  if (!hub.empty() || !bc.empty()) kept.room = RoomName{!hub.empty(), string_of(hub.empty() ? bc : hub)};
  kept.epoch = string_of(value_of(members, "epoch"));
  kept.first = number_of(value_of(members, "first")).value_or(0);
  kept.head = number_of(value_of(members, "head")).value_or(0);
  kept.missed = number_of(value_of(members, "missed")).value_or(0);
  kept.reset = is_true(value_of(members, "reset"));
  if (kept.room) {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    const auto found = rooms_.find(*kept.room);
    if (found != rooms_.end()) {
      auto& position = found->second->position;
      // Sequence numbers of different epochs cannot be compared.
      if (!position || position->epoch != kept.epoch)
        position = Position{kept.epoch, kept.first > 0 ? kept.first - 1 : 0};
    }
  }
  emit(std::move(kept));
}

}  // namespace achex::detail
