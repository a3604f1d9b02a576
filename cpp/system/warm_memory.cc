#include "system/warm_memory.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <vector>

#include "system/large_memory.h"
#include "system/large_pages.h"

namespace caio {

namespace {

constexpr size_t kUnit = 1024;
constexpr size_t kLargestUnits = 64;
// Long blocks are powers of two.
constexpr size_t kShortestLong = 128 * 1024;
constexpr size_t kLongestLong = kLargePage / 2;
constexpr size_t kLongSizes = std::countr_zero(kLongestLong / kShortestLong) + 1;
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kMostKept = 0;  // the use of what was given back must be seen
#else
constexpr size_t kMostKept = 16 * 1024 * 1024;
#endif

// Blocks of so many sizes. What is kept is not touched: its owners have long done other things, and the processor would
// wait for it.
template <size_t sizes>
class Shelf {
 public:
  char* take(size_t at, size_t size) {
    const std::lock_guard lock(mutex_);
    std::vector<char*>& blocks = blocks_[at];
    if (blocks.empty()) return nullptr;
    char* const block = blocks.back();
    blocks.pop_back();
    kept_ -= size;
    return block;
  }
  bool keep(char* block, size_t at, size_t size) {
    const std::lock_guard lock(mutex_);
    if (kept_ + size > kMostKept) return false;
    kept_ += size;
    blocks_[at].push_back(block);
    return true;
  }

 private:
  std::mutex mutex_;
  std::array<std::vector<char*>, sizes> blocks_;
  size_t kept_ = 0;
};

// Never destroyed: garbage may be collected while the process ends.
Shelf<kLargestUnits + 1>& shelf() {
  static auto& shelf = *new Shelf<kLargestUnits + 1>;
  return shelf;
}

Shelf<kLongSizes>& long_shelf() {
  static auto& shelf = *new Shelf<kLongSizes>;
  return shelf;
}

size_t long_place(size_t capacity) { return static_cast<size_t>(std::countr_zero(capacity / kShortestLong)); }

bool is_long(size_t capacity) {
  return std::has_single_bit(capacity) && capacity >= kShortestLong && capacity <= kLongestLong;
}

Bytes cut(Bytes bytes, size_t size) {
  bytes.shrink(bytes ? size : 0);
  return bytes;
}

}  // namespace

Bytes warm_bytes(size_t size) {
  const size_t units = (size + kUnit - 1) / kUnit;
  if (units == 0 || units > kLargestUnits) return Bytes(size);
  const size_t capacity = units * kUnit;
  if (char* const block = shelf().take(units, capacity)) return cut(Bytes(block, capacity), size);
  return cut(Bytes(capacity), size);
}

Bytes text_bytes(size_t size) {
  const size_t capacity = std::bit_ceil(size);
  if (capacity < kShortestLong) return warm_bytes(size);
  if (capacity > kLongestLong) return cut(large_bytes(std::max(size, kLargePage)), size);
  if (char* const block = long_shelf().take(long_place(capacity), capacity)) return cut(Bytes(block, capacity), size);
  return cut(Bytes(capacity), size);
}

void give_back(char* data, size_t capacity) {
  const size_t units = capacity / kUnit;
  if (units > 0 && units <= kLargestUnits) {
    if (shelf().keep(data, units, capacity)) return;
  } else if (is_long(capacity)) {
    if (long_shelf().keep(data, long_place(capacity), capacity)) return;
  } else if (capacity >= kLargePage) {
    if (keep_large(data, capacity)) return;
  }
  ::free(data);
}

}  // namespace caio
