// How much may be copied on the event loop's thread: what takes less time there than going to another thread and back.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace caio {

class CopyBound {
 public:
  using Clock = std::chrono::steady_clock;

  // What fewer bytes take says more of the call than of the memory.
  static constexpr size_t kTelling = 64 * 1024;

  // How fast this machine copies is found out by copying: one in many of those that may turn out to be too large.
  bool allows(size_t count) {
    if (count <= bytes_) return true;
    return count <= kMost && refused_++ % kTriedOfRefused == 0;
  }

  void report(size_t count, Clock::duration took) {
    const double pace = std::chrono::duration<double>(took).count() / static_cast<double>(count);
    // A thread that lost its processor was not long at work.
    pace_ += (pace - pace_) / (pace < pace_ ? 2 : 8);
    bytes_ = static_cast<size_t>(std::clamp(kMostTime / pace_, double{kLeast}, double{kMost}));
  }

 private:
  static constexpr size_t kLeast = 256 * 1024;
  static constexpr size_t kMost = 1024 * 1024;
  static constexpr size_t kTriedOfRefused = 32;
  static constexpr double kMostTime = 60e-6;

  double pace_ = kMostTime / kLeast;  // seconds a byte
  size_t bytes_ = kLeast;
  size_t refused_ = 0;
};

}  // namespace caio
