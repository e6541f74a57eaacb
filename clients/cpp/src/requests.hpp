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

inline std::string message_head(const Channel& channel, const SendOptions& options) {
  std::string head = "{" + address_json(channel);
  if (!options.latest.empty()) head += ",\"$latest\":" + quoted(options.latest);
  if (options.term) head += ",\"$term\":" + std::to_string(*options.term);
  if (!options.id.empty()) head += ",\"$id\":" + quoted(options.id);
  return head;
}

inline SendPtr make_send(const Channel& channel, const Payload& data, const SendOptions& options,
                         std::optional<std::string> bytes) {
  check_payload(data.json());
  auto send = std::make_shared<Send>();
  std::string head = message_head(channel, options);
  if (!options.latest.empty()) send->key = options.latest + "\n" + address_json(channel);
  send->body = with_payload(std::move(head), data.json());
  send->bytes = std::move(bytes);
  send->repeatable = options.repeatable;
  send->if_connected = options.if_connected;
  return send;
}

/// Passes a send to the client's thread; false if the client is closed or full, and then `fault` says why.
inline bool pass(const CorePtr& core, const SendPtr& send, Fault& fault) {
  fault = own_fault("closed");
  if (!core) return false;
  if (!core->admit(send->size())) {
    fault = own_fault("outbox-full");
    return false;
  }
  return core->pass(send);
}

inline void send_message(const CorePtr& core, const Channel& channel, const Payload& data, const SendOptions& options,
                         std::optional<std::string> bytes, const Callback<Delivery>& done) {
  try {
    const auto send = make_send(channel, data, options, std::move(bytes));
    send->done = [done](const Result& result, bool dropped) {
      if (result.fault) {
        done({std::nullopt, *result.fault});
        return;
      }
      Delivery delivery = delivery_from(result.json);
      delivery.dropped = dropped;
      done({std::move(delivery), std::nullopt});
    };
    Fault fault;
    if (!pass(core, send, fault)) done({std::nullopt, fault});
  } catch (const Fault& fault) {
    done({std::nullopt, fault});
  }
}

inline bool post_message(const CorePtr& core, const Channel& channel, const Payload& data, const SendOptions& options,
                         std::optional<std::string> bytes) {
  try {
    const auto send = make_send(channel, data, options, std::move(bytes));
    send->confirmed = false;
    // After close() there is nobody to tell: the event says so.
    send->done = [](const Result&, bool) {};
    Fault fault;
    return pass(core, send, fault);
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
