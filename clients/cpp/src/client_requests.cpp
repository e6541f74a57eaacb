// Client: names, inboxes, measurements, streams and files.
#include "achex/client.hpp"

#include "files.hpp"
#include "requests.hpp"
#include "url.hpp"

#include <utility>

namespace achex {

namespace detail {

std::pair<std::future<void>, Callback<Done>> make_void_future() {
  auto promise = std::make_shared<std::promise<void>>();
  auto future = promise->get_future();
  return {std::move(future), [promise](const Outcome<Done>& outcome) {
            if (outcome.fault) promise->set_exception(std::make_exception_ptr(*outcome.fault));
            else promise->set_value();
          }};
}

}  // namespace detail

using detail::Core;
using detail::field;
using detail::guarded;
using detail::list_json;
using detail::own_fault;
using detail::request_as;
using detail::request_nothing;
using detail::Result;
using detail::start;

std::future<std::vector<std::string>> Client::watch(const std::vector<std::string>& names) {
  auto [future, done] = detail::make_future<std::vector<std::string>>();
  start<std::vector<std::string>>(core_, done, [names](Core& core, const Callback<std::vector<std::string>>& finish) {
    core.ask_server("{\"$watch\":" + list_json(names) + "}",
                    [&core, names, finish](const Outcome<std::string>& outcome) {
                      if (outcome.fault) {
                        finish({std::nullopt, outcome.fault});
                        return;
                      }
                      core.watched.insert(names.begin(), names.end());
                      std::vector<std::string> online;
                      const std::string list = field(*outcome.value, "online");
                      for (const auto& one : detail::elements_of(list)) online.push_back(detail::string_of(one));
                      finish({online, std::nullopt});
                    });
  });
  return std::move(future);
}

void Client::unwatch(const std::vector<std::string>& names) {
  if (!core_) return;
  core_->run([core = core_.get(), names] {
    for (const auto& name : names) core->watched.erase(name);
    core->session().control("{\"$unwatch\":" + list_json(names) + "}", [](const Result&) {});
  });
}

std::future<HistoryPage> Client::inbox_history(const std::string& name, std::uint32_t last) {
  return request_as<HistoryPage>(
      core_, "{\"$history\":{\"name\":" + detail::quoted(name) + ",\"last\":" + std::to_string(last) + "}}",
      [](const std::string& json) { return detail::history_from(json); });
}

std::future<void> Client::confirm(const std::string& name, const std::string& device, std::uint64_t seq) {
  return request_nothing(core_, "{\"$confirm\":{\"name\":" + detail::quoted(name) +
                                    ",\"device\":" + detail::quoted(device) + ",\"seq\":" + std::to_string(seq) + "}}");
}

std::future<Milliseconds> Client::latency() {
  return request_as<Milliseconds>(core_, "{\"ping\":true}", [](const std::string& json) {
    return Milliseconds(static_cast<long>(detail::number_of(field(json, "milliseconds")).value_or(0)));
  });
}

std::future<std::uint64_t> Client::server_time() {
  return request_as<std::uint64_t>(core_, "{\"$time\":true}", [](const std::string& json) {
    return detail::number_of(field(json, "time")).value_or(0);
  });
}

void Client::request(const std::string& frame, Callback<std::string> done) {
  start<std::string>(core_, guarded(core_, std::move(done)), [frame](Core& core, const Callback<std::string>& finish) {
    detail::JsonMembers members;
    if (!detail::read_object(frame, members) || members.empty() || !detail::value_of(members, "$ref").empty())
      throw own_fault("bad-payload", "A frame must be a JSON object with a member other than $ref.");
    core.ask_server(detail::with_payload("{", frame), finish);
  });
}

std::future<std::string> Client::request(const std::string& frame) {
  auto [future, done] = detail::make_future<std::string>();
  request(frame, done);
  return std::move(future);
}

std::future<OutgoingStream> Client::open_stream(const Channel& whom, const Payload& meta) {
  auto [future, done] = detail::make_future<OutgoingStream>();
  start<OutgoingStream>(core_, done, [whom, json = meta.json()](Core& core, const Callback<OutgoingStream>& finish) {
    detail::check_payload(json);
    if (!core.session().connection())
      throw own_fault("unknown", "A stream needs a connection: call wait_ready() first.");
    detail::OutgoingState::open(core, whom, json,
                                [finish](const Outcome<std::shared_ptr<detail::OutgoingState>>& outcome) {
                                  if (outcome.fault) finish({std::nullopt, outcome.fault});
                                  else finish({OutgoingStream(*outcome.value), std::nullopt});
                                });
  });
  return std::move(future);
}

void Client::on_stream(std::function<void(IncomingStream)> handler) {
  if (core_) core_->run([core = core_.get(), handler = std::move(handler)] { core->stream_handler = handler; });
}

std::future<SentFile> Client::send_file(const Channel& whom, const std::string& path, const SendFileOptions& options) {
  auto [future, done] = detail::make_future<SentFile>();
  start<SentFile>(core_, done, [whom, path, options](Core& core, const Callback<SentFile>& finish) {
    std::make_shared<detail::OutgoingFile>(core.shared_from_this(), whom, path, options, finish)->start();
  });
  return std::move(future);
}

void Client::receive_files(FileAccept accept, FileDone done) {
  if (!core_) return;
  core_->run([core = core_.get(), accept = std::move(accept), done = std::move(done)] {
    core->file_accept = accept;
    core->file_done = done;
  });
}
}  // namespace achex
