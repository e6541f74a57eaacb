#pragma once

#include "achex/transport.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace achex {

using Milliseconds = std::chrono::milliseconds;

enum class Dialect {
  /// The modern one, with everything in this library.
  achex2,
  /// `ws://HOST:4010/` of servers that do not support achex.2. Messages, hubs and broadcasts only.
  classic,
  /// `wss://HOST/<instance>` of servers that do not support achex.2.
  cloud,
};

/// Who logs in. Without a name, the client connects and does not log in.
struct Credentials {
  std::string name;
  std::string password;
  /// Logs in as a service that the operator has added.
  bool service = false;
  /// The name that this instance of the service answers to, in addition to the service's.
  std::string idtag;
  /// Delivers what was stored for the name since this device confirmed last (PROTOCOL.md R145).
  std::string inbox;
};

struct Options {
  /// `ws://host[:port][/instance]` or `wss://…`.
  std::string url;
  Credentials credentials;
  /// Replaces the path of the address.
  std::string instance;
  Dialect dialect = Dialect::achex2;
  TlsOptions tls;
  /// Resume the session after a drop, so that nothing is lost. Otherwise the client starts over.
  bool resume = true;
  /// Connect in the constructor.
  bool auto_connect = true;
  /// Messages and bytes that may wait to be sent or acknowledged; beyond, sends fail with `outbox-full`.
  std::size_t max_queued_messages = 10'000;
  std::size_t max_queued_bytes = 16u * 1024 * 1024;
  /// Largest message that is accepted from the server.
  std::size_t max_message = 64u * 1024 * 1024;
  /// How long one attempt to connect and log in may take.
  Milliseconds connect_timeout{20'000};
  /// Bounds of the random pause before an attempt: up to the first, then twice as long each time, up to the longest.
  Milliseconds first_pause{500};
  Milliseconds longest_pause{20'000};
  /// Silence after which the server is asked for a sign of life. Default: what the server says, 15 s.
  std::optional<Milliseconds> heartbeat;
  /// How long its reply may take before the connection counts as lost.
  Milliseconds dead_after{10'000};
  /// How long the destructor and close() wait for the closing handshake.
  Milliseconds close_timeout{300};
};

/// Attributes of a member (PROTOCOL.md R22): each value is JSON, such as `"red"` in quotes.
using Attributes = std::map<std::string, std::string>;

/// Options of a room (PROTOCOL.md R120); those without a value stay as they are.
struct RoomOptions {
  std::optional<std::uint32_t> capacity;
  std::optional<std::uint32_t> seats;
  /// An empty text removes the password.
  std::optional<std::string> password;
  std::optional<bool> closed;
  /// Seconds that an absent host stays host.
  std::optional<std::uint32_t> grace;
};

/// A place in the history of a kept channel (PROTOCOL.md R140).
struct Position {
  std::string epoch;
  std::uint64_t seq = 0;
};

/// How to join a room. Options without a value stay as they are when a member joins again.
struct JoinOptions {
  /// Receive a roster, and the members who join, leave and change.
  std::optional<bool> presence;
  std::optional<Attributes> attributes;
  /// Follow the state of the room, and be a candidate for host.
  std::optional<bool> state;
  /// False: never become host.
  std::optional<bool> host;
  /// 0 gives the seat up; any_seat takes the lowest free one.
  std::optional<std::uint32_t> seat;
  std::optional<std::string> password;
  /// Options of the room, if this join creates it.
  std::optional<RoomOptions> options;
  /// Receive what was stored after this position; after a reconnection, the client continues where it was.
  std::optional<Position> since;
  /// Receive the newest messages; ignored if `since` has a value.
  std::optional<std::uint32_t> last;
};

/// As `seat`: the lowest free one.
inline constexpr std::uint32_t any_seat = 0xFFFFFFFF;

struct SendOptions {
  /// If the session ends before the confirmation, send it again, although it may have arrived.
  bool repeatable = false;
  /// Replaces the message before with the same text and address, for readers and connections that are behind
  /// (PROTOCOL.md R130).
  std::string latest;
  /// Drop it if it would have to wait.
  bool if_connected = false;
  /// Only if this is the term of the room (PROTOCOL.md R114).
  std::optional<std::uint64_t> term;
  /// Of several messages with the same id, the server delivers one (PROTOCOL.md R146). Use it with `repeatable`.
  std::string id;
};

/// How to write to the state of a room.
struct WriteOptions {
  /// The keys belong to this session, and are deleted when it leaves (PROTOCOL.md R106).
  bool own = false;
  std::optional<std::uint64_t> term;
  /// Write only if none of the keys has changed after this version; 0: only if they do not exist (PROTOCOL.md R105).
  std::optional<std::uint64_t> unchanged_since;
};

struct AskOptions {
  /// 0 waits for ever.
  Milliseconds timeout{30'000};
  bool repeatable = false;
  /// Called with the payload of each report of progress.
  std::function<void(const std::string& data)> on_progress;
};

}  // namespace achex
