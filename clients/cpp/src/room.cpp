#include "achex/room.hpp"

#include "requests.hpp"

#include <cmath>
#include <cstdio>
#include <utility>

namespace achex {

using detail::Core;
using detail::field;
using detail::guarded;
using detail::own_fault;
using detail::post_message;
using detail::request_as;
using detail::request_nothing;
using detail::RoomData;
using detail::send_message;
using detail::start;

namespace {

template <class T>
using Finish = const Callback<T>&;

template <class T, class Function>
std::future<T> start_future(const std::shared_ptr<Core>& core, Function function) {
  auto [future, done] = detail::make_future<T>();
  start<T>(core, done, std::move(function));
  return std::move(future);
}

std::future<HistoryPage> history_of(const std::shared_ptr<Core>& core, const RoomName& name, const std::string& range) {
  return start_future<HistoryPage>(core, [frame = "{\"$history\":{" + detail::room_json(name) + "," + range + "}}"](
                                             Core& running, Finish<HistoryPage> done) {
    running.ask_server(frame, [done](const Outcome<std::string>& outcome) {
      if (outcome.fault) done({std::nullopt, outcome.fault});
      else done({detail::history_from(*outcome.value), std::nullopt});
    });
  });
}

std::string number_json(double number) {
  if (!std::isfinite(number)) throw own_fault("bad-payload", "JSON has only finite numbers.");
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", number);
  return text;
}

}  // namespace

Channel Room::channel() const {
  return name_.is_hub ? achex::hub(name_.name) : achex::broadcast(name_.name);
}

void Room::join(const JoinOptions& options, Callback<JoinResult> done) {
  start<JoinResult>(
      core_, guarded(core_, std::move(done)),
      [name = name_, options](Core& core, const Callback<JoinResult>& finish) { core.join(name, options, finish); });
}

std::future<JoinResult> Room::join(const JoinOptions& options) {
  auto [future, done] = detail::make_future<JoinResult>();
  start<JoinResult>(core_, done, [name = name_, options](Core& core, const Callback<JoinResult>& finish) {
    core.join(name, options, finish);
  });
  return std::move(future);
}

std::future<void> Room::leave() {
  auto [future, done] = detail::make_void_future();
  start<Done>(core_, done, [name = name_](Core& core, const Callback<Done>& finish) { core.leave(name, finish); });
  return std::move(future);
}

std::future<Delivery> Room::send(const Payload& data, const SendOptions& options) {
  auto [future, done] = detail::make_future<Delivery>();
  send_message(core_, channel(), data, options, std::nullopt, done);
  return std::move(future);
}

bool Room::post(const Payload& data, const SendOptions& options) {
  return post_message(core_, channel(), data, options, std::nullopt);
}

std::future<void> Room::set_attributes(const Attributes& attributes) {
  auto [future, done] = detail::make_void_future();
  start<Done>(core_, done, [name = name_, attributes](Core& core, const Callback<Done>& finish) {
    if (!core.room(name).wanted) throw own_fault("refused", "Not a member: join first.");
    JoinOptions options;
    options.attributes = attributes;
    core.join(name, options, [finish](const Outcome<JoinResult>& outcome) {
      if (outcome.fault) finish({std::nullopt, outcome.fault});
      else finish({Done{}, std::nullopt});
    });
  });
  return std::move(future);
}

std::future<MemberPage> Room::page(std::uint32_t after) {
  return request_as<MemberPage>(
      core_, "{\"$members\":{" + detail::room_json(name_) + ",\"after\":" + std::to_string(after) + "}}",
      [](const std::string& json) {
        MemberPage page;
        page.count = static_cast<std::uint32_t>(detail::number_of(field(json, "count")).value_or(0));
        if (const auto next = detail::number_of(field(json, "next"))) page.next = static_cast<std::uint32_t>(*next);
        const std::string list = field(json, "members");
        for (const auto& one : detail::elements_of(list)) {
          detail::JsonMembers members;
          detail::read_object(one, members);
          page.members.push_back(detail::member_from(members));
        }
        return page;
      });
}

bool Room::is_member() const {
  return core_ && core_->room_view(name_, [](const RoomData& data) { return data.is_in; });
}

std::vector<Member> Room::members() const {
  std::vector<Member> list;
  if (core_)
    core_->room_view(name_, [&](const RoomData& data) {
      for (const auto& [sid, member] : data.members) list.push_back(member);
      return 0;
    });
  return list;
}

std::uint32_t Room::count() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.count; }) : 0;
}

