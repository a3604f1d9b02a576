#include "system/large_pages.h"

#include "system/call.h"
#include "system/platform.h"

#if CAIO_LINUX
#include <sys/mman.h>
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

#else

Bytes in_large_pages(size_t size) { return Bytes::in_lines(size); }

#endif

}  // namespace caio
