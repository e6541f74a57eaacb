#include "achex/achex.h"

#include "achex/client.hpp"
#include "frames.hpp"
#include "json.hpp"
#include "url.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>

namespace achex::c_api {

using detail::quoted;

constexpr std::size_t kMostEvents = 100'000;
constexpr std::size_t kMostBytes = 64u * 1024 * 1024;

static std::string text_or_empty(const char* text) {
  return text == nullptr ? "" : text;
}

static const char* name_of(achex::State state) {
  switch (state) {
    case achex::State::idle:
      return "idle";
    case achex::State::connecting:
      return "connecting";
    case achex::State::ready:
      return "ready";
    case achex::State::waiting:
      return "waiting";
    case achex::State::closed:
      break;
  }
  return "closed";
}

static const char* name_of(achex::ChannelKind kind) {
  switch (kind) {
    case achex::ChannelKind::name:
      return "name";
    case achex::ChannelKind::session:
      return "session";
    case achex::ChannelKind::broadcast:
      return "broadcast";
    case achex::ChannelKind::hub:
      break;
  }
  return "hub";
}

static std::string fault_json(const achex::Fault& fault) {
  return "{\"code\":" + quoted(fault.code) + ",\"message\":" + quoted(fault.message) +
         ",\"remedy\":" + quoted(fault.remedy) + ",\"retry\":" + (fault.retry ? "true" : "false") + "}";
}

static std::string message_json(const achex::Message& message) {
  std::string json = "{\"event\":\"message\",\"data\":" + message.data + ",\"from\":" + quoted(message.from) +
                     ",\"sid\":" + std::to_string(message.sid) + ",\"channel\":\"" + name_of(message.channel.kind) +
                     "\",\"target\":" + quoted(message.channel.names.empty() ? "" : message.channel.names.front());
  if (message.seq) json += ",\"seq\":" + std::to_string(*message.seq);
  if (message.bytes) json += ",\"bytes\":\"" + achex::detail::base64(*message.bytes) + "\"";
  return json + "}";
}

static achex::Channel channel_of(enum achex_channel kind, const char* target) {
  static constexpr achex::ChannelKind kKinds[] = {achex::ChannelKind::name, achex::ChannelKind::session,
                                                  achex::ChannelKind::broadcast, achex::ChannelKind::hub};
  if (target == nullptr || kind < ACHEX_NAME || kind > ACHEX_HUB)
    throw achex::Fault("bad-payload", "There is no such channel.");
  return {kKinds[kind], {target}};
}

/// Events that wait to be polled. Shared with the callbacks, which may be late.
struct Events {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> waiting;
  std::size_t bytes = 0;
  /// Nothing follows what waits.
  bool is_closed = false;
  std::string error;

  void push(std::string json, bool is_last = false) {
    const std::lock_guard<std::mutex> lock(mutex);
    bytes += json.size();
    waiting.push_back(std::move(json));
    // The newest event always has room: it may be larger than the bound.
    while (waiting.size() > kMostEvents || (bytes > kMostBytes && waiting.size() > 1)) pop();
    if (is_last) is_closed = true;
    changed.notify_all();
  }
  /// The oldest event. Call it with the lock held, and only if one waits.
  std::string pop() {
    std::string json = std::move(waiting.front());
    waiting.pop_front();
    bytes -= json.size();
    return json;
  }
  void fail(const achex::Fault& fault) {
    const std::lock_guard<std::mutex> lock(mutex);
    error = fault.code + ": " + fault.what();
  }
  void received(const achex::Event& event) {
    if (const auto* message = std::get_if<achex::Message>(&event)) push(message_json(*message));
    else if (const auto* state = std::get_if<achex::StateChanged>(&event))
      push(std::string("{\"event\":\"state\",\"state\":\"") + name_of(state->state) + "\"}",
           state->state == achex::State::closed);
    else if (const auto* reported = std::get_if<achex::FaultReported>(&event))
      push("{\"event\":\"fault\",\"fault\":" + fault_json(reported->fault) + "}");
  }
};

template <class T, class Function>
T guarded(T otherwise, Events* events, Function function) noexcept {
  try {
    return function();
  } catch (const achex::Fault& fault) {
    if (events != nullptr) events->fail(fault);
  } catch (const std::exception& error) {
    if (events != nullptr) events->fail({"failed", error.what()});
  } catch (...) {
    if (events != nullptr) events->fail({"failed", "an unknown exception"});
  }
  return otherwise;
}

static std::string delivery_json(const achex::Delivery& delivery) {
  std::string json =
      "{\"taken\":" + std::to_string(delivery.taken.value_or(0)) + ",\"held\":" + std::to_string(delivery.held);
  if (delivery.seq) json += ",\"seq\":" + std::to_string(*delivery.seq);
  return json + "}";
}

}  // namespace achex::c_api

using namespace achex::c_api;

struct achex_client {
  std::shared_ptr<Events> events = std::make_shared<Events>();
  std::unique_ptr<achex::Client> client;
  std::atomic<std::int64_t> last_number{0};
  std::string polled;
  std::string error;

