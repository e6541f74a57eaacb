#include "websocket_frames.hpp"

#include "../json.hpp"
#include "../random.hpp"

#include <algorithm>
#include <cstring>

namespace achex::detail {

namespace {

constexpr std::size_t kLongestControl = 125;
/// A frame may announce any length: memory is only reserved up to this, and grows with what arrives.
constexpr std::size_t kReserve = 1024 * 1024;

unsigned byte_of(char c) {
  return static_cast<unsigned char>(c);
}

/// Codes that may be sent (RFC 6455, 7.4).
bool is_close_code(int code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code < 5000);
}

}  // namespace

std::pair<char*, std::size_t> WebSocketReader::space() {
  // What is left is at most the beginning of a frame's header or a control frame, or messages held back by a pause.
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, available());
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.data() + end_, buffer_.size() - end_};
}

bool WebSocketReader::invalid(WebSocketEvent& event, int code, const char* reason) {
  event.kind = WebSocketEvent::Kind::invalid;
  event.code = code;
  event.data = reason;
  return true;
}

bool WebSocketReader::next(WebSocketEvent& event) {
  while (in_frame_ || header()) {
    if (problem_ != nullptr) return invalid(event, problem_code_, problem_);
    if (opcode_ >= Opcode::close) return available() >= remaining_ && control(event);
    if (available() == 0 && remaining_ > 0) return false;
    if (message(event)) return true;
    if (in_frame_) return false;
  }
  return false;
}

/// Reads the header of a frame; false if it is not complete.
bool WebSocketReader::header() {
  if (available() < 2) return false;
  const char* at = buffer_.data() + begin_;
  const unsigned first = byte_of(at[0]);
  const unsigned second = byte_of(at[1]);
  const unsigned length = second & 0x7Fu;
  const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (available() < 2 + extra) return false;
  remaining_ = extra == 0 ? length : 0;
  for (std::size_t n = 0; n < extra; n++) remaining_ = remaining_ << 8u | byte_of(at[2 + n]);
  begin_ += 2 + extra;
  in_frame_ = true;
  is_final_ = (first & 0x80u) != 0;
  opcode_ = static_cast<Opcode>(first & 0x0Fu);
  const bool is_control = opcode_ >= Opcode::close;
  if ((first & 0x70u) != 0) problem_ = "reserved bits are set";
  else if ((second & 0x80u) != 0) problem_ = "a frame is masked";
  else if (opcode_ > Opcode::pong || (opcode_ > Opcode::binary && !is_control)) problem_ = "an opcode is unknown";
  else if (is_control && (!is_final_ || remaining_ > kLongestControl)) problem_ = "a control frame is too long";
  else if (!is_control && in_message_ != (opcode_ == Opcode::continuation)) problem_ = "fragments are out of order";
  else if (!is_control && remaining_ > max_message_ - message_.size()) {
    problem_ = "a message is larger than max_message";
    problem_code_ = 1009;
  }
  return true;
}

bool WebSocketReader::control(WebSocketEvent& event) {
  const std::string_view payload(buffer_.data() + begin_, static_cast<std::size_t>(remaining_));
  begin_ += payload.size();
  in_frame_ = false;
  event.data = payload;
  if (opcode_ != Opcode::close) {
    event.kind = opcode_ == Opcode::ping ? WebSocketEvent::Kind::ping : WebSocketEvent::Kind::pong;
    return true;
  }
  event.kind = WebSocketEvent::Kind::close;
  event.code = 1005;
  if (payload.empty()) return true;
  if (payload.size() == 1) return invalid(event, 1002, "a close code is not complete");
  event.code = static_cast<int>(byte_of(payload[0]) << 8u | byte_of(payload[1]));
  event.data = payload.substr(2);
  if (!is_close_code(event.code)) return invalid(event, 1002, "a close code is not allowed");
  if (!is_utf8(event.data)) return invalid(event, 1007, "the reason of a close is not UTF-8");
  return true;
}

/// Takes what has arrived of a message; true if that completes it.
bool WebSocketReader::message(WebSocketEvent& event) {
  const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, available()));
  const std::string_view bytes(buffer_.data() + begin_, part);
  begin_ += part;
  remaining_ -= part;
  if (opcode_ != Opcode::continuation) type_ = opcode_;
  in_frame_ = remaining_ > 0;
  const bool is_complete = is_final_ && !in_frame_;
  if (is_complete && !in_message_ && message_.empty()) {
    event.data.assign(bytes);
  } else {
    if (message_.empty()) message_.reserve(std::min<std::uint64_t>(part + remaining_, kReserve));
    message_ += bytes;
    if (!in_frame_) in_message_ = !is_final_;
    if (!is_complete) return false;
    event.data = std::exchange(message_, {});
  }
  event.kind = type_ == Opcode::text ? WebSocketEvent::Kind::text : WebSocketEvent::Kind::binary;
  if (type_ == Opcode::text && !is_utf8(event.data)) return invalid(event, 1007, "text is not UTF-8");
  return true;
}

void WebSocketWriter::append(std::string& to, Opcode opcode, std::string_view payload) {
  if (next_mask_ == masks_.size()) {
    fill_random(masks_.front().data(), sizeof masks_);
    next_mask_ = 0;
  }
  const auto mask = masks_.at(next_mask_++);
  const std::size_t size = payload.size();
  std::array<char, 14> head{};
  std::size_t length = 0;
  head.at(length++) = static_cast<char>(0x80u | static_cast<unsigned>(opcode));
  const int extra = size < 126 ? 0 : size <= 0xFFFF ? 2 : 8;
  head.at(length++) = static_cast<char>(0x80u | (extra == 0 ? size : extra == 2 ? 126u : 127u));
  for (int n = extra - 1; n >= 0; n--)
    head.at(length++) = static_cast<char>(size >> static_cast<unsigned>(n) * 8u & 0xFFu);
  std::memcpy(&head.at(length), mask.data(), mask.size());
  to.append(head.data(), length + mask.size());
  const std::size_t start = to.size();
  to += payload;
  // Eight bytes at a time.
  std::uint64_t wide = 0;
  std::memcpy(&wide, mask.data(), 4);
  std::memcpy(reinterpret_cast<char*>(&wide) + 4, mask.data(), 4);
  char* at = to.data() + start;
  std::size_t done = 0;
  for (; done + 8 <= size; done += 8) {
    std::uint64_t block = 0;
    std::memcpy(&block, at + done, 8);
    block ^= wide;
    std::memcpy(at + done, &block, 8);
  }
  for (; done < size; done++) at[done] = static_cast<char>(byte_of(at[done]) ^ mask[done % 4]);
}

void WebSocketWriter::append_close(std::string& to, int code) {
  const char payload[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  append(to, Opcode::close, is_close_code(code) ? std::string_view(payload, 2) : std::string_view());
}

}  // namespace achex::detail
