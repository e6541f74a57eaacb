#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace achex::detail {

/// Lets callbacks of the program run until it is closed. A callback costs two atomic operations.
class CallbackGate {
 public:
  /// Held while one callback runs.
  class Pass {
   public:
    explicit Pass(CallbackGate& gate) : gate_(gate), outer_(std::exchange(innermost(), this)) {
      gate_.running_ += 1;
      is_open_ = !gate_.is_closed_;
    }
    ~Pass() {
      innermost() = outer_;
      gate_.running_ -= 1;
      if (!gate_.is_closed_) return;
      const std::lock_guard<std::mutex> lock(gate_.mutex_);
      gate_.ended_.notify_all();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

    /// Otherwise the callback must not run.
    bool is_open() const { return is_open_; }
    /// Whether it was not called from another callback of the same gate.
    bool is_outermost() const { return count(outer_, gate_) == 0; }

   private:
    friend class CallbackGate;
    static Pass*& innermost() {
      thread_local Pass* pass = nullptr;
      return pass;
    }
    /// Passes of a gate that this thread holds.
    static int count(const Pass* pass, const CallbackGate& gate) {
      int held = 0;
      for (; pass != nullptr; pass = pass->outer_)
        if (&pass->gate_ == &gate) held++;
      return held;
    }

    CallbackGate& gate_;
    Pass* const outer_;
    bool is_open_ = false;
  };

  /// No callback begins from now on. Waits for those that run in other threads.
  void close() {
    const int own = Pass::count(Pass::innermost(), *this);
    is_closed_ = true;
    std::unique_lock<std::mutex> lock(mutex_);
    ended_.wait(lock, [&] { return running_ <= own; });
  }

 private:
  std::atomic<int> running_{0};
  std::atomic<bool> is_closed_{false};
  std::mutex mutex_;
  std::condition_variable ended_;
};

}  // namespace achex::detail
