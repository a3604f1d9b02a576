#include "system/warm_memory.h"

#if defined(__APPLE__)
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

#include <array>
#include <mutex>

namespace caio {

namespace {

constexpr size_t kUnit = 1024;
constexpr size_t kLargestUnits = 64;
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kMostKept = 0;  // the use of what was given back must be seen
#else
constexpr size_t kMostKept = 16 * 1024 * 1024;
#endif

size_t usable(char* data) {
#if defined(__APPLE__)
  return ::malloc_size(data);
#else
  return ::malloc_usable_size(data);
#endif
}

struct Block {
  Block* next;
};

// Never destroyed: garbage may be collected while the process ends.
struct Shelf {
  std::mutex mutex;
  std::array<Block*, kLargestUnits + 1> by_units{};
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
    if (Block* block = from.by_units[units]) {
      from.by_units[units] = block->next;
      from.kept -= units * kUnit;
      return {reinterpret_cast<char*>(block), size};
    }
  }
  Bytes bytes(units * kUnit);
  bytes.shrink(bytes ? size : 0);
  return bytes;
}

void give_back(char* data) {
  const size_t units = usable(data) / kUnit;
  if (units > 0 && units <= kLargestUnits) {
    Shelf& to = shelf();
    const std::lock_guard lock(to.mutex);
    if (to.kept + units * kUnit <= kMostKept) {
      to.kept += units * kUnit;
      to.by_units[units] = new (data) Block{to.by_units[units]};
      return;
    }
  }
  ::free(data);
}

}  // namespace caio
