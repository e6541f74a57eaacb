#pragma once

#include "achex/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace achex::detail {

/// How a request ended.
struct Result {
  /// The value of `$result`, an object; empty if there is none.
  std::string_view json;
  /// Why it failed, or nullptr.
  const Fault* fault = nullptr;
  /// The session ended before the reply. Whether the server may have received the frame.
  enum class Drop { none, sent, unsent } drop = Drop::none;
};

using ReplyHandler = std::function<void(const Result&)>;

/// The text of a frame, with room in front of it for the `$ref` that some get: adding it moves nothing.
class FrameText {
 public:
  FrameText() = default;
  explicit FrameText(std::string_view frame) { begin(frame.size()) += frame; }

  /// The frame is to be appended to this: a JSON object with at least one member, without white space at its beginning.
  std::string& begin(std::size_t size) {
    text_.reserve(kRoom + size);
    return text_.assign(kRoom, ' ');
  }
  std::size_t size() const { return text_.size() - kRoom; }
  std::string_view plain() {
    text_[kRoom] = '{';
    return std::string_view(text_).substr(kRoom);
  }
  std::string_view with_ref(std::uint64_t ref) {
    // From its end: the comma takes the place of the brace.
    std::size_t at = kRoom;
    text_[at] = ',';
    do {
      text_[--at] = static_cast<char>('0' + ref % 10);
      ref /= 10;
    } while (ref > 0);
    constexpr std::string_view kHead = "{\"$ref\":";
    at -= kHead.size();
    text_.replace(at, kHead.size(), kHead);
    return std::string_view(text_).substr(at);
  }

 private:
  /// For a number of 20 digits.
  static constexpr std::size_t kRoom = 28;

  std::string text_;
};

/// A frame to send. It learns what becomes of it, on the thread of the loop.
class OutgoingRequest {
 public:
  OutgoingRequest() = default;
  virtual ~OutgoingRequest() = default;
  OutgoingRequest(const OutgoingRequest&) = delete;
  OutgoingRequest& operator=(const OutgoingRequest&) = delete;

  /// The reply, if one was requested.
  virtual void replied(const Result&) {}
  /// Without a request for a reply, called once: the frame was passed to the socket (false), or the session ended first
  /// (true).
  virtual void sent(bool /*dropped*/) {}
  /// The next frame with the same key took its place while it had not been sent.
  virtual void replaced() {}

  FrameText text;
  std::optional<std::string> bytes;
  std::string key;
  /// Otherwise a rejection arrives as a fault without a reference.
  bool wants_reply = false;

 private:
  friend class Connection;
  friend class FrameLog;
  std::uint64_t ref_ = 0;
  /// The message for the socket: `text`, or what was made of it.
  std::string_view data_;
  std::string encoded_;
  bool is_binary_ = false;
  bool is_sent_called_ = false;
};

using RequestPtr = std::shared_ptr<OutgoingRequest>;

/// A request whose reply goes to a function.
class FunctionRequest final : public OutgoingRequest {
 public:
  FunctionRequest(std::string_view body, ReplyHandler reply) : reply_(std::move(reply)) {
    text = FrameText(body);
    wants_reply = static_cast<bool>(reply_);
  }
  void replied(const Result& result) override { reply_(result); }

 private:
  ReplyHandler reply_;
};

}  // namespace achex::detail