  /// A callback that turns an outcome into the event `result` with this number.
  template <class T>
  achex::Callback<T> result(std::int64_t number, std::function<std::string(const T&)> to_json) {
    return [to = events, number, to_json = std::move(to_json)](const achex::Outcome<T>& outcome) {
      const std::string head = "{\"event\":\"result\",\"number\":" + std::to_string(number);
      if (outcome.fault) {
        to->fail(*outcome.fault);
        to->push(head + ",\"fault\":" + fault_json(*outcome.fault) + "}");
      } else {
        to->push(head + ",\"result\":" + to_json(*outcome.value) + "}");
      }
    };
  }
};

achex_client* achex_connect(const achex_options* options) {
  return guarded<achex_client*>(nullptr, nullptr, [&]() -> achex_client* {
    if (options == nullptr || options->url == nullptr) return nullptr;
    auto client = std::make_unique<achex_client>();
    achex::Options to;
    to.url = options->url;
    to.credentials.name = text_or_empty(options->name);
    to.credentials.password = text_or_empty(options->password);
    to.credentials.service = options->idtag != nullptr;
    to.credentials.idtag = text_or_empty(options->idtag);
    to.tls.ca_file = text_or_empty(options->ca_file);
    to.resume = options->no_resume == 0;
    client->client = std::make_unique<achex::Client>(
        to, [events = client->events](achex::Event& event) { events->received(event); });
    return client.release();
  });
}

int achex_wait_ready(achex_client* client, int timeout_ms) {
  if (client == nullptr) return 0;
  return guarded(0, client->events.get(), [&] {
    if (client->client->wait_ready(achex::Milliseconds(timeout_ms))) return 1;
    const achex::Fault reason = client->client->reason();
    client->events->fail(reason.code.empty() ? achex::detail::own_fault("timeout") : reason);
    return 0;
  });
}

int64_t achex_send(achex_client* client, enum achex_channel kind, const char* target, const char* json) {
  if (client == nullptr) return -1;
  return guarded<int64_t>(-1, client->events.get(), [&] {
    const std::int64_t number = ++client->last_number;
    client->client->send(channel_of(kind, target), text_or_empty(json),
                         client->result<achex::Delivery>(number, delivery_json));
    return number;
  });
}

int64_t achex_send_binary(achex_client* client, enum achex_channel kind, const char* target, const void* bytes,
                          size_t size, const char* json) {
  if (client == nullptr || (bytes == nullptr && size > 0)) return -1;
  return guarded<int64_t>(-1, client->events.get(), [&] {
    const std::int64_t number = ++client->last_number;
    client->client->send_binary(channel_of(kind, target), std::string(static_cast<const char*>(bytes), size),
                                json == nullptr ? "{}" : json, client->result<achex::Delivery>(number, delivery_json));
    return number;
  });
}

int64_t achex_request(achex_client* client, const char* frame) {
  if (client == nullptr) return -1;
  return guarded<int64_t>(-1, client->events.get(), [&] {
    const std::int64_t number = ++client->last_number;
    client->client->request(text_or_empty(frame),
                            client->result<std::string>(number, [](const std::string& json) { return json; }));
    return number;
  });
}

int64_t achex_join(achex_client* client, enum achex_channel kind, const char* name) {
  if (client == nullptr) return -1;
  return guarded<int64_t>(-1, client->events.get(), [&] {
    if (kind != ACHEX_HUB && kind != ACHEX_BROADCAST)
      throw achex::Fault("bad-payload", "Only hubs and broadcasts can be joined.");
    const std::string room = channel_of(kind, name).names.front();
    const std::int64_t number = ++client->last_number;
    (kind == ACHEX_HUB ? client->client->hub(room) : client->client->broadcast(room))
        .join({}, client->result<achex::JoinResult>(number, [](const achex::JoinResult& joined) {
          return "{\"count\":" + std::to_string(joined.count.value_or(0)) + "}";
        }));
    return number;
  });
}

const char* achex_poll(achex_client* client, int timeout_ms) {
  if (client == nullptr) return nullptr;
  return guarded<const char*>(nullptr, client->events.get(), [&]() -> const char* {
    Events& events = *client->events;
    std::unique_lock<std::mutex> lock(events.mutex);
    const auto arrived = [&] { return !events.waiting.empty() || events.is_closed; };
    if (timeout_ms < 0) events.changed.wait(lock, arrived);
    else events.changed.wait_for(lock, achex::Milliseconds(timeout_ms), arrived);
    if (events.waiting.empty()) return nullptr;
    client->polled = events.pop();
    return client->polled.c_str();
  });
}

const char* achex_error(achex_client* client) {
  if (client == nullptr) return "bad-address: The client could not be created.";
  return guarded<const char*>("", nullptr, [&] {
    const std::lock_guard<std::mutex> lock(client->events->mutex);
    client->error = client->events->error;
    return client->error.c_str();
  });
}

void achex_close(achex_client* client) {
  guarded(0, nullptr, [&] {
    delete client;
    return 0;
  });
}
