#pragma once

#include "frames.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace achex::detail {

/// Translates between achex.2, which the rest of this library speaks, and the dialects classic and cloud. Their servers
/// only confirm logins and joins, so everything else counts as done when it is sent.
class LegacyCodec {
 public:
  explicit LegacyCodec(bool cloud) : cloud_(cloud) {}

  bool is_cloud() const { return cloud_; }
  /// The frame to send; nothing if the dialect has no such frame. `reply` is called with what achex.2 would have
  /// answered at once.
  std::optional<std::string> encode(std::optional<std::uint64_t> ref, const std::string& body, bool binary,
                                    const std::function<void(std::string)>& reply);
  /// What achex.2 would have sent instead; nothing if the frame is the same in both.
  std::optional<std::string> decode(const Frame& frame);

 private:
  std::string reply_to(std::deque<std::uint64_t>& waiting, const std::string& rest);
  std::string login_reply(const Frame& frame);

  bool cloud_;
  /// References of the requests without a reply yet: replies arrive in the order of the requests and only name their
  /// kind. 0: none.
  std::deque<std::uint64_t> logins_;
  std::deque<std::uint64_t> joins_;
};

}  // namespace achex::detail
