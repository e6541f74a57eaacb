#include "send.hpp"

#include "core.hpp"

#include <utility>

namespace achex::detail {

void Send::finish(const Result& result, bool dropped) {
  if (const auto function = std::exchange(done, nullptr)) {
    function(result, dropped);
  } else if (result.fault != nullptr) {
    deliver({std::nullopt, *result.fault});
  } else {
    Delivery delivery = delivery_from(result.json);
    delivery.dropped = dropped;
    deliver({std::move(delivery), std::nullopt});
  }
}

void Send::deliver(Outcome<Delivery> outcome) {
  const auto function = std::exchange(delivered, nullptr);
  if (!function) return;
  if (is_guarded) core_.call_user([&] { function(std::move(outcome)); });
  else function(std::move(outcome));
}

void Send::replied(const Result& result) {
  // Frames that were held back were never sent, so they can be sent again. Core::dropped() decides about the others.
  if (result.drop == Result::Drop::unsent) waiting = true;
  else if (result.drop == Result::Drop::none && (result.fault != nullptr || !awaits_answer))
    core_.settle(*this, result);
}

void Send::sent(bool dropped) {
  if (dropped) waiting = true;
  else core_.settle(*this, {});
}

void Send::replaced() {
  core_.settle(*this, {}, true);
}

}  // namespace achex::detail
