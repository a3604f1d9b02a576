#include "system/warm_memory.h"

#include <stdlib.h>

#include <array>
#include <mutex>
#include <vector>

#include "system/kept_memory.h"
#include "system/large_memory.h"

namespace caio {

namespace {

constexpr size_t kUnit = 1024;
constexpr size_t kLargestUnits = 64;
constexpr size_t kAlwaysKept = 16 << 20;

// Blocks of each size. What is kept is not touched: its owners have long done other things, and the processor would
// wait for it.
class Shelf {
 public:
  char* take(size_t units) {
    const std::lock_guard lock(mutex_);
    if (++taken_ % kLooksAtClock == 1) asked_for_.note();
    std::vector<char*>& blocks = blocks_[units];
    if (blocks.empty()) return nullptr;
    char* const block = blocks.back();
    blocks.pop_back();
    kept_ -= units * kUnit;
    return block;
  }
  bool keep(char* block, size_t units) {
    const std::lock_guard lock(mutex_);
    const size_t kept = kept_ + units * kUnit;
    if (!kKeepsMemory || kept > kMostMemoryKept || (kept > kAlwaysKept && asked_for_.is_long_ago())) return false;
    kept_ = kept;
    blocks_[units].push_back(block);
    return true;
  }
  void let_go() {
    std::vector<char*> gone;
    {
      const std::lock_guard lock(mutex_);
      if (!asked_for_.is_long_ago()) return;
      for (size_t units = kLargestUnits; units > 0; --units) {
        for (std::vector<char*>& blocks = blocks_[units]; kept_ > kAlwaysKept && !blocks.empty(); blocks.pop_back()) {
          gone.push_back(blocks.back());
          kept_ -= units * kUnit;
        }
      }
    }
    for (char* const block : gone) ::free(block);
  }

 private:
  static constexpr size_t kLooksAtClock = 64;

  std::mutex mutex_;
  std::array<std::vector<char*>, kLargestUnits + 1> blocks_;
  size_t kept_ = 0;
  size_t taken_ = 0;
  LastAskedFor asked_for_;
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

void let_go_of_warm_memory() {
  shelf().let_go();
  let_go_of_large_memory();
}

void give_back(char* data, size_t capacity) {
  const size_t units = capacity / kUnit;
  const bool is_kept = units > kLargestUnits ? keep_large(data, capacity) : units > 0 && shelf().keep(data, units);
  if (!is_kept) ::free(data);
}

}  // namespace caio
