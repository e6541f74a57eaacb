#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace achex::detail {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// What a WebSocketReader has found.
struct WebSocketEvent {
  enum class Kind : std::uint8_t { text, binary, ping, pong, close, invalid };
  Kind kind = Kind::invalid;
  /// The message, the payload of a ping or a pong, the reason of a close, or why the input is invalid.
  std::string data;
  /// The code of a close, 1005 without one; the code to close with if the input is invalid.
  int code = 0;
};

/// Reads the frames of a server (RFC 6455) and assembles messages. It copies a payload once, into the message that it
/// becomes, and looks at it once more to check that text is UTF-8.
class WebSocketReader {
 public:
  explicit WebSocketReader(std::size_t max_message) : max_message_(max_message) {}

  /// Where the next bytes of the connection are to be written, and how many fit.
  std::pair<char*, std::size_t> space();
  /// So many bytes were written there, of which the first are no frames.
  void received(std::size_t size, std::size_t skipped = 0) {
    end_ += size;
    begin_ += skipped;
  }
  /// The next event; false if more bytes are needed. After `invalid` it must not be called again.
  bool next(WebSocketEvent& event);

 private:
  bool header();
  bool control(WebSocketEvent& event);
  bool message(WebSocketEvent& event);
  bool invalid(WebSocketEvent& event, int code, const char* reason);
  std::size_t available() const { return end_ - begin_; }

  const std::size_t max_message_;
  /// Bytes from `begin_` to `end_` are not read yet.
  std::array<char, 64u * 1024> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  /// Of the frame that is being read. Its header has been read if `in_frame_`.
  bool in_frame_ = false;
  bool is_final_ = false;
  Opcode opcode_ = Opcode::text;
  std::uint64_t remaining_ = 0;
  const char* problem_ = nullptr;
  int problem_code_ = 1002;
  /// A message whose frames so far are in `message_`; `type_` is that of the first.
  bool in_message_ = false;
  Opcode type_ = Opcode::text;
  std::string message_;
};

/// Encodes the frames of a client. Masks are random bytes, fetched in bulk (RFC 6455, 5.3: they must not be
/// predictable).
class WebSocketWriter {
 public:
  /// Appends a frame with the whole payload.
  void append(std::string& to, Opcode opcode, std::string_view payload);
  void append_close(std::string& to, int code);

 private:
  std::array<std::array<unsigned char, 4>, 256> masks_{};
  std::size_t next_mask_ = 256;
};

}  // namespace achex::detail
