#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

enum class Opcode : uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

struct Frame {
  Opcode opcode{};
  std::string_view payload;
};

// Reads one server frame at the head of `bytes`. Returns its whole length, or 0 while it is not complete.
size_t decodeFrame(std::string_view bytes, Frame& out);

std::string encodeFrame(Opcode opcode, std::string_view payload);

// A message made ready once and sent many times: only the sixteen digits of its time stamp change, in place and already masked.
class PreparedFrame {
 public:
  PreparedFrame() = default;
  PreparedFrame(Opcode opcode, std::string_view payload);

  std::string_view withStamp(int64_t micros);

 private:
  std::string frame_;
  size_t stampAt_ = 0;
  size_t phase_ = 0;
};

// What every payload carries where its time stamp goes; sixteen digits keep the length constant and stay below 2^53.
inline constexpr std::string_view kStampSlot = "1000000000000000";

// The stamp of a delivered message, or -1 where there is none (replies, notices).
int64_t readStamp(std::string_view payload);

}  // namespace bench
