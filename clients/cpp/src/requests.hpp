#pragma once

#include "achex/client.hpp"
#include "core.hpp"

#include <utility>

// What the functions of Client and Room have in common: they pass a request to the client's thread, and its outcome
// back.

namespace achex::detail {

using CorePtr = std::shared_ptr<Core>;

/// Runs a request on the client's thread; it fails with `closed` if the client is gone, and with what it throws.
template <class T, class Function>
void start(const CorePtr& core, Callback<T> done, Function function) {
  const auto run = [core, done, function = std::move(function)]() mutable {
    try {
      function(*core, done);
    } catch (const Fault& fault) {
      done({std::nullopt, fault});
    }
  };
  if (!core || !core->run(std::move(run))) done({std::nullopt, own_fault("closed")});
}

inline SendPtr make_send(const CorePtr& core, const Channel& channel, const Payload& data, const SendOptions& options,
                         std::optional<std::string> bytes) {
  check_payload(data.json());
  auto send = std::make_shared<Send>(*core);
  // Room for an address of the usual length.
  std::string& frame = send->text.begin(data.json().size() + options.latest.size() + options.id.size() + 64);
  frame += '{';
  append_address(frame, channel);
  if (!options.latest.empty()) {
    send->key = options.latest + "\n" + address_json(channel);
    frame += ",\"$latest\":";
    append_quoted(frame, options.latest);
  }
  if (options.term) (frame += ",\"$term\":") += std::to_string(*options.term);
  if (!options.id.empty()) {
    frame += ",\"$id\":";
    append_quoted(frame, options.id);
  }
  append_payload(frame, data.json());
  send->size = send->text.size() + (bytes ? bytes->size() : 0);
  send->bytes = std::move(bytes);
  send->repeatable = options.repeatable;
  send->if_connected = options.if_connected;
  return send;
}

/// `is_guarded`: the callback is one of the program, and only called while the client lives.
inline void send_message(const CorePtr& core, const Channel& channel, const Payload& data, const SendOptions& options,
                         std::optional<std::string> bytes, Callback<Delivery> done, bool is_guarded = false) {
  SendPtr send;
  const auto fail = [&](const Fault& fault) {
    if (send) send->deliver({std::nullopt, fault});
    else if (done && core && is_guarded) core->call_user([&] { done({std::nullopt, fault}); });
    else if (done) done({std::nullopt, fault});
  };
  try {
    if (!core) throw own_fault("closed");
    send = make_send(core, channel, data, options, std::move(bytes));
    send->delivered = std::move(done);
    send->is_guarded = is_guarded;
    if (!core->admit(send->size)) throw own_fault("outbox-full");
    // After close() the core takes nothing more, and no copy of it.
    if (!core->pass(send)) throw own_fault("closed");
  } catch (const Fault& fault) {
    fail(fault);
  }
}

inline bool post_message(const CorePtr& core, const Channel& channel, const Payload& data, const SendOptions& options,
                         std::optional<std::string> bytes) {
  if (!core) return false;
  try {
    const auto send = make_send(core, channel, data, options, std::move(bytes));
    // After close() there is nobody to tell: the event says so.
    send->confirmed = false;
    return core->admit(send->size) && core->pass(send);
  } catch (const Fault&) {
    return false;
  }
}

/// A callback of the program, which is only called while the client lives.
template <class T>
Callback<T> guarded(const CorePtr& core, Callback<T> done) {
  return [core, done = std::move(done)](Outcome<T> outcome) {
    if (!done) return;
    if (core) core->call_user([&] { done(std::move(outcome)); });
    else done(std::move(outcome));
  };
}

template <class T, class Parse>
std::future<T> request_as(const CorePtr& core, std::string frame, Parse parse) {
  auto [future, done] = make_future<T>();
  start<T>(core, done, [frame = std::move(frame), parse](Core& running, const Callback<T>& finish) {
    running.ask_server(frame, [finish, parse](const Outcome<std::string>& outcome) {
      if (outcome.fault) finish({std::nullopt, outcome.fault});
      else finish({parse(*outcome.value), std::nullopt});
    });
  });
  return std::move(future);
}

inline std::future<void> request_nothing(const CorePtr& core, std::string frame) {
  auto [future, done] = make_void_future();
  start<Done>(core, done, [frame = std::move(frame)](Core& running, const Callback<Done>& finish) {
    running.ask_server(frame, [finish](const Outcome<std::string>& outcome) {
      if (outcome.fault) finish({std::nullopt, outcome.fault});
      else finish({Done{}, std::nullopt});
    });
  });
  return std::move(future);
}

inline std::string list_json(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ",") + quoted(name);
  return "[" + list + "]";
}

inline std::string field(const std::string& json, const char* key) {
  JsonMembers members;
  read_object(json, members);
  return std::string(value_of(members, key));
}

}  // namespace achex::detail
