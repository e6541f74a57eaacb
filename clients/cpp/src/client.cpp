#include "achex/client.hpp"

#include "files.hpp"
#include "requests.hpp"
#include "url.hpp"

#include <utility>

namespace achex {

using detail::Core;
using detail::field;
using detail::guarded;
using detail::own_fault;
using detail::Result;
using detail::start;

Client::Client(std::shared_ptr<EventLoop> loop, Options options, std::function<void(Event&)> on_event) {
  detail::parse_url(detail::with_instance(options.url, options.instance));
  const bool connects = options.auto_connect;
  core_ = std::make_shared<Core>(std::move(loop), std::move(options), std::move(on_event));
  if (connects) connect();
}

Client::Client(Options options, std::function<void(Event&)> on_event)
    : Client(make_event_loop(), std::move(options), std::move(on_event)) {}

Client::Client(boost::asio::io_context& context, Options options, std::function<void(Event&)> on_event)
    : Client(make_event_loop(context), std::move(options), std::move(on_event)) {}

Client::~Client() {
  if (!core_) return;
  core_->silence();
  core_->end();
  core_->shared_loop()->shut_down(core_->session().options.close_timeout);
}

Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
  Client old(std::move(*this));
  core_ = std::move(other.core_);
  return *this;
}

void Client::connect() {
  if (core_) core_->connect();
}

bool Client::wait_ready(Milliseconds timeout) {
  return core_ && core_->wait_ready(timeout);
}

std::future<void> Client::login(Credentials credentials) {
  auto [future, done] = detail::make_void_future();
  start<Done>(core_, done, [credentials = std::move(credentials)](Core& core, const Callback<Done>& finish) {
    core.session().login(credentials, [finish](const Fault* fault) {
      if (fault != nullptr) finish({std::nullopt, *fault});
      else finish({Done{}, std::nullopt});
    });
  });
  return std::move(future);
}

bool Client::drain(Milliseconds timeout) {
  return !core_ || core_->drain(timeout);
}

void Client::close() {
  if (!core_ || !core_->run([core = core_.get()] { core->session().stop(own_fault("closed"), true); })) return;
  core_->wait_closed(core_->session().options.close_timeout);
}

void Client::drop_connection() {
  if (core_) core_->run([core = core_.get()] { core->session().drop(); });
}

State Client::state() const {
  return core_ ? core_->view([](const auto& view) { return view.state; }) : State::closed;
}
Fault Client::reason() const {
  return core_ ? core_->view([](const auto& view) { return view.reason; }) : own_fault("closed");
}
std::uint32_t Client::sid() const {
  return core_ ? core_->view([](const auto& view) { return view.sid; }) : 0;
}
std::string Client::name() const {
  return core_ ? core_->view([](const auto& view) { return view.name; }) : std::string();
}
std::string Client::hello() const {
  return core_ ? core_->view([](const auto& view) { return view.hello; }) : std::string();
}

double Client::pressure() const {
  return core_ ? core_->pressure() : 1;
}
bool Client::wait_for_room(Milliseconds timeout) {
  return core_ && core_->wait_for_room(timeout);
}

std::future<Delivery> Client::send(const Channel& channel, const Payload& data, const SendOptions& options) {
  auto [future, done] = detail::make_future<Delivery>();
  send_message(core_, channel, data, options, std::nullopt, done);
  return std::move(future);
}

void Client::send(const Channel& channel, const Payload& data, Callback<Delivery> done, const SendOptions& options) {
  send_message(core_, channel, data, options, std::nullopt, std::move(done), true);
}

std::future<Delivery> Client::send_binary(const Channel& channel, std::string bytes, const Payload& data,
                                          const SendOptions& options) {
  auto [future, done] = detail::make_future<Delivery>();
  send_message(core_, channel, data, options, std::move(bytes), done);
  return std::move(future);
}

void Client::send_binary(const Channel& channel, std::string bytes, const Payload& data, Callback<Delivery> done,
                         const SendOptions& options) {
  send_message(core_, channel, data, options, std::move(bytes), std::move(done), true);
}

bool Client::post(const Channel& channel, const Payload& data, const SendOptions& options) {
  return post_message(core_, channel, data, options, std::nullopt);
}

bool Client::post_binary(const Channel& channel, std::string bytes, const Payload& data, const SendOptions& options) {
  return post_message(core_, channel, data, options, std::move(bytes));
}

void Client::ask(const Channel& whom, const Payload& data, Callback<std::string> done, const AskOptions& options) {
  const auto finish = guarded(core_, std::move(done));
  try {
    detail::check_payload(data.json());
    const std::size_t size = data.json().size();
    if (core_ && !core_->admit(size)) throw own_fault("outbox-full");
    start<std::string>(core_, finish,
                       [whom, json = data.json(), options, size](Core& core, const Callback<std::string>& answered) {
                         core.ask(whom, json, options, answered, size);
                       });
  } catch (const Fault& fault) {
    finish({std::nullopt, fault});
  }
}

std::future<std::string> Client::ask(const Channel& whom, const Payload& data, const AskOptions& options) {
  auto promise = std::make_shared<std::promise<std::string>>();
  auto future = promise->get_future();
  const Callback<std::string> done = [promise](Outcome<std::string> outcome) {
    if (outcome.fault) promise->set_exception(std::make_exception_ptr(*outcome.fault));
    else promise->set_value(std::move(*outcome.value));
  };
  try {
    detail::check_payload(data.json());
    const std::size_t size = data.json().size();
    if (core_ && !core_->admit(size)) throw own_fault("outbox-full");
    start<std::string>(core_, done,
                       [whom, json = data.json(), options, size](Core& core, const Callback<std::string>& answered) {
                         core.ask(whom, json, options, answered, size);
                       });
  } catch (const Fault& fault) {
    done({std::nullopt, fault});
  }
  return future;
}

void Client::on_question(std::function<void(Question)> handler, const std::string& name) {
  if (!core_) return;
  core_->run([core = core_.get(), handler = std::move(handler), name] {
    if (handler) core->question_handlers[name] = handler;
    else core->question_handlers.erase(name);
  });
}

std::future<void> Client::retire() {
  auto [future, done] = detail::make_void_future();
  start<Done>(core_, done, [](Core& core, const Callback<Done>& finish) {
    core.retire([&core, finish] {
      core.session().stop(own_fault("closed"), true);
      finish({Done{}, std::nullopt});
    });
  });
  return std::move(future);
}

Room Client::hub(const std::string& name) {
  return {core_, {true, name}};
}
Room Client::broadcast(const std::string& name) {
  return {core_, {false, name}};
}

}  // namespace achex
