// What it costs to make a long text in V8's heap.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace caio {

// V8 takes fresh pages from the system for each text beyond its regular objects, and gives them back when it has
// collected it (those of Node 26 keep some). Where the host keeps a shadow of its guests' page tables the first touch
// of a page takes 12 to 20 us, and a text of 8 MiB 40 ms; elsewhere a few tenths.
class HeapPace {
 public:
  using Clock = std::chrono::steady_clock;

  // What is longer V8 keeps until it collects its whole heap, as it does with what lies outside of it.
  static constexpr size_t kLargeText = 16 << 20;

  // Whether a text of so many bytes had better stay outside of the heap.
  bool is_dear_for(size_t size) {
    if (size <= kRegularObject) return false;
    if (size >= kLargeText) return true;
    return pace_ > kDear && ++outside_ % kTriedOfOutside != 0;
  }

  // What `make` makes, of so many bytes, in the heap.
  template <typename Make>
  auto timed(size_t size, Make make) {
    if (size <= kRegularObject) return make();
    const auto begun = Clock::now();
    auto made = make();
    report(size, Clock::now() - begun);
    return made;
  }

  void report(size_t size, Clock::duration took) {
    const double pace = std::chrono::duration<double, std::nano>(took).count() / static_cast<double>(size);
    // A collection may come between, so that one text says little, however long it took.
    pace_ += (std::min(pace, kMost) - pace_) / 4;
  }

 private:
  // Of V8's; what is longer has pages of its own.
  static constexpr size_t kRegularObject = 128 * 1024;
  // Nanoseconds a byte, of which one is 4 us a page: some times what it costs to collect the whole heap once for as
  // much text as that heap is large.
  static constexpr double kDear = 1.5;
  static constexpr double kMost = 2 * kDear;
  static constexpr size_t kTriedOfOutside = 256;

  double pace_ = 0;
  size_t outside_ = 0;
};

}  // namespace caio
