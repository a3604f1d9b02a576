// Who owns a file, who may use it, when it was used; and what its file system has left.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>

#include "system/call.h"
#include "system/outcome.h"
#include "system/perform.h"
#include "system/platform.h"

#if CAIO_LINUX
#include <sys/vfs.h>
#endif

namespace caio {

namespace {

// A time that was set must read the same whoever set it, and libuv before 1.52 cut it to microseconds.
timespec to_timespec(double seconds, bool cut) {
  timespec time;
  time.tv_sec = static_cast<time_t>(seconds);
  time.tv_nsec = static_cast<long>((seconds - static_cast<double>(time.tv_sec)) * 1e9);
  if (cut) time.tv_nsec -= time.tv_nsec % 1000;
  if (time.tv_nsec < 0) {
    time.tv_nsec += 1'000'000'000;
    time.tv_sec -= 1;
  }
  return time;
}

Result perform_statfs(Operation& operation) {
  // type bsize blocks bfree bavail files ffree frsize
#if CAIO_LINUX
  struct statfs known;
  while (CAIO_CALL(statfs, operation.path.c_str(), &known) != 0) {
    if (errno != EINTR) return -errno;
  }
  operation.stat = {static_cast<int64_t>(known.f_type),   static_cast<int64_t>(known.f_bsize),
                    static_cast<int64_t>(known.f_blocks), static_cast<int64_t>(known.f_bfree),
                    static_cast<int64_t>(known.f_bavail), static_cast<int64_t>(known.f_files),
                    static_cast<int64_t>(known.f_ffree),  static_cast<int64_t>(known.f_frsize)};
#else
  struct statvfs known;
  if (CAIO_CALL(statvfs, operation.path.c_str(), &known) != 0) return -errno;
  operation.stat = {0,
                    static_cast<int64_t>(known.f_bsize),
                    static_cast<int64_t>(known.f_blocks),
                    static_cast<int64_t>(known.f_bfree),
                    static_cast<int64_t>(known.f_bavail),
                    static_cast<int64_t>(known.f_files),
                    static_cast<int64_t>(known.f_ffree),
                    static_cast<int64_t>(known.f_frsize)};
#endif
  return 0;
}

}  // namespace

Result perform_attributes(Operation& operation) {
  const char* path = operation.path.c_str();
  const timespec times[] = {to_timespec(operation.atime, operation.cut_times),
                            to_timespec(operation.mtime, operation.cut_times)};
  switch (operation.opcode) {
    case Opcode::kStatfs:
      return perform_statfs(operation);
    case Opcode::kChmod:
      return outcome(CAIO_CALL(fchmodat, operation.at, path, operation.mode, 0));
    case Opcode::kFchmod:
      return outcome(CAIO_CALL(fchmod, operation.fd, operation.mode));
    case Opcode::kChown:
      return outcome(CAIO_CALL(chown, path, operation.uid, operation.gid));
    case Opcode::kLchown:
      return outcome(CAIO_CALL(lchown, path, operation.uid, operation.gid));
    case Opcode::kFchown:
      return outcome(CAIO_CALL(fchown, operation.fd, operation.uid, operation.gid));
    case Opcode::kUtimes:
      return outcome(CAIO_CALL(utimensat, operation.at, path, times, 0));
    case Opcode::kLutimes:
      return outcome(CAIO_CALL(utimensat, operation.at, path, times, AT_SYMLINK_NOFOLLOW));
    case Opcode::kFutimes:
      return outcome(CAIO_CALL(futimens, operation.fd, times));
    default:
      return -ENOSYS;
  }
}

}  // namespace caio
