#include "sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace achex::detail {

namespace {

void require(int result) {
  if (result != 1) throw std::runtime_error("OpenSSL failed");
}

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  reset();
}
Sha256::~Sha256() = default;

void Sha256::reset() {
  require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

void Sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::string Sha256::digest() {
  std::string bytes(32, '\0');
  require(EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(bytes.data()), nullptr));
  reset();
  return bytes;
}

std::string hex(std::string_view bytes) {
  static const char* const kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes)
    (text += kDigits[static_cast<unsigned char>(c) >> 4u]) += kDigits[static_cast<unsigned char>(c) & 15u];
  return text;
}

}  // namespace achex::detail
