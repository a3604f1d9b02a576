#include "system/wake_descriptor.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdint>

#include "system/call.h"
#include "system/platform.h"

#if CAIO_LINUX
#include <sys/eventfd.h>
#endif

namespace caio {

WakeDescriptor::WakeDescriptor() {
#if CAIO_LINUX
  read_end_.reset(CAIO_CALL(eventfd, 0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!read_end_.valid()) error_ = -errno;
#else
  int ends[2];
  if (CAIO_CALL(pipe, ends) != 0) {
    error_ = -errno;
    return;
  }
  for (const int end : ends) {
    CAIO_CALL(fcntl, end, F_SETFD, FD_CLOEXEC);
    CAIO_CALL(fcntl, end, F_SETFL, O_NONBLOCK);
  }
  read_end_.reset(ends[0]);
  write_end_.reset(ends[1]);
#endif
}

void WakeDescriptor::wake() const {
  const uint64_t one = 1;
  const int fd = write_end_.valid() ? write_end_.get() : read_end_.get();
  // A full pipe or counter is readable already.
  [[maybe_unused]] const ssize_t written = CAIO_CALL(write, fd, &one, sizeof one);
}

void WakeDescriptor::clear() const {
  uint64_t chunk[32];
  while (CAIO_CALL(read, fd(), chunk, sizeof chunk) == static_cast<ssize_t>(sizeof chunk)) {
  }
}

void WakeDescriptor::close() {
  read_end_.reset();
  write_end_.reset();
  error_ = -EBADF;
}

}  // namespace caio
