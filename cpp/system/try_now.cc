#include "system/try_now.h"

#include "system/call.h"
#include "system/platform.h"

#if CAIO_LINUX

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "system/file_system_type.h"
#include "system/interrupted.h"
#include "system/perform.h"
#include "system/raw.h"
#include "system/stat.h"
#include "system/transfer.h"
#include "system/would_wait.h"

namespace caio {

namespace {

constexpr uint64_t kResolveNoXdev = 0x01;
constexpr uint64_t kResolveCached = 0x20;

}  // namespace

void TryNow::turn() { mounts_checked_ = false; }

// What `use` makes of the function that attempts operations of this kind; kMiss where there is none. The only list of
// those that may end at once, and a template so that each is still called directly.
template <typename Use>
Result TryNow::with_attempt_at(Opcode opcode, Use use) {
  switch (opcode) {
    case Opcode::kRead:
      return use(&TryNow::read);
    case Opcode::kReadv:
      return use(&TryNow::readv);
    case Opcode::kWrite:
    case Opcode::kWritev:
      return use(&TryNow::write);
    case Opcode::kOpen:
      return use(&TryNow::open);
    case Opcode::kClose:
      return use(&TryNow::close);
    case Opcode::kStat:
      return use(&TryNow::stat);
    case Opcode::kLstat:
      return use(&TryNow::lstat);
    case Opcode::kFstat:
      return use(&TryNow::fstat);
    case Opcode::kAccess:
      return use(&TryNow::access);
    case Opcode::kRealpath:
      return use(&TryNow::realpath);
    case Opcode::kReadFile:
      return use(&TryNow::read_file);
    case Opcode::kReaddir:
      return use(&TryNow::readdir);
    case Opcode::kOpenDirectory:
      return use(&TryNow::open_directory);
    case Opcode::kReadDirectory:
      return use(&TryNow::read_directory);
    case Opcode::kCloseDirectory:
      return use(&TryNow::close_directory);
    default:
      return kMiss;
  }
}

bool TryNow::knows(Opcode opcode) {
  return with_attempt_at(opcode, [](auto) { return Result{0}; }) != kMiss;
}

Result TryNow::attempt(Operation& operation) {
  if (operation.at != AT_FDCWD) return kMiss;  // nobody has looked at the file system where that lookup starts
  if (operation.moves_nothing()) return kMiss;
  if (is_change(operation)) return change(operation);
  if (operation.syncs()) return sync(operation);
  return with_attempt_at(operation.opcode, [&](auto method) { return (this->*method)(operation); });
}

Result TryNow::read(Operation& operation) {
  const size_t asked = remaining(operation);
  if (!large_copies_ && !copy_bound_.allows(asked)) return kMiss;
  if (asked < CopyBound::kTelling) return read_cached(operation);
  const auto begun = CopyBound::Clock::now();
  const Result result = read_cached(operation);
  // Beside another thread's it takes longer.
  const bool alone = operation.state != OperationState::kShared;
  if (alone && result == static_cast<Result>(asked)) copy_bound_.report(asked, CopyBound::Clock::now() - begun);
  return result;
}

Result TryNow::read_cached(Operation& operation) {
  if (operation.traits == Traits::kUnknown) {
    // An O_DIRECT read waits for the device whatever RWF_NOWAIT says; a cursor may be held by another thread's read.
    if (operation.offset < 0) return kMiss;
    const int status_flags = CAIO_CALL(fcntl, operation.fd, F_GETFL);
    if (status_flags < 0 || (status_flags & O_DIRECT) != 0) return kMiss;
  } else if ((operation.traits & Traits::kMemory) != 0) {
    const Result moved = transfer_once(operation, 0);
    if (moved < 0 || advance(operation, static_cast<size_t>(moved)) || moved == 0)
      return moved < 0 ? moved : static_cast<Result>(operation.done);
    const Result rest = transfer_once(operation, 0);
    return static_cast<Result>(operation.done) + (rest > 0 ? rest : 0);
  } else if ((operation.traits & (Traits::kReadNowait | Traits::kDirect)) != Traits::kReadNowait) {
    return kMiss;
  }
  if (!misses_.worth_trying(operation.fd)) return kMiss;
  return go_on_reading(operation, transfer_once(operation, kNoWait));
}

// What an attempt has moved, or its -errno.
Result TryNow::go_on_reading(Operation& operation, Result moved) {
  for (;; moved = transfer_once(operation, kNoWait)) {
    if (moved < 0) {
      const bool missed = may_mean_waiting(static_cast<int>(-moved));
      if (missed) misses_.remember(operation.fd, true);
      if (missed) return kMiss;
      return operation.done > 0 ? static_cast<Result>(operation.done) : moved;
    }
    if (advance(operation, static_cast<size_t>(moved)) || moved == 0) {
      misses_.remember(operation.fd, false);
      return static_cast<Result>(operation.done);
    }
    // Short: the end of the file, or the rest is not in memory. Another attempt tells which.
  }
}

Result TryNow::readv(Operation& operation) {
  // At the cursor a part would have moved it before the rest is known to miss.
  if (operation.offset < 0 && (operation.traits & Traits::kMemory) == 0) return kMiss;
  if (operation.traits == Traits::kUnknown) return kMiss;
  return read(operation);
}

void TryNow::look(Operation& operation) {
  check_mounts();
  const int status_flags = CAIO_CALL(fcntl, operation.fd, F_GETFL);
  DescriptorStat known;
  if (status_flags < 0 || stat_cached(operation.fd, known) < 0) return;
  operation.traits = combine_traits(known.mode, status_flags, mounts_.traits(known.device, operation.fd));
}

void TryNow::check_mounts() {
  if (mounts_checked_) return;
  if (mounts_.refresh()) fresh_names_.clear();
  mounts_checked_ = true;
}

bool TryNow::bound_lookup(const char* path, uint64_t& resolve) {
  check_mounts();
  resolve = kResolveCached;
  if (mounts_.all_local()) return true;
  // open and statx of a remote file system wait inside the kernel: stay on the file system where the lookup starts.
  resolve |= kResolveNoXdev;
  return mounts_.starts_local(path);
}

Result TryNow::open_with(const char* path, int flags, uint64_t resolve) {
  raw::OpenHow how{static_cast<uint64_t>(static_cast<unsigned>(flags)), 0, 0};
  if (!bound_lookup(path, how.resolve)) return kMiss;
  how.resolve |= resolve;
  const long fd = CAIO_CALL(caio::raw::openat2, AT_FDCWD, path, &how);
  return fd >= 0 ? fd : result_or_miss(errno);
}

Result TryNow::look_at_opened(Operation& operation, FileDescriptor& file, DescriptorStat& known) {
  if (stat_cached(file.get(), known) < 0) return kMiss;
  if (!S_ISREG(known.mode) && !S_ISDIR(known.mode)) {
    operation.probe = std::move(file);
    return kMiss;
  }
  misses_.remember(file.get(), false);
  return 0;
}

Result TryNow::open_at_once(const Operation& operation, int flags) {
  if (opens_never_now(operation.path, flags)) return kMiss;
  // The cached lookup is no bound on the open itself, which waits for a FIFO's other side: O_NONBLOCK is.
  return open_with(operation.path.c_str(), flags | O_NONBLOCK | O_CLOEXEC);
}

Result TryNow::open_cached(Operation& operation, int flags, DescriptorStat& known) {
  const Result opened = open_at_once(operation, flags);
  if (opened < 0) return opened;
  FileDescriptor file(static_cast<int>(opened));
  return look_at_opened(operation, file, known) == 0 ? file.release() : kMiss;
}

Result TryNow::find_cached(const char* path, int flags) {
  const Result found = open_with(path, O_PATH | O_CLOEXEC | flags);
  // Only the attempt needs a descriptor: that none is left is no answer about the file.
  return found == -EMFILE || found == -ENFILE ? kMiss : found;
}

Result TryNow::give_opened(const Operation& operation, FileDescriptor file, const DescriptorStat& known) {
  int32_t traits = combine_traits(known.mode, operation.flags, mounts_.traits(known.device, file.get()));
  if (known.size <= kLightlyFreed) traits |= Traits::kSmall;
  return file.release() + traits * kTraitsShift;
}

Result TryNow::open(Operation& operation) {
  DescriptorStat known;
  const Result opened = open_cached(operation, operation.flags, known);
  if (opened < 0) return opened;
  FileDescriptor file(static_cast<int>(opened));
  if ((operation.flags & O_NONBLOCK) == 0 && CAIO_CALL(fcntl, file.get(), F_SETFL, operation.flags) != 0) return kMiss;
  return give_opened(operation, std::move(file), known);
}

bool TryNow::closes_at_once(const Operation& operation) {
  misses_.remember(operation.fd, false);  // the number's next owner starts anew
  if (!operation.closes_lightly()) return false;
  if (operation.has(Traits::kSmall) && operation.has(Traits::kReadOnly)) return true;
  // The last reference to an unlinked file frees its blocks: 239 ms for 1 GiB.
  DescriptorStat known;
  if (stat_cached(operation.fd, known) != 0 || known.links == 0) return false;
  // Of what was written, somebody else may have cut it to nothing.
  return operation.has(Traits::kReadOnly | Traits::kMemory) || known.size <= kLightlyFreed;
}

Result TryNow::close(const Operation& operation) {
  if (!closes_at_once(operation)) return kMiss;
  return CAIO_CALL(close, operation.fd) == 0 || errno == EINTR ? 0 : -errno;
}

bool TryNow::syncs_nothing(Operation& operation) {
  if (operation.traits == Traits::kUnknown) look(operation);
  return operation.has(Traits::kMemory);
}

Result TryNow::sync(Operation& operation) { return syncs_nothing(operation) ? perform(operation) : kMiss; }

bool TryNow::is_fresh(std::string_view path, FreshNames::Way way, FreshNames::Clock::time_point now) {
  check_mounts();
  return mounts_.all_local() && fresh_names_.has(path, way, now);
}

Result TryNow::stat_named(Operation& operation, bool follow) {
  const auto way = follow ? FreshNames::Way::kFollowed : FreshNames::Way::kNotFollowed;
  const auto begun = FreshNames::Clock::now();
  if (is_fresh(operation.path, way, begun)) {
    const Result result = stat_at(AT_FDCWD, operation.path.c_str(), follow ? 0 : AT_SYMLINK_NOFOLLOW, operation.stat);
    fresh_names_.report(begun, FreshNames::Clock::now());
    return result;
  }
  const Result found = find_cached(operation.path.c_str(), follow ? 0 : O_NOFOLLOW);
  if (found < 0) return found;
  const FileDescriptor file(static_cast<int>(found));
  fresh_names_.note(operation.path, way, begun);
  return stat_at(file.get(), "", AT_EMPTY_PATH, operation.stat);
}

Result TryNow::stat(Operation& operation) { return stat_named(operation, true); }

Result TryNow::lstat(Operation& operation) { return stat_named(operation, false); }

Result TryNow::fstat(Operation& operation) {
  check_mounts();
  if (!mounts_.all_local()) {
    DescriptorStat known;
    if (const Result result = stat_cached(operation.fd, known); result < 0) return result;
    if ((mounts_.traits(known.device, operation.fd) & Traits::kLocal) == 0) return kMiss;
  }
  return stat_at(operation.fd, "", AT_EMPTY_PATH, operation.stat);
}

Result TryNow::access(const Operation& operation) {
  const auto begun = FreshNames::Clock::now();
  if (is_fresh(operation.path, FreshNames::Way::kFollowed, begun)) {
    const int status =
        uninterrupted(operation, [&] { return CAIO_CALL(access, operation.path.c_str(), operation.flags); });
    const Result result = status == 0 ? 0 : -errno;
    fresh_names_.report(begun, FreshNames::Clock::now());
    return result;
  }
  const Result found = find_cached(operation.path.c_str(), 0);
  if (found < 0) return found;
  const FileDescriptor file(static_cast<int>(found));
  fresh_names_.note(operation.path, FreshNames::Way::kFollowed, begun);
  if (operation.flags == F_OK) return 0;
  if (CAIO_CALL(caio::raw::faccessat2, file.get(), "", operation.flags, AT_EMPTY_PATH) == 0) return 0;
  return result_or_miss(errno);
}

Result TryNow::read_file(Operation& operation) {
  if (reads_never_now(operation.path, operation.flags)) return kMiss;
  const Result opened = open_at_once(operation, operation.flags);
  if (opened < 0) return opened == kMiss ? kMiss : failure(Step::kOpen, opened);
  return read_opened(operation, FileDescriptor(static_cast<int>(opened)));
}

Result TryNow::read_opened(Operation& operation, FileDescriptor file) {
  DescriptorStat known;
  if (look_at_opened(operation, file, known) != 0) return kMiss;
  if (is_directory_to_read(known.mode, operation.flags)) return failure(Step::kRead, -EISDIR);
  const int32_t file_system = mounts_.traits(known.device, file.get());
  // Its whole reading is one job of another thread.
  if (known.size == 0 && S_ISREG(known.mode) && (file_system & Traits::kMadeUp) != 0) return kMiss;
  if (!S_ISREG(known.mode) || known.size == 0 || known.size > most_in_one_job(operation)) {
    if ((operation.flags & O_NONBLOCK) == 0 && CAIO_CALL(fcntl, file.get(), F_SETFL, operation.flags) != 0)
      return kMiss;
    return give_opened(operation, std::move(file), known);
  }
  if ((file_system & (Traits::kReadNowait | Traits::kMemory)) == 0) return kMiss;
  const bool long_text = known.size > kSmallFile;
  if (long_text && !text_bound_.allows(known.size)) return kMiss;
  const auto begun = long_text ? CopyBound::Clock::now() : CopyBound::Clock::time_point();
  const Result count =
      read_contents(operation, file.get(), known.size, (file_system & Traits::kMemory) != 0 ? 0 : kNoWait);
  operation.fd = -1;
  if (long_text && count == static_cast<Result>(known.size))
    text_bound_.report(known.size, CopyBound::Clock::now() - begun);
  if (count < 0 && may_mean_waiting(static_cast<int>(-(count - failure(Step::kRead, 0))))) return kMiss;
  return count;
}

void TryNow::learn(const Operation& done) {
  if (done.transfers() && done.result == kWantsOwnThread) misses_.remember(done.fd, true);
  if (done.opcode == Opcode::kReaddir && done.result >= 0 && done.at == AT_FDCWD)
    fresh_names_.note(done.path, FreshNames::Way::kListed, FreshNames::Clock::now());
  if (done.opcode == Opcode::kRealpath && done.result >= 0)
    fresh_names_.note(done.path, FreshNames::Way::kResolved, FreshNames::Clock::now());
  if (done.opcode == Opcode::kReadDirectory) note_read(done, FreshNames::Clock::now());
}

}  // namespace caio

#else

namespace caio {

void TryNow::turn() {}

// Without RWF_NOWAIT and RESOLVE_CACHED nothing is known not to wait.
bool TryNow::knows(Opcode) { return false; }

void TryNow::learn(const Operation&) {}

Result TryNow::attempt(Operation&) { return kMiss; }

void TryNow::attempt_together(std::span<Operation* const> operations) {
  for (Operation* operation : operations) operation->result = operation->cancelled ? -ECANCELED : kMiss;
}

void TryNow::allow_ring(bool) {}

bool TryNow::syncs_nothing(Operation&) { return false; }

void TryNow::allow_large_copies() {}

bool TryNow::may_share(const Operation&) const { return false; }

}  // namespace caio

#endif
