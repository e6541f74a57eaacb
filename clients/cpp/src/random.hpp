#pragma once

#include <cstddef>
#include <string>

namespace achex::detail {

/// Overwrites memory with bytes that nobody can predict.
void fill_random(unsigned char* bytes, std::size_t count);

std::string random_bytes(std::size_t count);

}  // namespace achex::detail
