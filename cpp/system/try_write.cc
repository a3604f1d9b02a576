#include <unistd.h>

#include "system/call.h"
#include "system/raw.h"
#include "system/stat.h"
#include "system/transfer.h"
#include "system/try_now.h"
#include "system/would_wait.h"

namespace caio {

namespace {

constexpr size_t kLargestBufferedWrite = 64 * 1024;

}  // namespace

Result TryNow::write(Operation& operation) {
  if (operation.traits == Traits::kUnknown) look(operation);
  if (operation.traits == Traits::kUnknown || remaining(operation) > kLargestWrite) return kMiss;
  const bool memory = (operation.traits & Traits::kMemory) != 0;
  const bool nowait = (operation.traits & Traits::kWriteNowait) != 0 && operation.offset >= 0;
  if (!memory && !nowait) return (operation.traits & Traits::kWriteBuffered) != 0 ? write_buffered(operation) : kMiss;
  if (!memory && !misses_.worth_trying(operation.fd)) return kMiss;
  const Result moved = transfer_once(operation, memory ? 0 : kNoWait);
  if (moved < 0) {
    const bool missed = !memory && may_mean_waiting(static_cast<int>(-moved));
    if (!memory) misses_.remember(operation.fd, missed);
    return missed ? kMiss : moved;
  }
  return advance(operation, static_cast<size_t>(moved)) ? static_cast<Result>(operation.done) : kMiss;
}

// A write of less than a page reads the page first if it is not in memory. To look by reading would change the time of
// the file's last access.
bool TryNow::edges_cached(const Operation& operation, size_t length) {
  constexpr int64_t kPage = 4096;
  const bool append = (operation.traits & Traits::kAppend) != 0;
  int64_t begin = append || operation.offset >= 0 ? operation.offset : CAIO_CALL(lseek, operation.fd, 0, SEEK_CUR);
  if (!append && begin % kPage == 0 && static_cast<int64_t>(length) % kPage == 0) return begin >= 0;
  DescriptorStat known{};
  if (stat_cached(operation.fd, known) < 0) return false;
  const auto size = static_cast<int64_t>(known.size);
  if (append) begin = size;
  if (begin < 0) return false;
  for (const int64_t edge : {begin, begin + static_cast<int64_t>(length)}) {
    const int64_t page = edge / kPage * kPage;
    if (page == edge || page >= size) continue;  // whole, or behind the end: nothing needs to be read
    const raw::CacheRange range{static_cast<uint64_t>(page), kPage};
    raw::CacheState state{};
    if (CAIO_CALL(caio::raw::cachestat, operation.fd, &range, &state) == 0) {
      if (state.cached == 0) return false;
      continue;
    }
    // An older kernel, which cannot be asked. At the end, where a log writes, the page is the one that was written
    // last.
    if (begin < size) return false;
  }
  return true;
}

Result TryNow::write_buffered(Operation& operation) {
  const size_t length = remaining(operation);
  if (length > kLargestBufferedWrite) return kMiss;
  const auto begun = WriteHeadroom::Clock::now();
  if (!write_headroom_.allows(length, begun) || !edges_cached(operation, length)) return kMiss;
  const Result moved = transfer_once(operation, 0);
  write_headroom_.spend(length, begun, WriteHeadroom::Clock::now());
  // What an earlier attempt has written counts, as write(2) has it.
  if (moved < 0) return operation.done > 0 ? static_cast<Result>(operation.done) : moved;
  misses_.remember(operation.fd, false);
  return advance(operation, static_cast<size_t>(moved)) ? static_cast<Result>(operation.done) : kMiss;
}

}  // namespace caio
