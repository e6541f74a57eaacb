#pragma once

#include "settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// A waveform message of docs/instruments.md: its header without `n` and `t`, and its points.
struct Waveform {
  Json header;
  std::string bytes;
};

/// A digitiser with a trigger, for two channels.
class Capture {
 public:
  /// Volts of a channel at a time in seconds.
  using Source = std::function<double(int channel, double seconds)>;
  static constexpr int kChannels = 2;
  static constexpr int kPoints = 10'000;

  explicit Capture(Source source) : source_(std::move(source)) {}

  static void add_settings(Settings& settings) {
    constexpr double kRange = 10;
    settings.choice("run", "Run", {false, true}, true);
    settings.number("timebase", "Time per division", "s", 1e-8, 1, 1e-9, 5e-4);
    settings.number("points", "Points", "", 100, kPoints, 1, 1000);
    settings.choice("trigger-source", "Trigger source", {"1", "2"}, "1");
    settings.number("trigger-level", "Trigger level", "V", -4 * kRange, 4 * kRange, 1e-6, 0);
    settings.choice("trigger-slope", "Trigger slope", {"rise", "fall"}, "rise");
    settings.choice("trigger-mode", "Trigger mode", {"auto", "normal", "single"}, "auto");
    settings.number("trigger-hysteresis", "Trigger hysteresis", "div", 0, 4, 0.01, 0.25);
    settings.number("trigger-position", "Trigger position", "", 0, 1, 0.001, 0.5);
    for (const std::string n : {"1", "2"}) {
      settings.number("range-" + n, "Volts per division " + n, "V", 0.001, kRange, 1e-6, 0.5);
      settings.number("offset-" + n, "Centre " + n, "V", -4 * kRange, 4 * kRange, 1e-6, 0);
    }
  }

  /// While the capture is stopped: a single capture afterwards waits for a trigger that is still to come.
  void disarm() { armed_.reset(); }

  /// The newest waveform that ends at `now`, in seconds; none while it waits for a trigger.
  std::optional<Waveform> take(const Settings& settings, double now) {
    const int points = static_cast<int>(settings.number("points"));
    const double dt = settings.number("timebase") * 10 / points;
    const double start = now - 2 * points * dt;
    const std::string mode = settings.text("trigger-mode");
    const int source = settings.text("trigger-source") == "1" ? 0 : 1;
    if (!armed_ || armed_->mode != mode) armed_ = Armed{now, mode};
    samples_.resize(2 * static_cast<std::size_t>(points));
    for (std::size_t at = 0; at < samples_.size(); at++)
      samples_[at] = source_(source, start + static_cast<double>(at) * dt);
    const int before = static_cast<int>(std::lround(points * settings.number("trigger-position")));
    // A repeated capture may show what has just happened; a single one is of what happens after it was armed.
    const int from =
        mode == "single" ? std::max(before + 1, static_cast<int>(std::ceil((armed_->at - start) / dt))) : before + 1;
    const auto trigger = find_trigger(settings, source, from, before + points);
    if (!trigger && (mode != "auto" || now - last_ < std::max(0.02, points * dt))) return std::nullopt;
    last_ = now;
    const int first = trigger ? static_cast<int>(*trigger) - before : points;
    Waveform waveform;
    waveform.header = {{"dt", dt},
                       {"points", points},
                       {"trigger", trigger ? *trigger - first : before},
                       {"state", !trigger           ? "auto"
                                 : mode == "single" ? "single"
                                                    : "triggered"},
                       {"channels", Json::array()}};
    for (int channel = 0; channel < kChannels; channel++)
      digitise(waveform, settings, channel, points, [&](int at) {
        const int index = first + at;
        // The trigger's channel was sampled already; sampled again, it would have other noise.
        return channel == source ? samples_[static_cast<std::size_t>(index)] : source_(channel, start + index * dt);
      });
    return waveform;
  }

 private:
  struct Armed {
    double at;
    std::string mode;
  };

  /// The position of the first crossing from `from` on, in points with their fraction.
  std::optional<double> find_trigger(const Settings& settings, int source, int from, int to) const {
    const double level = settings.number("trigger-level");
    const double sign = settings.text("trigger-slope") == "rise" ? 1 : -1;
    const double range = settings.number(source == 0 ? "range-1" : "range-2");
    const double hysteresis = settings.number("trigger-hysteresis") * range;
    bool is_ready = false;
    double previous = 0;
    for (int at = 0; at < to; at++) {
      const double height = sign * (samples_[static_cast<std::size_t>(at)] - level);
      if (is_ready && height >= 0) {
        is_ready = false;
        if (at >= from) return at - 1 + (height == previous ? 0 : -previous / (height - previous));
      }
      if (height <= -hysteresis) is_ready = true;
      previous = height;
    }
    return std::nullopt;
  }

  template <class Volts>
  static void digitise(Waveform& waveform, const Settings& settings, int channel, int points, Volts volts) {
    const std::string n = channel == 0 ? "1" : "2";
    // The converter reaches a division beyond the screen, so that a trace that leaves it is not flat at its edge.
    const double scale = settings.number("range-" + n) * 10 / 65'535;
    const double offset = settings.number("offset-" + n);
    waveform.header["channels"].push_back({{"scale", scale}, {"offset", offset}});
    for (int at = 0; at < points; at++) {
      const double level = std::clamp(std::round((volts(at) - offset) / scale), -32'768.0, 32'767.0);
      const auto sample = static_cast<std::uint16_t>(static_cast<std::int16_t>(level));
      waveform.bytes += static_cast<char>(sample & 0xFFu);
      waveform.bytes += static_cast<char>(sample >> 8u);
    }
  }

  Source source_;
  std::vector<double> samples_;
  double last_ = -1e9;
  std::optional<Armed> armed_;
};
