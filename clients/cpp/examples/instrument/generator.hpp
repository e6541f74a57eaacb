#pragma once

#include "capture.hpp"
#include "settings.hpp"
#include "signal.hpp"

#include <array>
#include <cmath>
#include <string>

/// A function generator with two outputs, and a digitiser whose channels are connected to them. Without its connection.
class Generator {
 public:
  Generator() : capture_([this](int channel, double seconds) { return volts(channel, seconds); }) {
    for (const std::string n : {"1", "2"}) {
      settings.choice("shape-" + n, "Shape " + n, {"sine", "square", "triangle", "ramp", "pulse", "noise", "dc"},
                      "sine");
      settings.number("frequency-" + n, "Frequency " + n, "Hz", 0.001, 25e6, 1e-6, 1000);
      settings.number("amplitude-" + n, "Amplitude " + n, "Vpp", 0.001, 4 * kVolts, 1e-4, 1);
      settings.number("dc-" + n, "Offset " + n, "V", -2 * kVolts, 2 * kVolts, 1e-4, 0);
      settings.number("duty-" + n, "Duty cycle " + n, "%", 1, 99, 0.1, 50);
      settings.number("phase-" + n, "Phase " + n, "°", -360, 360, 0.1, 0);
      settings.number("edge-" + n, "Edge time " + n, "s", 8e-9, 1, 1e-9, 8e-9);
      settings.choice("load-" + n, "Load " + n, {"50", "open"}, "50");
      settings.number("noise-" + n, "Added noise " + n, "Vrms", 0, 1, 0.0001, 0);
      settings.choice("output-" + n, "Output " + n, {false, true}, false);
    }
    Capture::add_settings(settings);
    settings.check = [](const Json& next) { check(next); };
    settings.consequences = [](const Json& changes, const Json& previous) { return scaled(changes, previous); };
  }

  /// The waveform that ends at `now`, in seconds; none while it is stopped or waits for a trigger.
  std::optional<Waveform> take(double now) {
    if (!settings.is_on("run")) {
      capture_.disarm();
      return std::nullopt;
    }
    // Settings do not change within a capture, so they are read once for each.
    signals_ = {signal("1"), signal("2")};
    auto waveform = capture_.take(settings, now);
    if (waveform && waveform->header.at("state") == "single") settings.force("run", false);
    return waveform;
  }

  /// Status words of a reading.
  Json status() const {
    Json words = Json::array();
    for (const char* word : {"output-1", "output-2"})
      if (settings.is_on(word)) words.push_back(word);
    return words;
  }

  Settings settings;

 private:
  /// V into 50 Ω; twice that into an open end.
  static constexpr double kVolts = 5;
  /// Of the digitiser, V rms.
  static constexpr double kNoise = 0.002;

  struct Output {
    Signal signal;
    double noise = kNoise;
  };

  /// An output cannot exceed its maximum, whatever combination of amplitude and offset is asked for.
  static void check(const Json& next) {
    for (const std::string n : {"1", "2"}) {
      const double most = next.at("load-" + n) == "open" ? 2 * kVolts : kVolts;
      const double peak = std::abs(next.at("dc-" + n).get<double>()) + next.at("amplitude-" + n).get<double>() / 2;
      if (peak > most + 1e-9)
        throw achex::Fault("out-of-range", "Amplitude / 2 + |offset| of output " + n + " is at most " +
                                               Json(most).dump() + " V with this load, not " + Json(peak).dump() +
                                               " V.");
    }
  }

  /// Amplitude and offset are what the load gets, so they double or halve with it; the output itself stays as it is.
  static Json scaled(const Json& changes, const Json& previous) {
    Json all = Json::object();
    for (const std::string n : {"1", "2"}) {
      const auto load = changes.find("load-" + n);
      if (load == changes.end() || *load == previous.at("load-" + n)) continue;
      const double factor = *load == "open" ? 2 : 0.5;
      for (const std::string& name : {"amplitude-" + n, "dc-" + n})
        all[name] = previous.at(name).get<double>() * factor;
    }
    return all;
  }

  Output signal(const std::string& n) const {
    Output output;
    if (!settings.is_on("output-" + n)) return output;
    output.signal.shape = settings.text("shape-" + n);
    output.signal.frequency = settings.number("frequency-" + n);
    output.signal.amplitude = settings.number("amplitude-" + n);
    output.signal.offset = settings.number("dc-" + n);
    output.signal.duty = settings.number("duty-" + n) / 100;
    output.signal.phase = settings.number("phase-" + n);
    output.signal.edge = settings.number("edge-" + n);
    // Independent sources of noise add up as squares.
    output.noise = std::hypot(kNoise, settings.number("noise-" + n));
    return output;
  }

  double volts(int channel, double seconds) {
    const Output& output = signals_.at(static_cast<std::size_t>(channel));
    return output.signal.at(seconds, random_) + std::normal_distribution<double>(0, output.noise)(random_);
  }

  Capture capture_;
  std::array<Output, 2> signals_;
  std::mt19937_64 random_{1};
};
