#include "system/large_memory.h"

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

#include "system/large_pages.h"
#include "system/worker_thread.h"

namespace caio {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kMostKept = 0;  // the use of what was given back must be seen
#else
constexpr size_t kMostKept = 128 << 20;
#endif

struct Block {
  char* data;
  size_t capacity;
};

class Shelf {
 public:
  // The smallest that is large enough, and not too large.
  char* take(size_t size, size_t& capacity) {
    const std::lock_guard lock(mutex_);
    last_taken_ = Clock::now();
    const size_t fresh = in_whole_pages(size);
    const auto fits = [&](const Block& block) { return block.capacity >= size && block.capacity <= fresh + fresh / 4; };
    auto best = blocks_.end();
    for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
      if (fits(*block) && (best == blocks_.end() || block->capacity < best->capacity)) best = block;
    }
    if (best == blocks_.end()) return nullptr;
    const Block taken = *best;
    blocks_.erase(best);
    kept_ -= taken.capacity;
    capacity = taken.capacity;
    return taken.data;
  }

  bool keep(Block block) {
    const std::lock_guard lock(mutex_);
    if (kept_ + block.capacity > kMostKept || is_idle()) return false;
    kept_ += block.capacity;
    blocks_.push_back(block);
    return true;
  }

  void let_go() {
    std::vector<Block> gone;
    {
      const std::lock_guard lock(mutex_);
      if (!is_idle()) return;
      kept_ = 0;
      gone = std::move(blocks_);
      blocks_.clear();
    }
    for (const Block& block : gone) ::free(block.data);
  }

 private:
  using Clock = std::chrono::steady_clock;

  // A thread of ours that ends has been idle for longer.
  bool is_idle() const { return Clock::now() - last_taken_ > kIdleBeforeRetiring / 2; }

  std::mutex mutex_;
  std::vector<Block> blocks_;
  size_t kept_ = 0;
  Clock::time_point last_taken_{};
};

// Never destroyed: garbage may be collected while the process ends.
Shelf& shelf() {
  static auto& shelf = *new Shelf;
  return shelf;
}

}  // namespace

Bytes large_bytes(size_t size) {
  size_t capacity = 0;
  char* const kept = shelf().take(size, capacity);
  if (kept == nullptr) return in_large_pages(size);
  Bytes bytes(kept, capacity);
  bytes.shrink(size);
  return bytes;
}

bool keep_large(char* data, size_t capacity) { return shelf().keep({data, capacity}); }

void let_go_of_large_memory() { shelf().let_go(); }

}  // namespace caio
