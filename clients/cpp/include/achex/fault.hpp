#pragma once

#include <exception>
#include <string>
#include <utility>

namespace achex {

/// A rejected request or a failed connection. Branch on `code` and `retry`; show `message` and `remedy` to people.
///
/// Futures throw it, callbacks get it, and handlers of questions, streams and files may throw one, which goes to the
/// other side. docs/errors.md lists the codes of the server, docs/cpp.md those of this library.
class Fault : public std::exception {
 public:
  Fault() = default;
  Fault(std::string code_, std::string message_, std::string remedy_ = {}, bool retry_ = false)
      : code(std::move(code_)),
        message(std::move(message_)),
        remedy(std::move(remedy_)),
        retry(retry_),
        what_(remedy.empty() ? message : message + " " + remedy) {}

  /// The message and the remedy that it was constructed with. Valid as long as the fault.
  const char* what() const noexcept override;

  /// Such as `no-such-name`; empty if there is no fault.
  std::string code;
  /// What happened, in English.
  std::string message;
  /// What to do about it, in English; may be empty.
  std::string remedy;
  /// A path on the relay that explains the fault; may be empty.
  std::string link;
  /// The same request may succeed later (PROTOCOL.md R7).
  bool retry = false;
  /// The whole fault as JSON, for codes with more keys, such as `state-conflict`; empty for faults of this library.
  std::string details;

 private:
  /// Not composed by what(): threads may share an exception.
  std::string what_;
};

}  // namespace achex
