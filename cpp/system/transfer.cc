#include "system/transfer.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "system/call.h"
#include "system/platform.h"

namespace caio {

namespace {

constexpr size_t kMaxVectors = IOV_MAX;

// Builds the vectors of what is left, at most one transfer's worth. Returns their number.
int left_vectors(const Operation& operation, iovec (&left)[kMaxVectors]) {
  size_t skip = operation.done;
  size_t room = kMaxTransfer;
  int count = 0;
  for (const iovec& vector : operation.vectors) {
    if (static_cast<size_t>(count) == kMaxVectors || room == 0) break;
    if (skip >= vector.iov_len && vector.iov_len != 0) {
      skip -= vector.iov_len;
      continue;
    }
    const size_t length = std::min(vector.iov_len - skip, room);
    left[count++] = {static_cast<char*>(vector.iov_base) + skip, length};
    room -= length;
    skip = 0;
  }
  return count;
}

ssize_t transfer_vectors(const Operation& operation, const iovec* vectors, int count, int flags) {
  const int64_t offset = operation.offset < 0 ? -1 : operation.offset + static_cast<int64_t>(operation.done);
#if CAIO_LINUX
  if (flags != 0) {
    return operation.writes() ? CAIO_CALL(pwritev2, operation.fd, vectors, count, offset, flags)
                              : CAIO_CALL(preadv2, operation.fd, vectors, count, offset, flags);
  }
#else
  (void)flags;
#endif
  if (offset < 0)
    return operation.writes() ? CAIO_CALL(writev, operation.fd, vectors, count)
                              : CAIO_CALL(readv, operation.fd, vectors, count);
  return operation.writes() ? CAIO_CALL(pwritev, operation.fd, vectors, count, offset)
                            : CAIO_CALL(preadv, operation.fd, vectors, count, offset);
}

ssize_t transfer_span(const Operation& operation) {
  char* data = operation.data + operation.done;
  const size_t length = std::min(operation.length - operation.done, kMaxTransfer);
  if (operation.offset < 0)
    return operation.writes() ? CAIO_CALL(write, operation.fd, data, length)
                              : CAIO_CALL(read, operation.fd, data, length);
  const off_t offset = operation.offset + static_cast<int64_t>(operation.done);
  return operation.writes() ? CAIO_CALL(pwrite, operation.fd, data, length, offset)
                            : CAIO_CALL(pread, operation.fd, data, length, offset);
}

#if CAIO_LINUX
// RWF_NOWAIT is for pipes since 6.4, and not for FIFOs by name yet: these are opened once more, for one transfer.
// fifo(7): with O_NONBLOCK that waits for nobody, and the other side sees no difference, since this one is open anyway.
Result transfer_reopened(Operation& operation) {
  struct stat known;
  if (CAIO_CALL(fstat, operation.fd, &known) != 0 || !S_ISFIFO(known.st_mode)) return kWantsOwnThread;
  const int status_flags = CAIO_CALL(fcntl, operation.fd, F_GETFL);
  if (status_flags < 0) return kWantsOwnThread;
  char name[32];
  std::snprintf(name, sizeof name, "/proc/self/fd/%d", operation.fd);
  // O_DIRECT makes packets of a pipe (pipe(2)).
  const int flags = (operation.writes() ? O_WRONLY : O_RDONLY) | (status_flags & O_DIRECT) | O_NONBLOCK | O_CLOEXEC;
  const FileDescriptor twin(CAIO_CALL(open, name, flags));
  if (!twin.valid()) return kWantsOwnThread;
  const int fd = std::exchange(operation.fd, twin.get());
  const Result moved = transfer_once(operation, 0);
  operation.fd = fd;
  return moved;
}
#endif

// poll(2) has said that it can go on. By now another reader may have taken what there was: a thread that waited for
// more would be lost to the pool.
Result transfer_ready(Operation& operation) {
#if CAIO_LINUX
  Result moved = transfer_once(operation, kNoWait);
  if (moved == -EOPNOTSUPP || moved == -ENOSYS || moved == -EINVAL) moved = transfer_reopened(operation);
  if (moved == kWantsOwnThread) return moved;
  if (moved == -EAGAIN) return kNotReady;
  if (moved < 0) return operation.done > 0 ? static_cast<Result>(operation.done) : moved;
  const bool whole = advance(operation, static_cast<size_t>(moved));
  // A write(2) that may wait comes back when all is written (pipe(7)).
  return whole || !operation.writes() ? static_cast<Result>(operation.done) : kNotReady;
#else
  (void)operation;
  return kWantsOwnThread;
#endif
}

bool is_vectored(const Operation& operation) {
  return operation.opcode == Opcode::kReadv || operation.opcode == Opcode::kWritev;
}

}  // namespace

size_t remaining(const Operation& operation) {
  if (!is_vectored(operation)) return operation.length - operation.done;
  size_t total = 0;
  for (const iovec& vector : operation.vectors) total += vector.iov_len;
  return total - operation.done;
}

bool is_within_vectors(const Operation& operation) { return is_vectored(operation) && operation.done > 0; }

bool advance(Operation& operation, size_t count) {
  operation.done += count;
  return remaining(operation) == 0;
}

Result transfer_once(Operation& operation, int flags) {
  for (;;) {
    ssize_t moved;
    if (operation.moves_nothing()) {
      moved = transfer_span(operation);
    } else if (is_vectored(operation)) {
      iovec left[kMaxVectors];
      const int count = left_vectors(operation, left);
      moved = transfer_vectors(operation, left, count, flags);
    } else if (flags != 0) {
      iovec single{operation.data + operation.done, std::min(operation.length - operation.done, kMaxTransfer)};
      moved = transfer_vectors(operation, &single, 1, flags);
    } else {
      moved = transfer_span(operation);
    }
    if (moved >= 0) return moved;
    if (errno != EINTR || operation.cancelled) return -errno;
  }
}

bool has_no_position(int fd) { return CAIO_CALL(lseek, fd, 0, SEEK_CUR) < 0 && errno == ESPIPE; }

Result transfer_all(Operation& operation) {
  if (operation.waits_for_readiness() && !operation.unbounded) return transfer_ready(operation);
  do {
    const Result moved = transfer_once(operation, 0);
    if (moved < 0) return operation.done > 0 ? static_cast<Result>(operation.done) : moved;
    if (advance(operation, static_cast<size_t>(moved)) || moved == 0) break;
  } while (operation.has(Traits::kRegular));
  return static_cast<Result>(operation.done);
}

}  // namespace caio
