// How much memory is kept for the next file, and for how long.
#pragma once

#include <chrono>
#include <cstddef>

namespace caio {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeepsMemory = false;  // the use of what was given back must be seen
#else
constexpr bool kKeepsMemory = true;
#endif

// Of small blocks, and of large ones, while they are asked for: V8 gives back 32 MiB at a time, or 64, and more when it
// collects its whole heap.
constexpr size_t kMostMemoryKept = 128 << 20;

// So long after the last of it was asked for.
constexpr std::chrono::seconds kMemoryKept{5};

class LastAskedFor {
 public:
  void note() { at_ = Clock::now(); }
  bool is_long_ago() const { return Clock::now() - at_ > kMemoryKept; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point at_{};
};

}  // namespace caio
