#pragma once

#include "achex/fault.hpp"
#include "achex/options.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace achex {

enum class ChannelKind { name, session, broadcast, hub };

/// Where a message goes, or went: to names, sessions (as decimal numbers), broadcasts or hubs.
struct Channel {
  ChannelKind kind = ChannelKind::name;
  std::vector<std::string> names;

  bool operator==(const Channel& other) const { return kind == other.kind && names == other.names; }
  bool operator!=(const Channel& other) const { return !(*this == other); }
};

/// All sessions with this name.
inline Channel to(std::string name) {
  return {ChannelKind::name, {std::move(name)}};
}
/// All sessions with one of these names, at most 64.
inline Channel to(std::vector<std::string> names) {
  return {ChannelKind::name, std::move(names)};
}
/// One session, by its id.
inline Channel session(std::uint32_t sid) {
  return {ChannelKind::session, {std::to_string(sid)}};
}
/// The other members of a hub.
inline Channel hub(std::string name) {
  return {ChannelKind::hub, {std::move(name)}};
}
/// The listeners of a broadcast, also this client if it is one.
inline Channel broadcast(std::string name) {
  return {ChannelKind::broadcast, {std::move(name)}};
}

/// A payload: the text of a JSON object. Also takes the objects of JSON libraries that have a function dump(), such as
/// nlohmann::json.
/// The conversions are implicit on purpose. Text that is not a JSON object is rejected by the function that gets it.
class Payload {
 public:
  Payload(std::string json) : json_(std::move(json)) {}
  Payload(const char* json) : json_(json) {}
  template <class Json, class = decltype(std::string(std::declval<const Json&>().dump()))>
  Payload(const Json& value) : json_(value.dump()) {}

  const std::string& json() const& { return json_; }
  std::string json() && { return std::move(json_); }

 private:
  std::string json_;
};

/// The result of a send (PROTOCOL.md R11).
struct Delivery {
  /// Sessions that the message was sent to; no value in the legacy dialects.
  std::optional<std::uint32_t> taken;
  /// Those of `taken` that are away at the moment.
  std::uint32_t held = 0;
  /// Sessions that cannot receive binary messages, or read too slowly.
  std::uint32_t missed_dialect = 0;
  std::uint32_t missed_backlog = 0;
  /// Targets of a list that reached no session.
  std::vector<std::string> missing;
  /// Not sent: replaced by a newer one (`latest`), or it would have had to wait (`if_connected`).
  bool dropped = false;
  /// Its place in the history of a kept channel.
  std::optional<std::uint64_t> seq;
  /// Stored for a name that nobody has at the moment.
  bool kept = false;
  /// A message with this id had been sent before.
  bool duplicate = false;
};

/// A message to this client.
struct Message {
  /// The payload as its sender wrote it: JSON, without address and stamp.
  std::string data;
  /// Login name and session id of the sender.
  std::string from;
  std::uint32_t sid = 0;
  Channel channel;
  /// The bytes of a binary message.
  std::optional<std::string> bytes;
  /// Its place in the history of a kept channel, and when it was stored, in milliseconds since 1970 (0 if it is not
  /// from the history).
  std::optional<std::uint64_t> seq;
  std::uint64_t at = 0;
  /// The key of a latest-value message.
  std::string latest;

  /// The address of the session that sent it.
  Channel sender() const { return achex::session(sid); }
};

/// A hub or a broadcast.
struct RoomName {
  bool is_hub = true;
  std::string name;

  bool operator<(const RoomName& other) const {
    return is_hub != other.is_hub ? is_hub < other.is_hub : name < other.name;
  }
  bool operator==(const RoomName& other) const { return is_hub == other.is_hub && name == other.name; }
  bool operator!=(const RoomName& other) const { return !(*this == other); }
};

struct Member {
  std::string name;
  std::uint32_t sid = 0;
  /// Milliseconds since 1970, by the server's clock.
  std::uint64_t joined = 0;
  Attributes attributes;
  std::optional<std::uint32_t> seat;
  bool away = false;
};

struct Host {
  std::string name;
  std::uint32_t sid = 0;
};

enum class State {
  /// Not connected yet: `auto_connect` is off.
  idle,
  /// Opening a connection and logging in.
  connecting,
  ready,
  /// Disconnected; another attempt follows.
  waiting,
  /// Closed by close() or by the server; reason() says why.
  closed,
};

