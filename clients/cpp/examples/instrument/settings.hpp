#pragma once

#include <achex/fault.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

/// JSON whose members stay in the order in which they were added.
using Json = nlohmann::ordered_json;

/// The settings of an instrument, as docs/instruments.md describes them: numbers with limits, or one of a few values.
class Settings {
 public:
  /// Throws a fault if a combination of settings is not possible.
  std::function<void(const Json& next)> check;
  /// What else changes with some changes.
  std::function<Json(const Json& changes, const Json& previous)> consequences;

  void number(const std::string& name, const std::string& title, const std::string& unit, double min, double max,
              double step, double initial) {
    limits_[name] = {{"title", title}, {"unit", unit}, {"min", min}, {"max", max}, {"step", step}};
    values_[name] = initial;
  }
  void choice(const std::string& name, const std::string& title, const Json& values, const Json& initial) {
    limits_[name] = {{"title", title}, {"values", values}};
    values_[name] = initial;
  }

  const Json& limits() const { return limits_; }
  const Json& values() const { return values_; }
  double number(const std::string& name) const { return values_.at(name).get<double>(); }
  std::string text(const std::string& name) const { return values_.at(name).get<std::string>(); }
  bool is_on(const std::string& name) const { return values_.at(name).get<bool>(); }

  /// Changes all of these settings or none. Throws a fault with a code of docs/instruments.md.
  void change(const Json& changes) {
    Json next = values_;
    const Json others = consequences ? consequences(changes, values_) : Json::object();
    for (const auto& [name, value] : others.items()) next[name] = valid(name, value);
    for (const auto& [name, value] : changes.items()) next[name] = valid(name, value);
    if (check) check(next);
    values_ = std::move(next);
  }
  /// A change that the instrument makes itself.
  void force(const std::string& name, const Json& value) { values_[name] = value; }

 private:
  Json valid(const std::string& name, const Json& value) const {
    if (!limits_.contains(name)) throw achex::Fault("bad-setting", "There is no setting " + Json(name).dump() + ".");
    const Json& limits = limits_.at(name);
    if (limits.contains("values")) {
      for (const Json& one : limits.at("values"))
        if (one == value) return one;
      throw achex::Fault("bad-setting", name + " can be " + limits.at("values").dump() + ".");
    }
    if (!value.is_number()) throw achex::Fault("bad-setting", name + " is a number.");
    const double number = value.get<double>();
    if (!(number >= limits.at("min").get<double>() && number <= limits.at("max").get<double>()))
      throw achex::Fault("out-of-range", name + " can be " + limits.at("min").dump() + " to " +
                                             limits.at("max").dump() + " " + limits.at("unit").get<std::string>() +
                                             ", not " + value.dump() + ".");
    const double step = limits.at("step").get<double>();
    // Without the rounding of the division, 3.3 in steps of 0.001 would be 3.3000000000000003.
    char text[32];
    std::snprintf(text, sizeof text, "%.12g", std::round(number / step) * step);
    return std::strtod(text, nullptr);
  }

  Json limits_ = Json::object();
  Json values_ = Json::object();
};