std::optional<std::uint32_t> Room::seat() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.seat; }) : std::nullopt;
}

std::map<std::string, std::string> Room::values() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.values; })
               : std::map<std::string, std::string>();
}

std::optional<std::string> Room::value(const std::string& key) const {
  if (!core_) return std::nullopt;
  return core_->room_view(name_, [&](const RoomData& data) {
    const auto found = data.values.find(key);
    return found == data.values.end() ? std::nullopt : std::optional(found->second);
  });
}

std::uint64_t Room::version() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.version.value_or(0); }) : 0;
}

std::future<Written> Room::set(const std::string& key, const std::string& json, const WriteOptions& options) {
  return set(std::map<std::string, std::string>{{key, json}}, options);
}

std::future<Written> Room::set(const std::map<std::string, std::string>& values, const WriteOptions& options) {
  return start_future<Written>(core_, [name = name_, values, options](Core& core, Finish<Written> done) {
    std::string json;
    std::vector<std::string> keys;
    for (const auto& [key, value] : values) {
      if (!detail::is_json(value)) throw own_fault("bad-payload", "The value of " + key + " is not JSON.");
      json += (json.empty() ? "" : ",") + detail::quoted(key) + ":" + value;
      keys.push_back(key);
    }
    core.write_state(name, "\"values\":{" + json + "}", keys, options, done);
  });
}

std::future<Written> Room::erase(const std::vector<std::string>& keys, const WriteOptions& options) {
  return start_future<Written>(core_, [name = name_, keys, options](Core& core, Finish<Written> done) {
    std::string list;
    for (const auto& key : keys) list += (list.empty() ? "" : ",") + detail::quoted(key);
    core.write_state(name, "\"delete\":[" + list + "]", keys, options, done);
  });
}

std::future<Written> Room::increment(const std::string& key, double by, const WriteOptions& options) {
  return start_future<Written>(core_, [name = name_, key, by, options](Core& core, Finish<Written> done) {
    core.write_state(name, "\"increment\":{" + detail::quoted(key) + ":" + number_json(by) + "}", {key}, options, done);
  });
}

std::future<Written> Room::update(const std::string& key,
                                  std::function<std::string(const std::optional<std::string>&)> compute) {
  return start_future<Written>(core_,
                               [name = name_, key, compute = std::move(compute)](Core& core, Finish<Written> done) {
                                 core.update_state(name, key, compute, done);
                               });
}

std::optional<Host> Room::host() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.host; }) : std::nullopt;
}

bool Room::is_host() const {
  const auto current = host();
  return current &&
         core_->view([&](const auto& view) { return view.state == State::ready && view.sid == current->sid; });
}

std::uint64_t Room::term() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.term; }) : 0;
}

std::future<void> Room::hand_over(std::optional<std::uint32_t> sid) {
  const std::string to = sid ? ",\"sid\":" + std::to_string(*sid) : "";
  return request_nothing(core_, "{\"$host\":{" + detail::room_json(name_) + to + "}}");
}

std::future<void> Room::set_options(const RoomOptions& options) {
  const std::string json = detail::options_json(options);
  return request_nothing(core_, "{\"$room\":{" + detail::room_json(name_) + (json.empty() ? "" : "," + json) + "}}");
}

RoomOptions Room::options() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.options; }) : RoomOptions();
}

std::future<HistoryPage> Room::history(std::uint32_t last) {
  return history_of(core_, name_, "\"last\":" + std::to_string(last));
}

std::future<HistoryPage> Room::history_after(std::uint64_t seq, std::uint32_t limit) {
  return history_of(core_, name_, "\"after\":" + std::to_string(seq) + ",\"limit\":" + std::to_string(limit));
}

std::future<HistoryPage> Room::history_before(std::uint64_t seq, std::uint32_t limit) {
  return history_of(core_, name_, "\"before\":" + std::to_string(seq) + ",\"limit\":" + std::to_string(limit));
}

std::optional<Position> Room::position() const {
  return core_ ? core_->room_view(name_, [](const RoomData& data) { return data.position; }) : std::nullopt;
}

}  // namespace achex
