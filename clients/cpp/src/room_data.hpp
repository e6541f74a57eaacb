#pragma once

#include "achex/events.hpp"

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace achex {
class Timer;

namespace detail {

/// What a client knows about a room, and what it wants from it.
struct RoomData {
  RoomName name;
  /// The program wants to be a member; `wish` are the options of the next join.
  bool wanted = false;
  JoinOptions wish;
  bool is_in = false;
  /// Joins without a reply that wait for a session.
  std::vector<Callback<JoinResult>> joins;
  std::shared_ptr<Timer> retry;

  std::map<std::uint32_t, Member> members;
  /// Every member is known, so that a new list shows what has changed.
  bool is_complete = false;
  std::uint32_t count = 0;
  std::optional<std::uint32_t> seat;

  std::optional<std::uint64_t> version;
  std::map<std::string, std::string> values;
  struct Waiter {
    std::uint64_t version;
    std::function<void(const Fault*)> wake;
  };
  std::vector<Waiter> waiters;

  std::optional<Host> host;
  std::uint64_t term = 0;
  RoomOptions options;
  std::optional<Position> position;
};

}  // namespace detail
}  // namespace achex
