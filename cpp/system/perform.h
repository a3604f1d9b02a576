// Every operation as one blocking function: what a worker thread runs.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "operation.h"
#include "system/platform.h"

namespace caio {

// A file of at most this is read by one job into memory of its own; a larger one is only opened by it.
inline constexpr size_t kSmallFile = 256 * 1024;
// What is to be text is read and decoded by one job up to here, but on the caller's thread only if it is small: no
// string of V8's is longer.
inline constexpr size_t kLongestText = sizeof(void*) == 8 ? (size_t{1} << 29) - 24 : (size_t{1} << 28) - 16;
inline size_t most_in_one_job(const Operation& operation) { return operation.as_text ? kLongestText : kSmallFile; }

// The result, or kWantsOwnThread when the operation may never end (a FIFO to open) and `unbounded` is not set yet.
Result perform(Operation& operation);

// What an open with O_NONBLOCK says where it would have waited without: for a FIFO's other side, or for a lease.
inline bool would_have_waited(Result opened) { return opened == -ENXIO || opened == -EWOULDBLOCK; }

// Whether read(2) says EISDIR, whichever the file system is: of a directory that is only named (O_PATH) it says EBADF.
inline bool is_directory_to_read(mode_t mode, [[maybe_unused]] int flags) {
#if CAIO_LINUX
  if ((flags & O_PATH) != 0) return false;
#endif
  return S_ISDIR(mode);
}

// Floors of perform that try-now shares: they finish what an open descriptor began.
// Reads `size` bytes of a regular file into the operation's bytes, decoded if it is to be text; the count or a failure.
Result read_contents(Operation& operation, int fd, size_t size, int flags);

// Makes a name the operation's value; its length or -errno.
Result keep_name(Operation& operation, const char* name, size_t length);

// Lists an open directory, sorted bytewise; the number of entries or -errno.
Result list_sorted(Operation& operation, FileDescriptor directory);

Result perform_attributes(Operation& operation);
Result perform_names(Operation& operation);
Result perform_copy_file(Operation& operation);
Result perform_copy_directory(Operation& operation);
Result perform_readdir(Operation& operation);
Result perform_open_directory(Operation& operation);
Result perform_read_directory(Operation& operation);
Result perform_close_directory(Operation& operation);
Result perform_make_path(Operation& operation);
Result perform_remove_tree(Operation& operation);

}  // namespace caio
