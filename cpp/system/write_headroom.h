// Whether a buffered write can be made on the event loop's thread without being made to wait.
#pragma once

#include <cstddef>

#include "system/breaker.h"

namespace caio {

// No kernel interface says "write unless you would block" on ext4 (RWF_NOWAIT is EOPNOTSUPP there), so this is a rule:
// - the system's dirty pages must lie well below the point at which balance_dirty_pages() begins to make writers wait,
//   looked up in /proc/vmstat and spent like money until the next look;
// - a breaker: one write that took long in spite of that (a journal commit, a slow device with a limit of its own)
//   sends all writes to the workers for a while.
class WriteHeadroom {
 public:
  using Clock = Breaker::Clock;

  bool allows(size_t bytes, Clock::time_point now);
  // Every write that was allowed is reported.
  void spend(size_t bytes, Clock::time_point begun, Clock::time_point ended);

 private:
  void look(Clock::time_point now);

  size_t left_ = 0;
  Clock::time_point looked_{};
  Breaker breaker_;
};

}  // namespace caio