// Events, in the order in which they happen.
struct StateChanged {
  State state = State::idle;
};
/// The connection dropped. The next attempt begins after `delay`.
struct Dropped {
  int code = 0;
  std::string reason;
  Milliseconds delay{0};
};
/// An attempt to connect failed.
struct Retrying {
  int attempt = 0;
  Milliseconds delay{0};
  Fault cause;
};
/// The session goes on after a drop; `replayed` frames arrive late.
struct Resumed {
  std::uint64_t replayed = 0;
};
/// The session could not be resumed, and the client has started over.
struct Lost {
  int code = 0;
  std::string reason;
  /// Sends whose outcome is unknown, and those that are sent again.
  std::uint32_t unknown = 0;
  std::uint32_t repeated = 0;
  /// Frames to this client that are lost, if the server knows.
  std::optional<std::uint64_t> missing;
};
/// A rejection that belongs to no call.
struct FaultReported {
  Fault fault;
};
/// A watched name has its first session, or has lost its last one.
struct NameOnline {
  std::string name;
  bool online = false;
};
/// The full list of members, after joining and when it may have changed.
struct RosterReceived {
  RoomName room;
  std::vector<Member> members;
  std::uint32_t count = 0;
};
struct MemberJoined {
  RoomName room;
  Member member;
};
struct MemberLeft {
  RoomName room;
  std::string name;
  std::uint32_t sid = 0;
};
struct MemberChanged {
  RoomName room;
  Member member;
};
/// The connection of a member has been down for two seconds, or is back (`member.away`).
struct MemberAway {
  RoomName room;
  Member member;
};
/// The number of members of a room has changed.
struct CountChanged {
  RoomName room;
  std::uint32_t count = 0;
};
/// Keys of the state of a room have changed.
struct RoomStateChanged {
  RoomName room;
  std::vector<std::string> keys;
  std::uint64_t version = 0;
  /// It replaced the whole map.
  bool whole = false;
};
/// A room has another host, or none.
struct HostChanged {
  RoomName room;
  std::uint64_t term = 0;
  std::optional<Host> host;
};
/// The host has changed options of a room.
struct RoomOptionsChanged {
  RoomName room;
  RoomOptions options;
};
/// This client is no longer a member.
struct RoomEnded {
  RoomName room;
  Fault fault;
};
/// A kept channel: what it holds, before stored messages arrive. An inbox is the one without a room.
struct KeptReported {
  std::optional<RoomName> room;
  std::string inbox;
  std::string epoch;
  std::uint64_t first = 0;
  std::uint64_t head = 0;
  std::uint64_t missed = 0;
  bool reset = false;
};

using Event = std::variant<Message, StateChanged, Dropped, Retrying, Resumed, Lost, FaultReported, NameOnline,
                           RosterReceived, MemberJoined, MemberLeft, MemberChanged, MemberAway, CountChanged,
                           RoomStateChanged, HostChanged, RoomOptionsChanged, RoomEnded, KeptReported>;

/// A value, or the fault that prevented it: exactly one of the two is set.
template <class T>
struct Outcome {
  std::optional<T> value;
  std::optional<Fault> fault;

  explicit operator bool() const { return !fault.has_value(); }
};

/// Gets the outcome of a request, once, on the client's thread. It must not wait for anything of the client, and a
/// fault that it throws is reported as FaultReported.
template <class T>
using Callback = std::function<void(Outcome<T>)>;

/// The result of requests that have none.
struct Done {};

struct JoinResult {
  /// Members, including this client; no value in the legacy dialects.
  std::optional<std::uint32_t> count;
  std::optional<std::uint32_t> seat;
  /// The position at which it joined a kept channel.
  std::optional<Position> kept;
};

struct MemberPage {
  std::uint32_t count = 0;
  std::vector<Member> members;
  /// Where the next page begins; no value on the last one.
  std::optional<std::uint32_t> next;
};

struct HistoryPage {
  std::string epoch;
  std::uint64_t first = 0;
  std::uint64_t head = 0;
  std::vector<Message> messages;
  bool more = false;
};

struct Written {
  std::uint64_t version = 0;
  /// New values of increments, as JSON.
  std::map<std::string, std::string> values;
};

}  // namespace achex
