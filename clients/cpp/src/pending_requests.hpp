#pragma once

#include "outgoing_request.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace achex::detail {

/// Requests without a reply, in the order of their references. Nearly always the oldest is replied to next.
class PendingRequests {
 public:
  /// `ref` is larger than those before.
  void add(std::uint64_t ref, RequestPtr request) { entries_.push_back({ref, std::move(request)}); }

  /// Removes one; nullptr if it is not there.
  RequestPtr take(std::uint64_t ref) {
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), ref,
                                        [](const Entry& entry, std::uint64_t wanted) { return entry.ref < wanted; });
    if (found == entries_.end() || found->ref != ref || !found->request) return nullptr;
    RequestPtr request = std::move(found->request);
    if (found != entries_.begin()) removed_++;
    else entries_.pop_front();
    while (!entries_.empty() && !entries_.front().request) {
      entries_.pop_front();
      removed_--;
    }
    // A server that leaves out one reply must not make the others stay.
    if (removed_ > 32 && removed_ > entries_.size() / 2) {
      entries_.erase(
          std::remove_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.request; }),
          entries_.end());
      removed_ = 0;
    }
    return request;
  }

  struct Entry {
    std::uint64_t ref;
    /// Empty: removed.
    RequestPtr request;
  };

  /// Removes all.
  std::deque<Entry> take_all() {
    removed_ = 0;
    return std::exchange(entries_, {});
  }

 private:
  std::deque<Entry> entries_;
  /// Entries that are empty.
  std::size_t removed_ = 0;
};

}  // namespace achex::detail
