#include "system/warm_memory.h"

#include <stdlib.h>

#include <array>
#include <mutex>
#include <vector>

namespace caio {

namespace {

constexpr size_t kUnit = 1024;
constexpr size_t kLargestUnits = 64;
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kMostKept = 0;  // the use of what was given back must be seen
#else
constexpr size_t kMostKept = 16 * 1024 * 1024;
#endif

// Never destroyed: garbage may be collected while the process ends. What is kept is not touched: its owners have long
// done other things, and the processor would wait for it.
struct Shelf {
  std::mutex mutex;
  std::array<std::vector<char*>, kLargestUnits + 1> by_units;
  size_t kept = 0;
};

Shelf& shelf() {
  static auto& shelf = *new Shelf;
  return shelf;
}

}  // namespace

Bytes warm_bytes(size_t size) {
  const size_t units = (size + kUnit - 1) / kUnit;
  if (units == 0 || units > kLargestUnits) return Bytes(size);
  {
    Shelf& from = shelf();
    const std::lock_guard lock(from.mutex);
    if (std::vector<char*>& blocks = from.by_units[units]; !blocks.empty()) {
      Bytes bytes(blocks.back(), units * kUnit);
      blocks.pop_back();
      from.kept -= units * kUnit;
      bytes.shrink(size);
      return bytes;
    }
  }
  Bytes bytes(units * kUnit);
  bytes.shrink(bytes ? size : 0);
  return bytes;
}

void give_back(char* data, size_t capacity) {
  const size_t units = capacity / kUnit;
  if (units > 0 && units <= kLargestUnits) {
    Shelf& to = shelf();
    const std::lock_guard lock(to.mutex);
    if (to.kept + units * kUnit <= kMostKept) {
      to.kept += units * kUnit;
      to.by_units[units].push_back(data);
      return;
    }
  }
  ::free(data);
}

}  // namespace caio
