#pragma once

#include "core.hpp"

namespace achex::detail {

/// A question that this client was asked, until it is answered.
struct QuestionState {
  std::weak_ptr<Core> core;
  std::uint32_t sid = 0;
  std::uint64_t id = 0;
  std::string from;
  std::string data;
  std::atomic<bool> is_cancelled{false};
  std::atomic<bool> is_answered{false};

  QuestionState() = default;
  QuestionState(const QuestionState&) = delete;
  QuestionState& operator=(const QuestionState&) = delete;
  ~QuestionState();

  /// Sends an answer or a fault, unless one was sent before.
  void finish(const std::string& part, const std::string& payload);
};

/// The member of `$answer` that tells the caller of a fault.
std::string fault_part(const Fault& fault);

}  // namespace achex::detail
