#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace achex::detail {

/// A running SHA-256.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::string_view bytes);
  /// The 32 bytes; starts again.
  std::string digest();
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string hex(std::string_view bytes);

}  // namespace achex::detail
