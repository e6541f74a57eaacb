// A signal generator as a service: other clients ask it to set its signal, and it streams the samples into a hub.
// Usage: instrument URL [NAME [HUB]]
//
// Questions to it: {"get":true}, and {"set":{"frequency":50,"amplitude":1,"offset":0,"shape":"sine"}}, any of them. The
// answer is the whole setting. Each message to the hub is binary: {"rate":5000,"first":1200} and the samples, 16-bit
// little-endian, full scale 10 V.
#include <achex/client.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <thread>

namespace {

constexpr int kRate = 5000;
constexpr int kSamples = 250;
constexpr double kFullScale = 10;
constexpr double kPi = 3.14159265358979323846;

std::atomic<bool> is_stopped{false};

struct Signal {
  double frequency = 50;
  double amplitude = 1;
  double offset = 0;
  bool is_square = false;

  double at(double seconds) const {
    const double sine = std::sin(2 * kPi * frequency * seconds);
    return offset + amplitude * (is_square ? (sine >= 0 ? 1 : -1) : sine);
  }
  std::string json() const {
    return "{\"frequency\":" + std::to_string(frequency) + ",\"amplitude\":" + std::to_string(amplitude) +
           ",\"offset\":" + std::to_string(offset) + ",\"shape\":\"" + (is_square ? "square" : "sine") + "\"}";
  }
};

/// The number after a key, if it is there and in range. A program with more settings would use a JSON library.
void read_number(const std::string& json, const std::string& key, double least, double most, double& value) {
  const auto at = json.find("\"" + key + "\":");
  if (at == std::string::npos) return;
  const double number = std::strtod(json.c_str() + at + key.size() + 3, nullptr);
  if (!(number >= least && number <= most))
    throw achex::Fault("out-of-range",
                       key + " must be from " + std::to_string(least) + " to " + std::to_string(most) + ".");
  value = number;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "Usage: instrument URL [NAME [HUB]]" << std::endl;
    return 1;
  }
  std::signal(SIGINT, [](int) { is_stopped = true; });
  std::signal(SIGTERM, [](int) { is_stopped = true; });
  achex::Options options;
  options.url = argv[1];
  options.credentials.name = argc > 2 ? argv[2] : "generator";
  const std::string hub = argc > 3 ? argv[3] : "scope";
  std::mutex mutex;
  Signal signal;
  achex::Client client(options);
  client.handle([&](const achex::Question& question) {
    const std::lock_guard<std::mutex> lock(mutex);
    Signal next = signal;
    read_number(question.data(), "frequency", 0.1, kRate / 2.0, next.frequency);
    read_number(question.data(), "amplitude", 0, kFullScale, next.amplitude);
    read_number(question.data(), "offset", -kFullScale, kFullScale, next.offset);
    if (question.data().find("\"shape\":\"square\"") != std::string::npos) next.is_square = true;
    if (question.data().find("\"shape\":\"sine\"") != std::string::npos) next.is_square = false;
    signal = next;
    return signal.json();
  });
  if (!client.wait_ready()) {
    std::cerr << client.reason().what() << std::endl;
    return 1;
  }
  std::cout << "ready as " << client.name() << std::endl;
  auto due = std::chrono::steady_clock::now();
  for (std::int64_t first = 0; !is_stopped; first += kSamples) {
    std::string bytes;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      for (int n = 0; n < kSamples; n++) {
        const double volts = std::clamp(signal.at(static_cast<double>(first + n) / kRate), -kFullScale, kFullScale);
        const auto sample = static_cast<std::int16_t>(std::lround(volts / kFullScale * 32767));
        bytes += static_cast<char>(sample & 0xFF);
        bytes += static_cast<char>(sample >> 8 & 0xFF);
      }
    }
    achex::SendOptions latest;
    // A reader that is behind gets the newest block, not all of them.
    latest.latest = "samples";
    client.post_binary(achex::hub(hub), std::move(bytes),
                       "{\"rate\":" + std::to_string(kRate) + ",\"first\":" + std::to_string(first) + "}", latest);
    due += std::chrono::milliseconds(1000 * kSamples / kRate);
    std::this_thread::sleep_until(due);
  }
  client.retire().wait_for(std::chrono::seconds(5));
}
