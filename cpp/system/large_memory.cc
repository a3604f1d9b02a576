#include "system/large_memory.h"

#include <stdlib.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <vector>

#include "system/kept_memory.h"
#include "system/large_pages.h"

namespace caio {

namespace {

struct Block {
  char* data;
  size_t capacity;
};

// Where large pages are fresh, one after the other stops who writes into them for up to a millisecond. What is smaller
// comes from what the C library has at hand, unless that stops for longer.
constexpr size_t kWorthLargePages = 32 << 20;

bool comes_in_large_pages(size_t size) {
  if (size >= kWorthLargePages) return true;
  if (size < kLargePage) return false;
  static const bool dear = small_pages_are_dear();
  return dear;
}

// Comes in few sizes.
constexpr size_t kLargeUnit = 64 * 1024;
constexpr size_t capacity_for(size_t size) {
  return size < kLargePage ? (size + kLargeUnit - 1) / kLargeUnit * kLargeUnit : in_whole_pages(size);
}

class LargeShelf {
 public:
  // The smallest that is large enough, and not too large; of those as large as a fresh one the last that came, which is
  // the warmest.
  Bytes take(size_t size) {
    const size_t fresh = capacity_for(size);
    const size_t most = fresh + fresh / 4;
    const std::lock_guard lock(mutex_);
    asked_for_.note();
    auto best = blocks_.rend();
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
      if (block->capacity < size || block->capacity > most) continue;
      if (best == blocks_.rend() || block->capacity < best->capacity) best = block;
      if (block->capacity == fresh) break;
    }
    if (best == blocks_.rend()) {
      lent_ += fresh;
      return {};
    }
    const Block taken = *best;
    blocks_.erase(std::next(best).base());
    kept_ -= taken.capacity;
    lent_ += taken.capacity;
    return {taken.data, size, taken.capacity};
  }

  bool keep(Block block) {
    const std::lock_guard lock(mutex_);
    lent_ -= std::min(lent_, block.capacity);
    if (!kKeepsMemory || asked_for_.is_long_ago() || kept_ + block.capacity > std::max(kMostMemoryKept, lent_ / 2))
      return false;
    kept_ += block.capacity;
    blocks_.push_back(block);
    return true;
  }

  void let_go() {
    std::vector<Block> gone;
    {
      const std::lock_guard lock(mutex_);
      if (!asked_for_.is_long_ago()) return;
      kept_ = lent_ = 0;
      gone.swap(blocks_);
    }
    for (const Block& block : gone) ::free(block.data);
  }

 private:
  std::mutex mutex_;
  std::vector<Block> blocks_;
  size_t kept_ = 0;
  size_t lent_ = 0;  // or a little more: who drops Bytes does not say so
  LastAskedFor asked_for_;
};

// Never destroyed: garbage may be collected while the process ends.
LargeShelf& large_shelf() {
  static auto& shelf = *new LargeShelf;
  return shelf;
}

}  // namespace

Bytes large_bytes(size_t size) {
  if (Bytes kept = large_shelf().take(size)) return kept;
  return comes_in_large_pages(size) ? in_large_pages(size) : Bytes::in_lines(size, capacity_for(size));
}

bool keep_large(char* data, size_t capacity) { return large_shelf().keep({data, capacity}); }

void let_go_of_large_memory() { large_shelf().let_go(); }

}  // namespace caio
