#include "system/large_pages.h"

#include "system/call.h"
#include "system/platform.h"

#if CAIO_LINUX
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#endif

namespace caio {

#if CAIO_LINUX

Bytes in_large_pages(size_t size) {
  const size_t rounded = in_whole_pages(size);
  Bytes bytes(static_cast<char*>(CAIO_CALL(aligned_alloc, kLargePage, rounded)), size, rounded);
  // Only pages that are filled whole: the rest of the last one would be memory that nobody asked for.
  if (bytes) CAIO_CALL(madvise, bytes.data(), size / kLargePage * kLargePage, MADV_HUGEPAGE);
  return bytes;
}

bool small_pages_are_dear() {
  using Clock = std::chrono::steady_clock;
  constexpr size_t kPage = 4096;
  constexpr size_t kPages = 16;
  // Of several looks the one that nothing came between.
  constexpr size_t kPagesAtOnce = 4;
  constexpr Clock::duration kDear = kPagesAtOnce * std::chrono::microseconds(8);
  void* const memory =
      CAIO_CALL(mmap, nullptr, kPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, off_t{0});
  if (memory == MAP_FAILED) return false;
  auto* const pages = static_cast<volatile char*>(memory);
  Clock::duration least = Clock::duration::max();
  for (size_t first = 0; first < kPages; first += kPagesAtOnce) {
    const auto begun = Clock::now();
    for (size_t page = first; page < first + kPagesAtOnce; ++page) pages[page * kPage] = 1;
    least = std::min(least, Clock::now() - begun);
  }
  ::munmap(memory, kPages * kPage);
  return least > kDear;
}

#else

bool small_pages_are_dear() { return false; }

Bytes in_large_pages(size_t size) { return Bytes::in_lines(size); }

#endif

}  // namespace caio
