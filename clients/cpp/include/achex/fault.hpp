#pragma once

#include <exception>
#include <string>
#include <utility>

namespace achex {

/// A request that was rejected, or a connection that failed. Branch on `code` and `retry`; `message` and `remedy` are
/// for people.
///
/// Codes of the server are in docs/errors.md, codes of this library in clients/cpp/README.md. Futures throw it,
/// callbacks get it.
class Fault : public std::exception {
 public:
  Fault() = default;
  Fault(std::string code_, std::string message_, std::string remedy_ = {}, bool retry_ = false)
      : code(std::move(code_)), message(std::move(message_)), remedy(std::move(remedy_)), retry(retry_) {}

  /// The message and the remedy.
  const char* what() const noexcept override;

  std::string code;
  std::string message;
  std::string remedy;
  /// A path on the relay that explains the fault, or empty.
  std::string link;
  /// The same request may succeed later (PROTOCOL.md R7).
  bool retry = false;
  /// The whole fault as JSON, for codes with more keys, such as `state-conflict`; empty for faults of this library.
  std::string details;

 private:
  mutable std::string what_;
};

}  // namespace achex
