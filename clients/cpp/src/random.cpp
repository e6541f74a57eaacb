#include "random.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <random>

namespace achex::detail {

// Of the system, not of OpenSSL, whose functions crash once it has cleaned up at the end of the program: a thread that
// nobody waits for may still have to close a connection.
void fill_random(unsigned char* bytes, std::size_t count) {
  constexpr std::size_t kMost = 256;
  for (std::size_t at = 0; at < count; at += kMost) {
    const std::size_t part = std::min(kMost, count - at);
    if (::getentropy(bytes + at, part) == 0) continue;
    std::random_device random;
    std::generate(bytes + at, bytes + at + part, [&] { return static_cast<unsigned char>(random()); });
  }
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  fill_random(reinterpret_cast<unsigned char*>(bytes.data()), count);
  return bytes;
}

}  // namespace achex::detail
