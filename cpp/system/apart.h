// Keeps a thread of ours off the processor of who works beside it.
//
// Linux may wake a thread on its waker's processor although another one is idle: as a guest it takes those that the
// host has put to rest for preempted (available_idle_cpu() in kernel/sched), and some hosts ask it to use few of them.
// The two then take turns, and what was to be done side by side takes twice as long as one of them would need alone.
#pragma once

#include <atomic>

namespace caio {

class Apart {
 public:
  // By the thread: from time to time, and before it sleeps.
  void note();

  // By who works beside it: gives the thread its own processors without the one that both were on.
  void keep();

 private:
  std::atomic<int> thread_{0};
  std::atomic<int> processor_{-1};
};

}  // namespace caio
