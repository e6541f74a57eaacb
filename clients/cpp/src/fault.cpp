#include "achex/fault.hpp"

namespace achex {

const char* Fault::what() const noexcept {
  return what_.c_str();
}

}  // namespace achex
