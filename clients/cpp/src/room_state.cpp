// The state of a room: writes, and waiting for them to show.
#include "core.hpp"

#include <utility>

namespace achex::detail {

void Core::wake_waiters(RoomData& data, const Fault* fault) {
  const std::uint64_t version = data.version.value_or(0);
  std::vector<RoomData::Waiter> waiting;
  for (auto& waiter : std::exchange(data.waiters, {})) {
    if (fault == nullptr && waiter.version > version) data.waiters.push_back(std::move(waiter));
    else waiting.push_back(std::move(waiter));
  }
  for (const auto& waiter : waiting) waiter.wake(fault);
}

void Core::write_state(const RoomName& name, const std::string& change, const std::vector<std::string>& keys,
                       const WriteOptions& options, Callback<Written> done) {
  std::string body = "{\"$set\":{" + room_json(name) + "," + change;
  if (options.unchanged_since) {
    body += ",\"if\":{";
    for (std::size_t at = 0; at < keys.size(); at++)
      body += (at > 0 ? "," : "") + quoted(keys[at]) + ":" + std::to_string(*options.unchanged_since);
    body += "}";
  }
  if (options.term) body += ",\"term\":" + std::to_string(*options.term);
  if (options.own) body += ",\"own\":true";
  ask_server(body + "}}", [this, name, done = std::move(done)](const Outcome<std::string>& outcome) {
    if (outcome.fault) {
      done({std::nullopt, outcome.fault});
      return;
    }
    JsonMembers members;
    read_object(*outcome.value, members);
    Written written;
    written.version = number_of(value_of(members, "version")).value_or(0);
    JsonMembers values;
    read_object(value_of(members, "values"), values);
    for (const auto& [key, value] : values) written.values[std::string(key)] = std::string(value);
    // Ready when the change shows in this copy, so that a program reads what it has written.
    RoomData& data = room(name);
    if (!data.wanted || !data.version || *data.version >= written.version) done({written, std::nullopt});
    else data.waiters.push_back({written.version, [done, written](const Fault*) { done({written, std::nullopt}); }});
  });
}

void Core::update_state(const RoomName& name, const std::string& key,
                        std::function<std::string(const std::optional<std::string>&)> compute, Callback<Written> done,
                        int attempts) {
  RoomData& data = room(name);
  if (!data.wanted || !data.wish.state.value_or(false)) {
    done({std::nullopt, own_fault("refused", "update() needs the state of the room: join with state = true.")});
    return;
  }
  const auto again = [this, name, key, compute, done, attempts](const Fault* fault) {
    if (fault != nullptr) done({std::nullopt, *fault});
    else update_state(name, key, compute, done, attempts - 1);
  };
  if (!data.version) {
    // Before the first map it would be called as if the key did not exist.
    data.waiters.push_back({0, again});
    return;
  }
  const std::uint64_t version = *data.version;
  const auto found = data.values.find(key);
  std::string value;
  std::optional<Fault> failed = own_fault("failed", "The function of update() threw, or returned what is not JSON.");
  call_user([&] {
    value = compute(found == data.values.end() ? std::nullopt : std::optional(found->second));
    if (value.empty() || is_json(value)) failed.reset();
  });
  if (failed || value.empty()) {
    if (failed) done({std::nullopt, failed});
    else done({Written{version, {}}, std::nullopt});
    return;
  }
  WriteOptions options;
  options.unchanged_since = version;
  write_state(name, "\"values\":{" + quoted(key) + ":" + value + "}", {key}, options,
              [this, name, done, again, version, attempts](const Outcome<Written>& outcome) {
                if (!outcome.fault || outcome.fault->code != "state-conflict" || attempts <= 1) {
                  done(outcome);
                  return;
                }
                // The other write may still be on its way.
                RoomData& current = room(name);
                if (current.version.value_or(0) > version) again(nullptr);
                else current.waiters.push_back({version + 1, again});
              });
}

}  // namespace achex::detail
