#pragma once
#include <array>
#include <cstdint>

namespace bench {

// Logarithmic buckets, 64 to each power of two: at most 1.6 % off, whatever the size of the value, in 30 KB.
class Histogram {
 public:
  void record(int64_t micros) {
    const uint64_t value = micros < 0 ? 0 : static_cast<uint64_t>(micros);
    ++buckets_[indexOf(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }

  double quantile(double q) const {
    const auto rank = static_cast<uint64_t>(q * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > rank) return middleOf(i);
    }
    return static_cast<double>(max_);
  }

 private:
  static constexpr unsigned kBits = 6;
  static constexpr uint64_t kSub = uint64_t{1} << kBits;

  static size_t indexOf(uint64_t value) {
    if (value < kSub) return value;
    const unsigned shift = 63 - static_cast<unsigned>(__builtin_clzll(value)) - kBits;
    return (shift + 1) * kSub + ((value >> shift) - kSub);
  }

  static double middleOf(size_t index) {
    if (index < kSub) return static_cast<double>(index);
    const uint64_t shift = index / kSub - 1;
    const double low = static_cast<double>((index % kSub + kSub) << shift);
    return low + static_cast<double>(uint64_t{1} << shift) / 2;
  }

  std::array<uint32_t, (64 - kBits + 1) * kSub> buckets_{};
  uint64_t count_ = 0;
  uint64_t max_ = 0;
};

}  // namespace bench
