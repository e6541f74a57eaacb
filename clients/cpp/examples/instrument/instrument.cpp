// A function generator on a relay, as docs/instruments.md describes instruments: it appears on the same pages as those
// of packages/instruments. Usage: instrument URL [ID], such as ws://localhost:4010/instruments and gen-2
#include "generator.hpp"

#include <achex/client.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

/// How often it captures: fifty times per second, the most that a page has to expect.
constexpr std::chrono::milliseconds kStep(20);
constexpr int kStepsPerReading = 5;

std::atomic<bool> is_stopped{false};

/// The generator and its connection.
class Instrument {
 public:
  Instrument(const std::string& url, std::string id)
      : id_(std::move(id)), client_(options(url), [this](achex::Event& event) { happened(event); }) {
    client_.handle([this](const achex::Question& question) { return answer(question); });
  }

  /// Joins its rooms, describes itself and announces itself. Throws a fault.
  void start() {
    if (!client_.wait_ready()) throw client_.reason();
    achex::JoinOptions join;
    join.presence = true;
    waveforms_.join(join).get();
    join.state = true;
    join.host = false;
    control_.join(join).get();
    room_.join(join).get();
    describe();
    achex::JoinOptions announced;
    announced.presence = true;
    announced.attributes = {{"instrument", quoted(id_)},
                            {"kind", quoted("function-generator")},
                            {"title", quoted("Function generator in C++")},
                            {"maker", quoted("Achex")},
                            {"model", quoted("FG-25")},
                            {"serial", quoted("CPP00001")},
                            {"firmware", quoted("1.0")},
                            {"waveform", std::to_string(Capture::kChannels)}};
    client_.hub("instruments").join(announced).get();
  }

  /// Captures and reads until the program is stopped.
  void run() {
    auto due = Clock::now();
    for (int step = 0; !is_stopped; step++) {
      if (needs_description_) describe_again();
      if (step % kStepsPerReading == 0) read();
      capture();
      due = std::max(due + kStep, Clock::now());
      std::this_thread::sleep_until(due);
    }
    client_.retire().wait_for(std::chrono::seconds(5));
  }

 private:
  achex::Options options(const std::string& url) const {
    achex::Options options;
    options.url = url;
    options.credentials.name = id_;
    // If the process is killed, the next one must not wait for the session of this one: its keys would be in the way.
    options.resume = false;
    return options;
  }

  static std::string quoted(const std::string& text) { return Json(text).dump(); }

  /// On the client's thread.
  void happened(const achex::Event& event) {
    if (std::holds_alternative<achex::Lost>(event)) needs_description_ = true;
    const auto* joined = std::get_if<achex::MemberJoined>(&event);
    // Those who join while the capture is stopped see what the others see.
    if (joined != nullptr && joined->room == waveforms_.name()) repeat(false);
  }

  void describe() {
    const Json waveform = {{"channels", Capture::kChannels}, {"points", Capture::kPoints}};
    std::map<std::string, std::string> keys = {{"quantities", "{}"},
                                               {"actions", "{}"},
                                               {"interval", std::to_string(kStepsPerReading * kStep.count())},
                                               {"waveform", waveform.dump()}};
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      keys["settings"] = generator_.settings.values().dump();
      keys["limits"] = generator_.settings.limits().dump();
    }
    // Without the lock: the client's thread may need it before the reply arrives.
    room_.set(keys, own()).get();
    // The server's clock, which all times refer to.
    clock_offset_ = static_cast<std::int64_t>(client_.server_time().get()) - local_time();
  }

  /// Its own keys went with the session. If the relay has not noticed yet that the old connection is dead, they still
  /// belong to that, and the next attempt succeeds.
  void describe_again() {
    try {
      describe();
      needs_description_ = false;
    } catch (const achex::Fault& fault) {
      std::cerr << fault.what() << std::endl;
    }
  }

  static achex::WriteOptions own() {
    achex::WriteOptions options;
    options.own = true;
    return options;
  }

  static std::int64_t local_time() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }

  /// On the client's thread. The caller gets what it throws as the error.
  std::string answer(const achex::Question& question) {
    const Json request = Json::parse(question.data());
    if (request.contains("scpi")) throw achex::Fault("bad-setting", "This instrument has no SCPI.");
    const auto host = control_.host();
    // Without an operator everybody may change settings; otherwise the one in control, whom the relay names.
    if (host && host->sid != question.sid())
      throw achex::Fault("not-in-control", operator_name(*host) + " controls this instrument.", "Ask for control.");
    if (!request.contains("set") || !request.at("set").is_object())
      throw achex::Fault("bad-setting", R"(Ask {"set":{…}}.)");
    const std::lock_guard<std::mutex> lock(mutex_);
    generator_.settings.change(request.at("set"));
    const Json& values = generator_.settings.values();
    room_.set("settings", values.dump(), own());
    return Json{{"settings", values}}.dump();
  }

  std::string operator_name(const achex::Host& host) const {
    for (const auto& member : control_.members()) {
      const auto shown = member.attributes.find("operator");
      if (member.sid != host.sid || shown == member.attributes.end()) continue;
      const Json name = Json::parse(shown->second);
      if (name.is_string() && !name.get<std::string>().empty()) return name.get<std::string>().substr(0, 32);
    }
    return host.name;
  }

  void read() {
    Json reading;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      reading = {{"r", id_},
                 {"n", readings_++},
                 {"t", local_time() + clock_offset_},
                 {"v", Json::object()},
                 {"s", generator_.status()}};
    }
    client_.post(achex::broadcast("readings"), reading, latest("r"));
  }

  void capture() {
    if (waveforms_.count() < 2) return;
    std::optional<Waveform> waveform;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      waveform = generator_.take(std::chrono::duration<double>(Clock::now() - start_).count());
      if (!waveform) return;
      newest_ = std::move(*waveform);
      newest_.header["n"] = captures_++;
      newest_.header["t"] = local_time() + clock_offset_;
      if (newest_.header.at("state") == "single") room_.set("settings", generator_.settings.values().dump(), own());
    }
    repeat(true);
  }

  /// Sends the newest waveform; while the capture runs, only if it is new.
  void repeat(bool is_new) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (newest_.bytes.empty() || (!is_new && generator_.settings.is_on("run"))) return;
    client_.post_binary(waveforms_.channel(), newest_.bytes, newest_.header, latest("w"));
  }

  /// A page that is behind gets the newest, not all of them; without a connection, there is nobody to send it to.
  static achex::SendOptions latest(const char* key) {
    achex::SendOptions options;
    options.latest = key;
    options.if_connected = true;
    return options;
  }

  const std::string id_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  Generator generator_;
  Waveform newest_;
  int readings_ = 0;
  int captures_ = 0;
  std::atomic<std::int64_t> clock_offset_{0};
  std::atomic<bool> needs_description_{false};
  // Last: its callbacks use all of the above, and none is called once it is gone.
  achex::Client client_;
  achex::Room room_ = client_.hub("instrument-" + id_);
  achex::Room control_ = client_.hub("control-" + id_);
  achex::Room waveforms_ = client_.hub("waveform-" + id_);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "Usage: instrument URL [ID]" << std::endl;
    return 1;
  }
  std::signal(SIGINT, [](int) { is_stopped = true; });
  std::signal(SIGTERM, [](int) { is_stopped = true; });
  try {
    Instrument instrument(argv[1], argc > 2 ? argv[2] : "gen-2");
    instrument.start();
    std::cout << "ready" << std::endl;
    instrument.run();
  } catch (const achex::Fault& fault) {
    std::cerr << fault.code << ": " << fault.what() << std::endl;
    return 1;
  }
}
