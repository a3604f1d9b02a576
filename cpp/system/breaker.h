// Keeps the event loop's thread from what turned out to take long there, for a while.
#pragma once

#include <algorithm>
#include <chrono>

namespace caio {

// One call that took long opens it; each further one for twice as long, until all has been well for the longest time.
class Breaker {
 public:
  using Clock = std::chrono::steady_clock;

  bool open(Clock::time_point now) const { return now < open_until_; }

  void report(Clock::time_point begun, Clock::time_point ended) {
    if (ended - begun < kSlow) {
      if (ended - open_until_ > kLongestPenalty) penalty_ = {};
      return;
    }
    penalty_ = std::clamp(2 * penalty_, kFirstPenalty, kLongestPenalty);
    open_until_ = ended + penalty_;
  }

 private:
  // What is made on the event loop's thread takes some 20 µs there, at most.
  static constexpr Clock::duration kSlow = std::chrono::milliseconds(2);
  static constexpr Clock::duration kFirstPenalty = std::chrono::milliseconds(100);
  static constexpr Clock::duration kLongestPenalty = std::chrono::seconds(10);

  Clock::time_point open_until_{};
  Clock::duration penalty_{};
};

}  // namespace caio
