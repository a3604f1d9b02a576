#include "system/warm_memory.h"

#include <stdlib.h>

#include <array>
#include <mutex>
#include <vector>

#include "system/large_memory.h"

namespace caio {

namespace {

constexpr size_t kUnit = 1024;
constexpr size_t kLargestUnits = 64;
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kMostKept = 0;  // the use of what was given back must be seen
#else
constexpr size_t kMostKept = 16 * 1024 * 1024;
#endif

// Blocks of each size. What is kept is not touched: its owners have long done other things, and the processor would
// wait for it.
class Shelf {
 public:
  char* take(size_t units) {
    const std::lock_guard lock(mutex_);
    std::vector<char*>& blocks = blocks_[units];
    if (blocks.empty()) return nullptr;
    char* const block = blocks.back();
    blocks.pop_back();
    kept_ -= units * kUnit;
    return block;
  }
  bool keep(char* block, size_t units) {
    const std::lock_guard lock(mutex_);
    if (kept_ + units * kUnit > kMostKept) return false;
    kept_ += units * kUnit;
    blocks_[units].push_back(block);
    return true;
  }

 private:
  std::mutex mutex_;
  std::array<std::vector<char*>, kLargestUnits + 1> blocks_;
  size_t kept_ = 0;
};

// Never destroyed: garbage may be collected while the process ends.
Shelf& shelf() {
  static auto& shelf = *new Shelf;
  return shelf;
}

}  // namespace

Bytes warm_bytes(size_t size) {
  const size_t units = (size + kUnit - 1) / kUnit;
  if (units == 0) return Bytes(size);
  if (units > kLargestUnits) return large_bytes(size);
  const size_t capacity = units * kUnit;
  char* const block = shelf().take(units);
  return block != nullptr ? Bytes(block, size, capacity) : Bytes::in_lines(size, capacity);
}

void give_back(char* data, size_t capacity) {
  const size_t units = capacity / kUnit;
  const bool is_kept = units > kLargestUnits ? keep_large(data, capacity) : units > 0 && shelf().keep(data, units);
  if (!is_kept) ::free(data);
}

}  // namespace caio
