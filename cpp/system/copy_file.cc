// Files copied by the kernel, one or all of a directory: shared blocks where asked for, copy_file_range(2) else, read
// and write where neither goes.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "system/call.h"
#include "system/directory_stream.h"
#include "system/interrupted.h"
#include "system/perform.h"
#include "system/platform.h"
#include "system/transfer.h"

#if CAIO_LINUX
#include <linux/fs.h>
#endif

namespace caio {

namespace {

// fs.constants.COPYFILE_*
constexpr int kExclusive = 1;
constexpr int kClone = 2;
constexpr int kCloneOrFail = 4;
// Our own: neither end is a link, and the target is made by this call or not at all.
constexpr int kAnew = 8;

constexpr size_t kChunk = 128 * 1024;

Result clone([[maybe_unused]] int from, [[maybe_unused]] int to) {
#if CAIO_LINUX && defined(FICLONE)
  for (;;) {
    if (CAIO_CALL(ioctl, to, FICLONE, from) == 0) return 0;
    if (errno != EINTR) return -errno;
  }
#else
  return -ENOSYS;
#endif
}

Result copy_through_memory(int from, int to, size_t size) {
  Bytes chunk = Bytes::in_lines(std::min(kChunk, std::max<size_t>(size, 1)));
  if (!chunk) return -ENOMEM;
  while (size > 0) {
    const ssize_t got = CAIO_CALL(read, from, chunk.data(), std::min(chunk.size(), size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t written = CAIO_CALL(write, to, chunk.data() + done, static_cast<size_t>(got - done));
      if (written < 0 && errno != EINTR) return -errno;
      if (written > 0) done += written;
    }
    size -= static_cast<size_t>(got);
  }
  return 0;
}

Result copy_bytes(int from, int to, size_t size) {
#if CAIO_LINUX
  while (size > 0) {
    const ssize_t copied = CAIO_CALL(copy_file_range, from, nullptr, to, nullptr, std::min(size, kMaxTransfer), 0);
    if (copied > 0) {
      size -= static_cast<size_t>(copied);
      continue;
    }
    if (copied == 0) {
      // The end; but some file systems whose size is a promise only (procfs) say so at once (5.19+).
      return copy_through_memory(from, to, size);
    }
    if (errno == EINTR) continue;
    // Across file systems before 5.3, on files that have none, under filters that do not know the call.
    if (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS || errno == EPERM || errno == EIO)
      return copy_through_memory(from, to, size);
    return -errno;
  }
  return 0;
#else
  return copy_through_memory(from, to, size);
#endif
}

Result copy_into(const Operation& operation, int from, int to, const struct stat& known) {
  const int flags = operation.flags;
  if ((flags & kAnew) == 0) {
    struct stat target;
    if (uninterrupted(operation, [&] { return CAIO_CALL(fstat, to, &target); }) != 0) return -errno;
    if (known.st_dev == target.st_dev && known.st_ino == target.st_ino) return 0;  // onto itself
    if (uninterrupted(operation, [&] { return CAIO_CALL(ftruncate, to, 0); }) != 0 && errno != EINVAL) return -errno;
    // The umask was applied when the file was made: a copy has the mode of its source.
    if (uninterrupted(operation, [&] { return CAIO_CALL(fchmod, to, known.st_mode & 07777); }) != 0 && errno != EPERM)
      return -errno;
  }
  if ((flags & (kClone | kCloneOrFail)) != 0) {
    const Result cloned = clone(from, to);
    if (cloned == 0) return 0;
    if ((flags & kCloneOrFail) != 0) return cloned == -ENOSYS ? -ENOTSUP : cloned;
  }
  return copy_bytes(from, to, static_cast<size_t>(known.st_size));
}

// One end of a copy, as openat(2) takes it.
struct End {
  int directory;
  const char* name;
};

Result copy_one(const Operation& operation, End source, End target) {
  const bool anew = (operation.flags & kAnew) != 0;
  // What would wait for its other side is none of the regular files that are copied anew.
  const int at_once = operation.at_once ? O_NONBLOCK : 0;
  const int read = O_RDONLY | O_CLOEXEC | at_once | (anew ? O_NOFOLLOW | O_NONBLOCK : 0);
  const FileDescriptor from(
      uninterrupted(operation, [&] { return CAIO_CALL(openat, source.directory, source.name, read); }));
  if (!from.valid()) return operation.at_once && would_have_waited(-errno) ? kWantsOwnThread : -errno;
  struct stat known;
  if (uninterrupted(operation, [&] { return CAIO_CALL(fstat, from.get(), &known); }) != 0) return -errno;
  const int exclusive = anew || (operation.flags & kExclusive) != 0 ? O_EXCL : 0;
  const int how = O_WRONLY | O_CREAT | O_CLOEXEC | at_once | exclusive;
  FileDescriptor to(
      uninterrupted(operation, [&] { return CAIO_CALL(openat, target.directory, target.name, how, known.st_mode); }));
  if (!to.valid()) {
    // Without O_EXCL, as Node opens it, that would be a directory's error.
    const bool names_itself = std::string_view(target.name).ends_with("/.");
    if (operation.at_once && would_have_waited(-errno)) return kWantsOwnThread;
    return errno == EEXIST && (operation.flags & kExclusive) == 0 && names_itself ? -EISDIR : -errno;
  }
  Result copied = copy_into(operation, from.get(), to.get(), known);
  // Writing has taken the set-id bits away; by the name, as Node gives them back, a link might be met.
  const auto restore_mode = [&] { return CAIO_CALL(fchmod, to.get(), known.st_mode & 07777); };
  if (anew && copied == 0 && uninterrupted(operation, restore_mode) != 0) copied = -errno;
  if (CAIO_CALL(close, to.release()) != 0 && errno != EINTR && copied == 0) copied = -errno;
  // Half a copy is none.
  if (copied < 0) CAIO_CALL(unlinkat, target.directory, target.name, 0);
  return copied;
}

bool is_ascii(const char* name, size_t length) {
  return std::none_of(name, name + length, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
}

}  // namespace

Result perform_copy_file(Operation& operation) {
  return copy_one(operation, {operation.at, operation.path.c_str()}, {operation.at2, operation.path2.c_str()});
}

// Copies a directory and the regular files in it, up to the first that fails, and lists what is left: what is none, and
// that one with all behind it. Whoever asked knows better what to do with those, and to say of them. Where nothing is
// left, the copy gets its mode. A failure to open or to list has made nothing.
Result perform_copy_directory(Operation& operation) {
  constexpr int kHold = DirectoryStream::kLookupFlags | O_NOFOLLOW;
  const char* source = operation.path.c_str();
  const char* target = operation.path2.c_str();
  const FileDescriptor from(uninterrupted(operation, [&] { return CAIO_CALL(openat, operation.at, source, kHold); }));
  if (!from.valid()) return failure(Step::kOpen, -errno);
  FileDescriptor listed(
      uninterrupted(operation, [&] { return CAIO_CALL(openat, from.get(), ".", DirectoryStream::kOpenFlags); }));
  if (!listed.valid()) return failure(Step::kOpen, -errno);
  const Result count = list_sorted(operation, std::move(listed));
  if (count < 0) return failure(Step::kScandir, count);
  if (uninterrupted(operation, [&] { return CAIO_CALL(mkdirat, operation.at2, target, 0777); }) != 0)
    return failure(Step::kMkdir, -errno);
  const FileDescriptor to(uninterrupted(operation, [&] { return CAIO_CALL(openat, operation.at2, target, kHold); }));
  if (!to.valid()) return failure(Step::kMkdir, -errno);
  bool failed = false;
  const auto copied = [&](const DirectoryEntry& entry) {
    const std::string name(operation.bytes.data() + entry.name_offset, entry.name_length);
    // Names that are no text Node cannot copy.
    if (failed || entry.type != DT_REG || !is_ascii(name.data(), name.size())) return false;
    failed = copy_one(operation, {from.get(), name.c_str()}, {to.get(), name.c_str()}) < 0;
    return !failed;
  };
  // In their order, which remove_if keeps.
  operation.entries.erase(std::remove_if(operation.entries.begin(), operation.entries.end(), copied),
                          operation.entries.end());
  const auto set_mode = [&] { return CAIO_CALL(fchmodat, to.get(), ".", operation.mode, 0); };
  if (operation.entries.empty() && uninterrupted(operation, set_mode) != 0) return failure(Step::kChmod, -errno);
  return static_cast<Result>(operation.entries.size());
}

}  // namespace caio
