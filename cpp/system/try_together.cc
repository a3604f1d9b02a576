#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "system/call.h"
#include "system/call_batch.h"
#include "system/file_system_type.h"
#include "system/perform.h"
#include "system/stat.h"
#include "system/text.h"
#include "system/transfer.h"
#include "system/try_now.h"
#include "system/would_wait.h"

namespace caio {

namespace {

// Fewer calls than this cost more through the ring.
constexpr ptrdiff_t kWorthCrossingTogether = 3;
// Writes of more than this would keep others from the file, and reads of more gain nothing by a second thread: both of
// them wait for memory.
constexpr size_t kLargestSharedWrite = 64 * 1024;
constexpr size_t kLargestSharedRead = 256 * 1024;
// Of a whole file, with one byte more: room to see that it has ended.
constexpr size_t kPiece = 32 * 1024;
// So many files in a row are asked how large they are after one that was larger than a piece.
constexpr int kLeftOut = 64;
// Two reads of each operation.
static_assert(2 * TryNow::kTogether <= CallBatch::kCapacity);

}  // namespace

void TryNow::allow_ring(bool allowed) { ring_allowed_ = allowed && calls_.available(); }

void TryNow::allow_large_copies() { large_copies_ = true; }

bool TryNow::may_share(const Operation& operation) const {
  if (operation.offset < 0 || operation.priority != 0) return false;
  constexpr int32_t kReads = Traits::kReadNowait | Traits::kMemory;
  constexpr int32_t kWrites = Traits::kWriteNowait | Traits::kWriteBuffered | Traits::kMemory;
  constexpr int32_t kNever = Traits::kDirect | Traits::kAppend;
  // Of what nothing is known, whoever attempts it finds it out.
  const bool known = operation.traits != Traits::kUnknown;
  if (known && (!operation.has(operation.writes() ? kWrites : kReads) || operation.has(kNever))) return false;
  const size_t length = remaining(operation);
  const size_t most = operation.writes() ? kLargestSharedWrite : kLargestSharedRead;
  return length > 0 && length <= most && !misses_.keeps_missing(operation.fd);
}

bool TryNow::goes_together(const Operation& operation) {
  if (operation.at != AT_FDCWD || operation.cancelled) return false;
  switch (operation.opcode) {
    case Opcode::kReadFile:
      if (reads_never_now(operation.path, operation.flags)) return false;
      [[fallthrough]];
    case Opcode::kOpen:
      return !opens_never_now(operation.path, operation.flags);
    case Opcode::kClose:
      return true;
    case Opcode::kRead:
      // Only what may be shared comes here: its place, its size and its priority have been looked at.
      return operation.has(Traits::kReadNowait) && operation.done == 0;
    default:
      return false;
  }
}

// Adds the first call. False where it is known without one how the operation ends: as a miss.
bool TryNow::begin_together(Operation& operation) {
  operation.result = kMiss;
  if (operation.opcode == Opcode::kClose) {
    if (!closes_at_once(operation)) return false;
    calls_.close(operation.fd);
    return true;
  }
  if (operation.opcode == Opcode::kRead) {
    if (!misses_.worth_trying(operation.fd)) return false;
    calls_.read(operation.fd, operation.data, operation.length, static_cast<uint64_t>(operation.offset));
    return true;
  }
  raw::OpenHow how{static_cast<uint64_t>(static_cast<unsigned>(operation.flags | O_CLOEXEC)), 0, 0};
  if (!bound_lookup(operation.path.c_str(), how.resolve)) return false;
  calls_.open(operation.path.c_str(), how);
  return true;
}

// The first call of anything but a whole file's reading returned this.
void TryNow::end_together(Operation& operation, Result first) {
  switch (operation.opcode) {
    case Opcode::kRead:
      operation.result = go_on_reading(operation, first);
      return;
    case Opcode::kClose:
      operation.result = first == -EINTR ? 0 : first;
      return;
    default:
      break;
  }
  if (first < 0) {
    operation.result = result_or_miss(static_cast<int>(-first));
    return;
  }
  FileDescriptor file(static_cast<int>(first));
  DescriptorStat known;
  if (look_at_opened(operation, file, known) == 0) operation.result = give_opened(operation, std::move(file), known);
}

// At the cursor, twice: a file whose second read finds nothing is all there, and nobody needs to ask how large it is.
void TryNow::read_whole(std::span<Operation* const> operations, std::span<FileDescriptor> files) {
  if (!scratch_) scratch_ = Bytes::in_lines(kTogether * kPiece);
  const auto piece = [this](size_t at) { return scratch_.data() + at * kPiece; };
  const bool tried = scratch_ && too_large_ == 0;
  for (size_t i = 0; tried && i < files.size(); ++i) {
    calls_.read(files[i].get(), piece(i), kPiece - 1, CallBatch::kAtCursor);
    calls_.read(files[i].get(), piece(i) + kPiece - 1, 1, CallBatch::kAtCursor);
  }
  std::array<int32_t, 2 * kTogether> moved{};
  if (tried) std::ranges::copy(calls_.run(), moved.begin());
  for (size_t i = 0; i < files.size(); ++i) {
    Operation& operation = *operations[i];
    const int32_t count = moved[2 * i];
    if (count > 0 && moved[2 * i + 1] == 0) {
      const bool kept = keep_bytes(operation, piece(i), static_cast<size_t>(count));
      operation.result = kept ? count : failure(Step::kRead, -ENOMEM);
      misses_.remember(files[i].get(), false);
      calls_.close(files[i].release());
    } else if (count == -EAGAIN) {
      calls_.close(files[i].release());
    } else {
      // Empty, too large, no file or not of a file system that reads so: what it is decides. Whoever reads on begins at
      // the beginning.
      if (!tried && too_large_ > 0) --too_large_;
      if (count > 0) {
        too_large_ = kLeftOut;
        if (CAIO_CALL(lseek, files[i].get(), 0, SEEK_SET) != 0) continue;
      }
      operation.result = read_opened(operation, std::move(files[i]));
    }
  }
  calls_.run();
}

void TryNow::attempt_together(std::span<Operation* const> operations) {
  const auto joins = [](const Operation* operation) { return goes_together(*operation); };
  const bool together = ring_allowed_ && std::ranges::count_if(operations, joins) >= kWorthCrossingTogether;
  std::array<Operation*, kTogether> under_way{};
  size_t count = 0;
  for (Operation* operation : operations) {
    if (operation->cancelled) {
      operation->result = -ECANCELED;
    } else if (!together || !joins(operation)) {
      operation->result = attempt(*operation);
    } else if (begin_together(*operation)) {
      under_way[count++] = operation;
    }
  }
  if (count == 0) return;
  std::array<int32_t, kTogether> first{};
  std::ranges::copy(calls_.run(), first.begin());
  std::array<FileDescriptor, kTogether> files;
  size_t reading = 0;
  for (size_t i = 0; i < count; ++i) {
    Operation& operation = *under_way[i];
    if (operation.opcode != Opcode::kReadFile) {
      end_together(operation, first[i]);
    } else if (first[i] < 0) {
      const Result result = result_or_miss(-first[i]);
      operation.result = result == kMiss ? kMiss : failure(Step::kOpen, result);
    } else {
      under_way[reading] = &operation;
      files[reading++].reset(first[i]);
    }
  }
  if (reading > 0) read_whole(std::span(under_way).first(reading), std::span(files).first(reading));
}

}  // namespace caio
