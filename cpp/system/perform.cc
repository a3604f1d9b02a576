#include "system/perform.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "system/call.h"
#include "system/made_up.h"
#include "system/outcome.h"
#include "system/platform.h"
#include "system/stat.h"
#include "system/text.h"
#include "system/transfer.h"
#include "system/warm_memory.h"

namespace caio {

namespace {

// So much is read before somebody is asked whether it is still wanted.
constexpr size_t kReadUninterrupted = 4 << 20;

// A FIFO's open waits for its other side, perhaps for ever (fifo(7)): it must not hold a thread of the pool.
bool may_be_fifo(const Operation& operation) {
  return !operation.unbounded && (operation.flags & (O_NONBLOCK | O_DIRECTORY)) == 0 &&
         (operation.flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
}

// Of what the path leads to; 0 where there is nothing.
mode_t mode_at(const Operation& operation) {
  struct stat found;
  return CAIO_CALL(fstatat, operation.at, operation.path.c_str(), &found, 0) == 0 ? found.st_mode : 0;
}

Result open_once(const Operation& operation, int flags) {
  for (;;) {
    const int fd = CAIO_CALL(openat, operation.at, operation.path.c_str(), flags | O_CLOEXEC, operation.mode);
    if (fd >= 0) return fd;
    if (errno != EINTR || operation.cancelled) return -errno;
  }
}

// The descriptor, -errno or kWantsOwnThread. Whoever creates files mostly creates the next one too: what O_EXCL makes
// is no FIFO, and no lookup in the directory, a third of what the creation costs, needs to come first.
Result open_descriptor(const Operation& operation) {
  static std::atomic<bool> found_no_file{true};
  if (operation.at_once) {
    const Result opened = open_once(operation, operation.flags | O_NONBLOCK);
    return would_have_waited(opened) ? kWantsOwnThread : opened;
  }
  if (may_be_fifo(operation)) {
    const bool creates = (operation.flags & O_CREAT) != 0;
    if (creates && found_no_file.load(std::memory_order_relaxed)) {
      const Result opened = open_once(operation, operation.flags | O_EXCL);
      if (opened != -EEXIST) return opened;
    }
    const mode_t mode = mode_at(operation);
    if (creates) found_no_file.store(mode == 0, std::memory_order_relaxed);
    if (S_ISFIFO(mode)) return kWantsOwnThread;
  }
  return open_once(operation, operation.flags);
}

Result not_opened(Result why) { return why == kWantsOwnThread ? why : failure(Step::kOpen, why); }

Result with_traits(int fd, int flags) {
  Result traits = describe(fd);
  if ((flags & O_TRUNC) != 0 && traits > 0) traits &= ~Traits::kClosesDry;
  return fd + (traits < 0 ? 0 : traits) * kTraitsShift;
}

Result perform_open(Operation& operation) {
  const Result opened = open_descriptor(operation);
  if (opened < 0) return opened;
  FileDescriptor file(static_cast<int>(opened));
  const bool blocks = (operation.flags & O_NONBLOCK) == 0;
  if (operation.at_once && blocks && CAIO_CALL(fcntl, file.get(), F_SETFL, operation.flags) != 0) return -errno;
  return with_traits(file.release(), operation.flags);
}

Result perform_close(const Operation& operation) {
  // EINTR leaves the descriptor closed on Linux (close(2)); libuv treats it, like EINPROGRESS, as done.
  if (CAIO_CALL(close, operation.fd) == 0 || errno == EINTR || errno == EINPROGRESS) return 0;
  return -errno;
}

Result perform_read_file(Operation& operation) {
  const Result opened = open_descriptor(operation);
  if (opened < 0) return not_opened(opened);
  FileDescriptor file(static_cast<int>(opened));
  struct stat known;
  if (CAIO_CALL(fstat, file.get(), &known) != 0) return failure(Step::kFstat, -errno);
  if (is_directory_to_read(known.st_mode, operation.flags)) return failure(Step::kRead, -EISDIR);
  const auto size = static_cast<size_t>(known.st_size);
  if (S_ISREG(known.st_mode) && size == 0) {
    if (const std::optional<Result> read = read_made_up(operation, file.get())) return *read;
  }
  if (!S_ISREG(known.st_mode) || size == 0 || size > most_in_one_job(operation))
    return with_traits(file.release(), operation.flags);
  return read_contents(operation, file.get(), size, 0);
}

Result sync_descriptor(int fd, bool data_only) {
  for (;;) {
#if defined(__APPLE__)
    // fsync(2) on macOS does not reach the medium; F_FULLFSYNC does, where the file system has it (as in libuv).
    (void)data_only;
    if (CAIO_CALL(fcntl, fd, F_FULLFSYNC) == 0 || CAIO_CALL(fsync, fd) == 0) return 0;
#else
    if ((data_only ? CAIO_CALL(fdatasync, fd) : CAIO_CALL(fsync, fd)) == 0) return 0;
#endif
    if (errno != EINTR) return -errno;
  }
}

Result write_and_flush(Operation& operation) {
  while (operation.done < operation.length) {
    const Result moved = transfer_once(operation, 0);
    if (moved < 0) return failure(Step::kWrite, moved);
    advance(operation, static_cast<size_t>(moved));
  }
  const Result synced = operation.flush ? sync_descriptor(operation.fd, false) : 0;
  return synced < 0 ? failure(Step::kFsync, synced) : 0;
}

Result perform_write_file(Operation& operation) {
  const Result opened = open_descriptor(operation);
  if (opened < 0) return not_opened(opened);
  operation.fd = static_cast<int>(opened);
  const Result written = write_and_flush(operation);
  const Result closed = perform_close(operation);
  if (closed == 0) return written;
  return written < 0 ? not_closed_either(written, closed) : failure(Step::kClose, closed);
}

Result perform_truncate(const Operation& operation) {
  for (;;) {
    if (CAIO_CALL(ftruncate, operation.fd, operation.offset) == 0) return 0;
    if (errno != EINTR) return -errno;
  }
}

Result fill(Operation& operation, int fd, size_t size, int flags) {
  operation.fd = fd;
  operation.data = operation.bytes.data();
  operation.done = 0;
  operation.offset = 0;
  while (operation.done < size) {
    operation.length = std::min(size, operation.done + kReadUninterrupted);
    // The job keeps the opcode of readFile, which does not write: transfer_once reads.
    const Result moved = transfer_once(operation, flags);
    if (moved < 0) return failure(Step::kRead, moved);
    if (moved == 0) break;  // truncated meanwhile: less, without padding
    operation.done += static_cast<size_t>(moved);
    if (operation.cancelled && operation.done < size) return -ECANCELED;
  }
  operation.length = size;
  return static_cast<Result>(operation.done);
}

}  // namespace

Result read_contents(Operation& operation, int fd, size_t size, int flags) {
  operation.bytes = warm_bytes(size);
  if (!operation.bytes) return failure(Step::kRead, -ENOMEM);
  const Result count = fill(operation, fd, size, flags);
  operation.data = nullptr;
  if (count < 0) {
    give_back(operation.bytes);
    return count;
  }
  operation.bytes.shrink(static_cast<size_t>(count));
  decode_bytes(operation);
  return count;
}

namespace {

Result perform_once(Operation& operation) {
  switch (operation.opcode) {
    case Opcode::kRead:
    case Opcode::kWrite:
    case Opcode::kReadv:
    case Opcode::kWritev:
      return transfer_all(operation);
    case Opcode::kFsync:
      return sync_descriptor(operation.fd, false);
    case Opcode::kFdatasync:
      return sync_descriptor(operation.fd, true);
    case Opcode::kFtruncate:
      return perform_truncate(operation);
    case Opcode::kOpen:
      return perform_open(operation);
    case Opcode::kClose:
      return perform_close(operation);
    case Opcode::kStat:
      return stat_at(AT_FDCWD, operation.path.c_str(), 0, operation.stat);
    case Opcode::kLstat:
      return stat_at(AT_FDCWD, operation.path.c_str(), AT_SYMLINK_NOFOLLOW, operation.stat);
    case Opcode::kFstat:
#if CAIO_LINUX
      return stat_at(operation.fd, "", AT_EMPTY_PATH, operation.stat);
#else
      return stat_at(operation.fd, "", 0, operation.stat);
#endif
    case Opcode::kAccess:
      return outcome(CAIO_CALL(access, operation.path.c_str(), operation.flags));
    case Opcode::kStatfs:
    case Opcode::kChmod:
    case Opcode::kFchmod:
    case Opcode::kChown:
    case Opcode::kLchown:
    case Opcode::kFchown:
    case Opcode::kUtimes:
    case Opcode::kLutimes:
    case Opcode::kFutimes:
      return perform_attributes(operation);
    case Opcode::kMakeTemporary:
    case Opcode::kLink:
    case Opcode::kSymlink:
    case Opcode::kReadlink:
    case Opcode::kRealpath:
      return perform_names(operation);
    case Opcode::kCopyFile:
      if (!operation.unbounded && !operation.at_once && S_ISFIFO(mode_at(operation))) return kWantsOwnThread;
      return perform_copy_file(operation);
    case Opcode::kCopyDirectory:
      return perform_copy_directory(operation);
    case Opcode::kMkdir:
      return outcome(CAIO_CALL(mkdirat, operation.at, operation.path.c_str(), operation.mode));
    case Opcode::kMakePath:
      return perform_make_path(operation);
    case Opcode::kRmdir:
      return outcome(CAIO_CALL(rmdir, operation.path.c_str()));
    case Opcode::kUnlink:
      return outcome(CAIO_CALL(unlinkat, operation.at, operation.path.c_str(), 0));
    case Opcode::kRename:
      return outcome(CAIO_CALL(rename, operation.path.c_str(), operation.path2.c_str()));
    case Opcode::kReaddir:
      return perform_readdir(operation);
    case Opcode::kReadFile:
      return perform_read_file(operation);
    case Opcode::kWriteFile:
      return perform_write_file(operation);
    case Opcode::kRemoveTree:
      return perform_remove_tree(operation);
    case Opcode::kOpenDirectory:
      return perform_open_directory(operation);
    case Opcode::kReadDirectory:
      return perform_read_directory(operation);
    case Opcode::kCloseDirectory:
      return perform_close_directory(operation);
    case Opcode::kDecode:
      return perform_decode(operation);
  }
  return -ENOSYS;
}

// Of these it matters what was done before the interruption: they make the interrupted call again by themselves.
bool sees_to_interruptions(Opcode opcode) {
  return opcode <= Opcode::kWritev || opcode == Opcode::kClose || opcode == Opcode::kWriteFile ||
         opcode == Opcode::kMakePath || opcode == Opcode::kCopyFile || opcode == Opcode::kCopyDirectory ||
         opcode == Opcode::kReadDirectory;
}

}  // namespace

// As libuv does (uv__fs_work), what a signal interrupted is done again, unless somebody wanted it to end.
Result perform(Operation& operation) {
  for (;;) {
    const Result result = perform_once(operation);
    const bool interrupted =
        result < 0 && -result % kStepStride == EINTR && result != kMiss && result != kWantsOwnThread;
    if (!interrupted || operation.cancelled || sees_to_interruptions(operation.opcode)) return result;
    operation.entries.clear();
  }
}

}  // namespace caio
