// Which names were found in the kernel's caches a moment ago.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "system/breaker.h"

namespace caio {

// What was found without waiting a moment ago still lies in memory: the kernel gives such entries up only under
// pressure, and those that were used last at the very end. So it can be asked for plainly, with one system call where
// the form that cannot wait takes three (openat2 with RESOLVE_CACHED, statx, close) or does not exist (getdents64).
// Where that proves wrong, one read of the disk is waited for; if it was a long one, the breaker sends all names the
// sure way for a while.
class FreshNames {
 public:
  using Clock = Breaker::Clock;
  enum class Way : uint8_t {
    kFollowed,
    kNotFollowed,
    kListed,
    kReadInParts,
    kThroughLinks,
    kResolved,
    kFolderInMemory,
    kFolderElsewhere
  };

  // Not for a while after plain calls that took long.
  bool may_be_believed(Clock::time_point now) const { return !breaker_.open(now); }
  bool has(std::string_view path, Way way, Clock::time_point now) const {
    const uint64_t wanted = key(path, way);
    const auto is_wanted = [wanted](const Entry& entry) { return entry.key == wanted; };
    const Places& places = entries_[group(wanted)];
    const auto found = std::ranges::find_if(places, is_wanted);
    return found != places.end() && now - found->seen < kFresh && may_be_believed(now);
  }
  void note(std::string_view path, Way way, Clock::time_point now) {
    const uint64_t found = key(path, way);
    // Its own place, or that of the name which has not been seen for longest.
    const auto age = [found](const Entry& entry) { return entry.key == found ? Clock::time_point::min() : entry.seen; };
    *std::ranges::min_element(entries_[group(found)], {}, age) = {found, now};
  }
  // The plain call was made.
  void report(Clock::time_point begun, Clock::time_point ended) { breaker_.report(begun, ended); }
  // Other file systems may lie below the names now.
  void clear() { entries_.fill({}); }

 private:
  struct Entry {
    uint64_t key = 0;
    Clock::time_point seen{};
  };
  static constexpr Clock::duration kFresh = std::chrono::milliseconds(500);
  static constexpr size_t kGroups = 512;

  static uint64_t key(std::string_view path, Way way) {
    return std::hash<std::string_view>()(path) ^ (static_cast<uint64_t>(way) + 1) * 0x9e3779b97f4a7c15;
  }
  static size_t group(uint64_t key) { return (key >> 7) % kGroups; }

  // With one place for each name, a quarter of 512 names would take each other's.
  using Places = std::array<Entry, 4>;
  std::array<Places, kGroups> entries_{};
  Breaker breaker_;
};

}  // namespace caio
