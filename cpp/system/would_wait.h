// Which opens may wait whatever is done about it, and which errors say that a call would have waited.
#pragma once

#include <fcntl.h>

#include <cerrno>
#include <string_view>

#include "operation.h"

namespace caio {

// The open of a device may wait for it. Of what lies below /dev, only /dev/shm has files.
inline bool may_name_device(std::string_view path) {
  if (!path.starts_with("/dev/")) return false;
  return !path.starts_with("/dev/shm/") || path.find("..") != path.npos;
}

// A whole file's reading ends with a close, which waits for nothing only where nothing can have been written. And
// nothing says that reading what the kernel makes up does not wait.
inline bool reads_never_now(std::string_view path, int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || path.starts_with("/proc/") || path.starts_with("/sys/");
}

// An O_CREAT, O_TRUNC or O_TMPFILE open writes, and RESOLVE_CACHED refuses it; O_PATH yields no descriptor to read.
inline bool opens_never_now(const std::string& path, int flags) {
  constexpr int kNever = O_CREAT | O_TRUNC | O_PATH | O_DIRECT;
  return (flags & kNever) != 0 || (flags & O_TMPFILE) == O_TMPFILE || may_name_device(path);
}

inline bool may_mean_waiting(int error) {
  // EINTR: the other way makes the call again. EXDEV: RESOLVE_NO_XDEV met a mount. ENOSYS, EINVAL, E2BIG: an older
  // kernel. EWOULDBLOCK also stands for a lease.
  return error == EAGAIN || error == EINTR || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL ||
         error == E2BIG || error == EXDEV || error == ENXIO;
}

inline Result result_or_miss(int error) { return may_mean_waiting(error) ? kMiss : -error; }

}  // namespace caio
