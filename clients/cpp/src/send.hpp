#pragma once

#include "achex/client.hpp"
#include "outgoing_request.hpp"

#include <utility>
#include <vector>

namespace achex::detail {

class Core;
class SendList;

/// Something to send, kept until its outcome is known.
class Send final : public OutgoingRequest {
 public:
  explicit Send(Core& core) : core_(core) {}

  /// What counts towards the bounds of the queue.
  std::size_t size = 0;
  bool confirmed = true;
  bool repeatable = false;
  /// Complete when a peer has answered rather than when the server has accepted it.
  bool awaits_answer = false;
  bool if_connected = false;
  /// Waits for a session.
  bool waiting = false;
  bool is_settled = false;
  /// One of them is called once, or none. `dropped`: replaced, or it would have had to wait.
  std::function<void(const Result& result, bool dropped)> done;
  Callback<Delivery> delivered;
  /// `delivered` is a function of the program, and not called after the end of the client.
  bool is_guarded = false;

  bool has_callback() const { return done || delivered; }
  void finish(const Result& result, bool dropped);
  /// Passes the outcome to `delivered`.
  void deliver(Outcome<Delivery> outcome);

  void replied(const Result& result) override;
  void sent(bool dropped) override;
  void replaced() override;

 private:
  friend class SendList;
  Core& core_;
  /// Its place in a list, which holds it by `self_`.
  std::shared_ptr<Send> self_;
  Send* before_ = nullptr;
  Send* after_ = nullptr;
};

using SendPtr = std::shared_ptr<Send>;

/// Sends in the order in which they were added. Adding and removing allocate nothing.
class SendList {
 public:
  SendList() = default;
  ~SendList() {
    while (first_ != nullptr) remove(*first_);
  }
  SendList(const SendList&) = delete;
  SendList& operator=(const SendList&) = delete;

  void add(const SendPtr& send) {
    if (send->self_) return;
    send->self_ = send;
    send->before_ = last_;
    (last_ == nullptr ? first_ : last_->after_) = send.get();
    last_ = send.get();
  }
  void remove(Send& send) {
    const SendPtr self = std::move(send.self_);
    if (!self) return;
    (send.before_ == nullptr ? first_ : send.before_->after_) = send.after_;
    (send.after_ == nullptr ? last_ : send.after_->before_) = send.before_;
    send.before_ = nullptr;
    send.after_ = nullptr;
  }
  /// A copy, because callbacks change the list.
  std::vector<SendPtr> all() const {
    std::vector<SendPtr> sends;
    for (const Send* send = first_; send != nullptr; send = send->after_) sends.push_back(send->self_);
    return sends;
  }

 private:
  Send* first_ = nullptr;
  Send* last_ = nullptr;
};

}  // namespace achex::detail
