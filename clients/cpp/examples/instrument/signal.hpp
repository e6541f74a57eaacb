#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

/// One output of a function generator.
struct Signal {
  std::string shape = "dc";
  /// Hz.
  double frequency = 1000;
  /// V, peak to peak.
  double amplitude = 0;
  /// V.
  double offset = 0;
  /// Part of the period that a square or pulse is high, 0 to 1.
  double duty = 0.5;
  /// Degrees.
  double phase = 0;
  /// Seconds from 10 % to 90 % of an edge of squares and pulses.
  double edge = 8e-9;

  /// Volts at a time in seconds.
  double at(double seconds, std::mt19937_64& random) const {
    const double cycles = seconds * frequency + phase / 360;
    return offset + amplitude / 2 * unit(cycles - std::floor(cycles), random);
  }

 private:
  /// From −1 to 1, at a position within the period from 0 to 1.
  double unit(double at, std::mt19937_64& random) const {
    constexpr double kPi = 3.14159265358979323846;
    if (shape == "sine") return std::sin(2 * kPi * at);
    if (shape == "triangle") return at < 0.25 ? 4 * at : at < 0.75 ? 2 - 4 * at : 4 * at - 4;
    if (shape == "ramp") return 2 * at - 1;
    if (shape == "square" || shape == "pulse") return 2 * trapezoid(at) - 1;
    if (shape == "noise") return std::clamp(std::normal_distribution<double>(0, 1.0 / 3)(random), -1.0, 1.0);
    return 0;
  }

  /// Rises at 0 and falls at `duty`, from 0 to 1.
  double trapezoid(double at) const {
    // From 10 % to 90 % is 0.8 of the whole edge, which cannot be longer than what it belongs to.
    const double ramp = std::max(1e-9, std::min({edge / 0.8 * frequency, duty, 1 - duty}));
    // Edges are centred on their moment, so that the time above 50 % is the duty.
    const double from = std::fmod(at + ramp / 2, 1);
    if (from < ramp) return from / ramp;
    if (from < duty) return 1;
    return from < duty + ramp ? 1 - (from - duty) / ramp : 0;
  }
};
