#pragma once

#include "achex/client.hpp"

namespace achex {

/// A hub or a broadcast of a client. A handle: copies are the same room, and it may outlive the client, whose functions
/// then fail.
class Room {
 public:
  [[nodiscard]] const RoomName& name() const { return name_; }
  [[nodiscard]] Channel channel() const;

  /// Joins, and joins again after each reconnection. May be called again with other options.
  std::future<JoinResult> join(const JoinOptions& options = {});
  void join(const JoinOptions& options, Callback<JoinResult> done);
  /// Leaves, also in the future: it is not joined again after a reconnection.
  std::future<void> leave();
  /// The server has confirmed the join, and the session has not ended since.
  [[nodiscard]] bool is_member() const;

  /// As Client::send() and Client::post().
  std::future<Delivery> send(const Payload& data, const SendOptions& options = {});
  bool post(const Payload& data, const SendOptions& options = {});

  /// The members, if it was joined with `presence`.
  [[nodiscard]] std::vector<Member> members() const;
  /// The number of members, including this client.
  [[nodiscard]] std::uint32_t count() const;
  /// The seat of this client; no value if it has none.
  [[nodiscard]] std::optional<std::uint32_t> seat() const;
  /// Replaces the attributes of this client.
  std::future<void> set_attributes(const Attributes& attributes);
  /// Members whose session id is above `after`, page by page.
  std::future<MemberPage> page(std::uint32_t after = 0);

  /// The state of the room, if it was joined with `state`: values are JSON.
  [[nodiscard]] std::map<std::string, std::string> values() const;
  [[nodiscard]] std::optional<std::string> value(const std::string& key) const;
  [[nodiscard]] std::uint64_t version() const;
  /// Futures of writes are ready when the change shows in values().
  std::future<Written> set(const std::string& key, const std::string& json, const WriteOptions& options = {});
  std::future<Written> set(const std::map<std::string, std::string>& values, const WriteOptions& options = {});
  std::future<Written> erase(const std::vector<std::string>& keys, const WriteOptions& options = {});
  std::future<Written> increment(const std::string& key, double by = 1, const WriteOptions& options = {});
  /// Computes a value from the current one, again and again until nobody else has changed it meanwhile. An empty result
  /// leaves it. `compute` is called on the client's thread, with no value if the key does not exist.
  std::future<Written> update(const std::string& key,
                              std::function<std::string(const std::optional<std::string>& json)> compute);

  /// The member that decides in the room, if it was joined with `state`, and the number of its term.
  [[nodiscard]] std::optional<Host> host() const;
  [[nodiscard]] bool is_host() const;
  [[nodiscard]] std::uint64_t term() const;
  /// Hands over to a session, or to the next candidate.
  std::future<void> hand_over(std::optional<std::uint32_t> sid = std::nullopt);
  /// Only the host may.
  std::future<void> set_options(const RoomOptions& options);
  /// The options as the server last reported them; the password is an empty text if there is one.
  [[nodiscard]] RoomOptions options() const;

  /// Stored messages of a kept channel (PROTOCOL.md R142).
  std::future<HistoryPage> history(std::uint32_t last);
  std::future<HistoryPage> history_after(std::uint64_t seq, std::uint32_t limit = 200);
  std::future<HistoryPage> history_before(std::uint64_t seq, std::uint32_t limit = 200);
  /// The last position received; no value if the channel is not kept.
  [[nodiscard]] std::optional<Position> position() const;

 private:
  friend class Client;
  Room(std::shared_ptr<detail::Core> core, RoomName name) : core_(std::move(core)), name_(std::move(name)) {}

  std::shared_ptr<detail::Core> core_;
  RoomName name_;
};

}  // namespace achex
