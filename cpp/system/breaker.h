// Keeps the event loop's thread from what turned out to take long there, for a while.
#pragma once

#include <algorithm>
#include <chrono>

namespace caio {

// One call that took very long opens it, or two that took long and had few others between them: one alone may be a
// thread that lost its processor. Each further time for twice as long, until all has been well for the longest time.
class Breaker {
 public:
  using Clock = std::chrono::steady_clock;

  bool open(Clock::time_point now) const { return now < open_until_; }

  void report(Clock::time_point begun, Clock::time_point ended) {
    const Clock::duration took = ended - begun;
    if (took < kSlow) {
      if (quick_ < kFew) ++quick_;
      if (ended - open_until_ > kLongestPenalty) penalty_ = {};
      return;
    }
    const bool alone = quick_ == kFew;
    quick_ = 0;
    if (alone && took < kVerySlow) return;
    penalty_ = std::clamp(2 * penalty_, kFirstPenalty, kLongestPenalty);
    open_until_ = ended + penalty_;
  }

 private:
  // What is made on the event loop's thread takes some 20 µs there, at most.
  static constexpr Clock::duration kSlow = std::chrono::milliseconds(2);
  // Longer than the scheduler lets others have a processor at a time.
  static constexpr Clock::duration kVerySlow = std::chrono::milliseconds(10);
  static constexpr int kFew = 32;
  static constexpr Clock::duration kFirstPenalty = std::chrono::milliseconds(100);
  static constexpr Clock::duration kLongestPenalty = std::chrono::seconds(10);

  Clock::time_point open_until_{};
  int quick_ = kFew;  // calls since the last slow one, as far as they count
  Clock::duration penalty_{};
};

}  // namespace caio
