#include "random.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <random>

namespace achex::detail {

void fill_random(unsigned char* bytes, std::size_t count) {
  if (RAND_bytes(bytes, static_cast<int>(count)) == 1) return;
  // The program is ending, and OpenSSL was cleaned up before a connection that is still to be closed.
  std::random_device random;
  std::generate(bytes, bytes + count, [&] { return static_cast<unsigned char>(random()); });
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  fill_random(reinterpret_cast<unsigned char*>(bytes.data()), count);
  return bytes;
}

}  // namespace achex::detail
