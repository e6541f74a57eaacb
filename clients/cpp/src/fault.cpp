#include "achex/fault.hpp"

namespace achex {

const char* Fault::what() const noexcept {
  try {
    what_ = message;
    if (!remedy.empty()) what_ += " " + remedy;
    return what_.c_str();
  } catch (...) {
    return code.c_str();
  }
}

}  // namespace achex
