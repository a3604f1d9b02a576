// Which descriptors keep missing when they are tried.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace caio {

class Misses {
 public:
  bool worth_trying(int fd) {
    const auto at = static_cast<size_t>(fd);
    if (fd < 0 || at >= in_a_row_.size()) return true;
    const uint8_t misses = in_a_row_[at];
    if (misses < kMissesInARow) return true;
    in_a_row_[at] = misses + 1 >= kMissesInARow + kRetryEvery ? kMissesInARow : misses + 1;
    return in_a_row_[at] == kMissesInARow;
  }

  // The same question, without counting that it was asked.
  bool keeps_missing(int fd) const {
    const auto at = static_cast<size_t>(fd);
    return fd >= 0 && at < in_a_row_.size() && in_a_row_[at] >= kMissesInARow;
  }

  void remember(int fd, bool missed) {
    const auto at = static_cast<size_t>(fd);
    if (fd < 0 || at >= kRememberedDescriptors) return;
    if (at >= in_a_row_.size()) {
      if (!missed) return;
      in_a_row_.resize(at + 1);
    }
    if (!missed) {
      in_a_row_[at] = 0;
    } else if (in_a_row_[at] < kMissesInARow) {
      ++in_a_row_[at];
    }
  }

 private:
  // After this many misses in a row a descriptor is tried only every kRetryEvery-th time: a miss costs more than a hit.
  static constexpr uint8_t kMissesInARow = 4;
  static constexpr uint8_t kRetryEvery = 16;
  static constexpr size_t kRememberedDescriptors = 65536;

  std::vector<uint8_t> in_a_row_;  // by descriptor
};

}  // namespace caio
