// System calls that the C library has no function for, or not everywhere: -1 and errno, like the others.
#pragma once

#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace caio::raw {

inline int gettid() { return static_cast<int>(::syscall(SYS_gettid)); }

inline long getdents64(int fd, void* records, size_t size) { return ::syscall(SYS_getdents64, fd, records, size); }

// linux/openat2.h, by value: RESOLVE_CACHED came with 5.12, after this header on older distributions.
struct OpenHow {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};
inline constexpr long kOpenat2 = 437;     // 5.6+
inline constexpr long kFaccessat2 = 439;  // 5.8+

inline long openat2(int directory, const char* path, const OpenHow* how) {
  return ::syscall(kOpenat2, directory, path, how, sizeof *how);
}
inline long renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags) {
  return ::syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);  // 3.15+
}
inline long faccessat2(int directory, const char* path, int mode, int flags) {
  return ::syscall(kFaccessat2, directory, path, mode, flags);
}

// linux/mman.h, likewise: cachestat came with 6.5.
struct CacheRange {
  uint64_t offset;
  uint64_t length;
};
struct CacheState {
  uint64_t cached;
  uint64_t dirty;
  uint64_t written_back;
  uint64_t evicted;
  uint64_t recently_evicted;
};
inline constexpr long kCachestat = 451;

inline long cachestat(int fd, const CacheRange* range, CacheState* state) {
  return ::syscall(kCachestat, fd, range, state, 0);
}

inline long io_setup(unsigned events, aio_context_t* context) { return ::syscall(SYS_io_setup, events, context); }
inline long io_submit(aio_context_t context, long count, iocb** blocks) {
  return ::syscall(SYS_io_submit, context, count, blocks);
}
inline long io_getevents(aio_context_t context, long wanted, long room, io_event* events, timespec* longest) {
  return ::syscall(SYS_io_getevents, context, wanted, room, events, longest);
}
inline long io_destroy(aio_context_t context) { return ::syscall(SYS_io_destroy, context); }

inline long io_uring_setup(unsigned entries, io_uring_params* parameters) {
  return ::syscall(__NR_io_uring_setup, entries, parameters);
}
inline long io_uring_enter(int ring, unsigned to_submit, unsigned wanted, unsigned flags) {
  return ::syscall(__NR_io_uring_enter, ring, to_submit, wanted, flags, nullptr, 0);
}
inline long io_uring_register(int ring, unsigned what, const void* argument, unsigned count) {
  return ::syscall(__NR_io_uring_register, ring, what, argument, count);
}

}  // namespace caio::raw
