#include "core.hpp"

#include <utility>

namespace achex::detail {

namespace {

/// Pause before joining a room again if the server was busy.
constexpr Milliseconds kJoinPause(1000);

void take(JoinOptions& wish, const JoinOptions& options) {
  const auto merge = [](auto& to, const auto& from) {
    if (from) to = from;
  };
  merge(wish.presence, options.presence);
  merge(wish.attributes, options.attributes);
  merge(wish.state, options.state);
  merge(wish.host, options.host);
  merge(wish.seat, options.seat);
  merge(wish.password, options.password);
  merge(wish.options, options.options);
  merge(wish.since, options.since);
  merge(wish.last, options.last);
}

const char* text_of(bool value) {
  return value ? "true" : "false";
}

}  // namespace

RoomData& Core::room(const RoomName& name) {
  const std::lock_guard<std::mutex> lock(view_mutex_);
  auto& data = rooms_[name];
  if (!data) data = std::make_unique<RoomData>();
  data->name = name;
  return *data;
}

void Core::join(const RoomName& name, const JoinOptions& options, Callback<JoinResult> done) {
  if (!session().reason.code.empty()) {
    done({std::nullopt, session().reason});
    return;
  }
  // Throws now what would be too late when it is sent.
  if (options.attributes) attributes_json(*options.attributes);
  RoomData& data = room(name);
  {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    data.wanted = true;
    take(data.wish, options);
    data.joins.push_back(std::move(done));
  }
  if (session().connection()) send_join(name);
}

void Core::send_join(const RoomName& name) {
  RoomData& data = room(name);
  const JoinOptions& wish = data.wish;
  std::string body = name.is_hub ? "{\"joinHub\":" + quoted(name.name)
                                 : "{\"cmd\":\"register_broadcast\",\"bid\":" + quoted(name.name);
  if (wish.presence) body += std::string(",\"$presence\":") + text_of(*wish.presence);
  if (wish.attributes) body += ",\"$attributes\":" + attributes_json(*wish.attributes);
  if (wish.state) body += std::string(",\"$state\":") + text_of(*wish.state);
  if (wish.host) body += std::string(",\"$host\":") + text_of(*wish.host);
  if (wish.seat)
    body += ",\"$seat\":" + (*wish.seat == 0 ? "false" : *wish.seat == any_seat ? "true" : std::to_string(*wish.seat));
  if (wish.options) body += ",\"$room\":{" + options_json(*wish.options) + "}";
  // A client that creates a room would otherwise have to write its password twice.
  const auto password = wish.password ? wish.password : wish.options ? wish.options->password : std::nullopt;
  if (password) body += ",\"passwd\":" + quoted(*password);
  if (!data.is_in && (wish.since || wish.last)) {
    const auto from = data.position ? data.position : wish.since;
    if (from) body += ",\"$since\":{\"epoch\":" + quoted(from->epoch) + ",\"seq\":" + std::to_string(from->seq) + "}";
    else body += ",\"$since\":{\"last\":" + std::to_string(*wish.last) + "}";
  }
  auto callbacks = std::exchange(data.joins, {});
  session().control(body + "}", [this, name, callbacks = std::move(callbacks)](const Result& result) {
    if (result.drop == Result::Drop::none) {
      joined(name, result, callbacks);
      return;
    }
    // The session has ended: the next one joins again, and then they get their reply.
    auto& waiting = room(name).joins;
    waiting.insert(waiting.end(), callbacks.begin(), callbacks.end());
  });
}

void Core::joined(const RoomName& name, const Result& result, const std::vector<Callback<JoinResult>>& callbacks) {
  RoomData& data = room(name);
  JoinResult joined;
  if (result.fault) {
    const Fault fault = *result.fault;
    if (callbacks.empty() && fault.retry) {
      data.retry = loop().after(kJoinPause, [this, self = shared_from_this(), name] {
        if (room(name).wanted && session().connection()) send_join(name);
      });
      return;
    }
    const bool was_in = data.is_in;
    if (!was_in && data.joins.empty()) room_ended(data, fault);
    for (const auto& callback : callbacks) callback({std::nullopt, fault});
    return;
  }
  JsonMembers members;
  read_object(result.json, members);
  if (const auto count = number_of(value_of(members, "count"))) joined.count = static_cast<std::uint32_t>(*count);
  if (const auto seat = number_of(value_of(members, "seat"))) joined.seat = static_cast<std::uint32_t>(*seat);
  JsonMembers kept;
  if (read_object(value_of(members, "kept"), kept))
    joined.kept = Position{string_of(value_of(kept, "epoch")), number_of(value_of(kept, "seq")).value_or(0)};
  {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    // leave() may have been called in the meantime.
    data.is_in = data.wanted;
    if (joined.count && !data.wish.presence.value_or(false)) data.count = *joined.count;
    data.seat = joined.seat;
    if (joined.kept) data.position = joined.kept;
    // Oneself is not notified of one's own changes (PROTOCOL.md R21).
    const auto own = data.members.find(session().sid);
    if (own != data.members.end()) {
      if (data.wish.attributes) own->second.attributes = *data.wish.attributes;
      own->second.seat = joined.seat;
    }
  }
  for (const auto& callback : callbacks) callback({joined, std::nullopt});
}

void Core::leave(const RoomName& name, Callback<Done> done) {
  RoomData& data = room(name);
  room_ended(data, own_fault("aborted", "The client left " + name.name + "."));
  const std::string body = name.is_hub ? "{\"leaveHub\":" + quoted(name.name) + "}"
                                       : "{\"cmd\":\"unregister_broadcast\",\"bid\":" + quoted(name.name) + "}";
  session().control(body, [done = std::move(done)](const Result& result) {
    // The server forgets the membership with the session.
    if (result.fault && result.drop == Result::Drop::none && result.fault->code != "not-member")
      done({std::nullopt, *result.fault});
    else done({Done{}, std::nullopt});
  });
}

void Core::room_ended(RoomData& data, const Fault& fault) {
  const bool was_wanted = data.wanted;
  const bool had_state = data.version.has_value();
  {
    const std::lock_guard<std::mutex> lock(view_mutex_);
    RoomData fresh;
    fresh.name = data.name;
    fresh.waiters = std::move(data.waiters);
    fresh.joins = std::move(data.joins);
    if (data.retry) data.retry->cancel();
    data = std::move(fresh);
  }
  wake_waiters(data, &fault);
  for (const auto& callback : std::exchange(data.joins, {})) callback({std::nullopt, fault});
  if (had_state) emit(RoomStateChanged{data.name, {}, 0, true});
  if (was_wanted) emit(RoomEnded{data.name, fault});
}

void Core::rooms_ready() {
  std::vector<RoomName> wanted;
  for (const auto& [name, data] : rooms_)
    if (data->wanted) wanted.push_back(name);
  for (const auto& name : wanted) send_join(name);
}

void Core::rooms_dropped() {
  const std::lock_guard<std::mutex> lock(view_mutex_);
  for (const auto& [name, data] : rooms_) {
    data->is_in = false;
    data->is_complete = false;
    data->host.reset();
    data->term = 0;
  }
}

void Core::rooms_closed(const Fault& fault, bool final) {
  rooms_dropped();
  std::vector<RoomData*> all;
  for (const auto& [name, data] : rooms_) all.push_back(data.get());
  for (RoomData* data : all) {
    if (final) room_ended(*data, fault);
    // Otherwise it is joined when the client logs in again.
    else
      for (const auto& callback : std::exchange(data->joins, {})) callback({std::nullopt, fault});
  }
}

}  // namespace achex::detail
