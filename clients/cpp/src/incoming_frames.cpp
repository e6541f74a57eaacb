// What arrives: messages, and frames of the server itself.
#include "core.hpp"

#include <algorithm>
#include <array>

namespace achex::detail {

void Core::frame_received(const Frame& frame) {
  const char* key = address_key(frame);
  if (key != nullptr) message_received(frame, key);
  else server_frame(frame);
}

void Core::message_received(const Frame& frame, const char* key) {
  const std::string_view call = frame["$call"];
  const std::string_view answer = frame["$answer"];
  if (!std::holds_alternative<Message>(message_event_)) message_event_.emplace<Message>();
  Message& message = std::get<Message>(message_event_);
  read_message(frame, key, message);
  JsonMembers members;
  if (!call.empty()) {
    read_object(call, members);
    call_received(members, message);
  } else if (!answer.empty()) {
    read_object(answer, members);
    const auto found = answers.find(number_of(value_of(members, "id")).value_or(0));
    if (found == answers.end()) return;
    const AnswerHandler handler = found->second;
    handler(members, &message);
  } else {
    if (message.seq && (message.channel.kind == ChannelKind::hub || message.channel.kind == ChannelKind::broadcast)) {
      const bool is_hub = message.channel.kind == ChannelKind::hub;
      const std::lock_guard<std::mutex> lock(view_mutex_);
      const auto found = rooms_.find({is_hub, message.channel.names.front()});
      if (found != rooms_.end() && found->second->position) found->second->position->seq = *message.seq;
    }
    if (on_event_) call_user([this] { on_event_(message_event_); });
  }
  constexpr std::size_t kKeep = 64u * 1024;
  if (frame.text.size() + frame.bytes.size() > kKeep) message_event_ = Message();
}

void Core::server_frame(const Frame& frame) {
  static constexpr std::array<const char*, 10> kRoomFrames = {"$roster", "$joined", "$left",  "$changed", "$count",
                                                              "$away",   "$back",   "$state", "$room",    "$host"};
  if (frame.members.empty()) return;
  const std::string kind(frame.members.front().key);
  const std::string_view value = frame.members.front().value;
  JsonMembers members;
  if (frame.has("$fault")) {
    report(fault_from(frame["$fault"]));
  } else if (frame.has("$call") || frame.has("$answer")) {
    const std::string_view part = frame.has("$call") ? frame["$call"] : frame["$answer"];
    read_object(part, members);
    if (frame.has("$call")) {
      Message message;
      message.sid = small_number(frame["sID"]);
      call_received(members, message);
    } else if (const auto found = answers.find(number_of(value_of(members, "id")).value_or(0));
               found != answers.end()) {
      const AnswerHandler handler = found->second;
      handler(members, nullptr);
    }
  } else if (kind == "$online" || kind == "$offline") {
    emit(NameOnline{string_of(value), kind == "$online"});
  } else if (kind == "$watched") {
    read_object(value, members);
    std::set<std::string> online;
    for (const auto& name : elements_of(value_of(members, "online"))) online.insert(string_of(name));
    for (const auto& name : std::set<std::string>(watched)) emit(NameOnline{name, online.count(name) != 0});
  } else if (kind == "$kept") {
    read_object(value, members);
    kept_frame(members);
  } else if (std::find(kRoomFrames.begin(), kRoomFrames.end(), kind) != kRoomFrames.end()) {
    room_frame(kind, value);
  } else if (kind == "leftHub" && session().options.dialect != Dialect::achex2) {
    emit(MemberLeft{{true, string_of(value)}, string_of(frame["user"]), small_number(frame["sID"])});
  }
}

}  // namespace achex::detail
