#include "frame.hpp"

#include <cstring>

namespace bench {
namespace {

constexpr int64_t kStampBase = 1'000'000'000'000'000;
constexpr std::string_view kStampKey = "\"t\":1";

// Not zero: at least one of the servers measured here skips its unmasking for a zero key, which no browser ever sends.
constexpr char kMask[4] = {0x35, 0x5a, 0x27, 0x6c};

void appendLength(std::string& out, size_t length) {
  constexpr unsigned kMasked = 0x80;
  if (length < 126) {
    out.push_back(static_cast<char>(kMasked | length));
  } else {
    out.push_back(static_cast<char>(kMasked | 126));
    out.push_back(static_cast<char>(length >> 8));
    out.push_back(static_cast<char>(length & 0xff));
  }
}

}  // namespace

size_t decodeFrame(std::string_view bytes, Frame& out) {
  if (bytes.size() < 2) return 0;
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  size_t header = 2;
  uint64_t length = byte(1) & 0x7f;
  if (length == 126) {
    if (bytes.size() < 4) return 0;
    length = static_cast<uint64_t>(byte(2)) << 8 | byte(3);
    header = 4;
  } else if (length == 127) {
    if (bytes.size() < 10) return 0;
    length = 0;
    for (size_t i = 2; i < 10; ++i) length = length << 8 | byte(i);
    header = 10;
  }
  if (bytes.size() - header < length) return 0;
  out.opcode = static_cast<Opcode>(byte(0) & 0x0f);
  out.payload = bytes.substr(header, length);
  return header + length;
}

std::string encodeFrame(Opcode opcode, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 8);
  out.push_back(static_cast<char>(0x80 | static_cast<uint8_t>(opcode)));
  appendLength(out, payload.size());
  out.append(kMask, sizeof kMask);
  for (size_t i = 0; i < payload.size(); ++i) out.push_back(static_cast<char>(payload[i] ^ kMask[i & 3]));
  return out;
}

PreparedFrame::PreparedFrame(Opcode opcode, std::string_view payload) : frame_(encodeFrame(opcode, payload)) {
  phase_ = payload.find(kStampSlot);
  stampAt_ = frame_.size() - payload.size() + phase_;
}

std::string_view PreparedFrame::withStamp(int64_t micros) {
  auto rest = static_cast<uint64_t>(kStampBase + micros);
  for (size_t i = kStampSlot.size(); i-- > 0; rest /= 10) {
    frame_[stampAt_ + i] = static_cast<char>(('0' + rest % 10) ^ static_cast<unsigned>(kMask[(phase_ + i) & 3]));
  }
  return frame_;
}

int64_t readStamp(std::string_view payload) {
  const void* at = memmem(payload.data(), payload.size(), kStampKey.data(), kStampKey.size());
  if (at == nullptr) return -1;
  const char* digits = static_cast<const char*>(at) + kStampKey.size() - 1;
  if (digits + kStampSlot.size() > payload.data() + payload.size()) return -1;
  int64_t value = 0;
  for (size_t i = 0; i < kStampSlot.size(); ++i) value = value * 10 + (digits[i] - '0');
  return value - kStampBase;
}

}  // namespace bench
