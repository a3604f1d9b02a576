// Several system calls for one crossing into the kernel: a ring whose calls end within the call that submits them,
// since each would rather fail than wait. Where entering the kernel is dear (a virtual machine, page-table isolation),
// that is most of what a call on a cached file costs.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "system/raw.h"
#include "system/uring.h"

namespace caio {

// Of one thread. Add calls, then `run`.
class CallBatch {
 public:
  static constexpr unsigned kCapacity = 64;
  static constexpr uint64_t kAtCursor = ~uint64_t{0};

  // Whether there is a ring; made when first asked for.
  bool available();

  // An open that never waits on the lookup: `how` must have RESOLVE_CACHED. It waits for no FIFO's other side either,
  // and leaves O_NONBLOCK unset unless `how` has it.
  void open(const char* path, const raw::OpenHow& how);
  // With RWF_NOWAIT: -EAGAIN for what is not in memory.
  void read(int fd, char* data, size_t length, uint64_t offset);
  void close(int fd);

  // Makes the calls, and gives what each of them returned, in their order: >= 0 or -errno. -EAGAIN also stands for a
  // call that the kernel did not take; a close is always made.
  std::span<const int32_t> run();

 private:
  io_uring_sqe& add();

  std::unique_ptr<Uring> ring_;
  bool refused_ = false;  // by the kernel: for good
  // A close calls the file system's flush, where it has one (overlayfs), and the ring leaves that to another thread.
  bool closes_at_once_ = true;
  unsigned count_ = 0;
  unsigned in_ring_ = 0;  // of them
  std::array<raw::OpenHow, kCapacity> how_{};
  std::array<int32_t, kCapacity> results_{};
};

}  // namespace caio
