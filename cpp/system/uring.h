// io_uring over raw system calls (io_uring_setup(2), io_uring_enter(2), io_uring_register(2)): one ring, one owner
// thread.
#pragma once

#include <linux/io_uring.h>

#include <span>

#include "operation.h"

namespace caio {

class Uring {
 public:
  Uring() = default;
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;
  ~Uring();

  static constexpr int kWakesNobody = -1;

  // 0 or -errno. Completions signal wake_fd, unless that is kWakesNobody.
  Result setup(unsigned entries, unsigned completions, bool sqpoll, int wake_fd);
  // Whether this kernel knows the IORING_OP_* (IORING_REGISTER_PROBE).
  bool supports(unsigned opcode) const { return opcode < supported_.size() && supported_[opcode]; }

  // A cleared submission entry; null when the queue is full: submit and try again.
  io_uring_sqe* next_entry();
  unsigned unsubmitted() const { return tail_ - submitted_; }
  // Hands over what was queued. 0 or -errno; -EAGAIN and -EBUSY: reap first, what was queued stays queued.
  Result submit();
  // What was queued and not handed over, oldest first, as if it had never been queued. With SQPOLL only when the
  // kernel's thread is dead: otherwise it may be taking it.
  std::vector<io_uring_sqe> take_back();

  // The oldest completion; false when there is none.
  bool next_completion(io_uring_cqe& completion);
  // Makes completions visible that wait for this thread to enter the kernel, or that overflowed the queue.
  // 0 or -errno: then they are not visible yet.
  Result collect();
  size_t completion_queue_size() const { return size_t{cq_mask_} + 1; }
  // Sleeps until there is a completion.
  void wait();

  Result register_buffers(std::span<const iovec> buffers);
  Result register_files(std::span<const int> files);

 private:
  Result enter(unsigned to_submit, unsigned wanted, unsigned flags) const;
  Result map_rings(const io_uring_params& params);
  void probe();
  Result register_anew(bool& has, unsigned take, unsigned give_back, const void* all, size_t count);

  struct Mapping {
    void* address = nullptr;
    size_t size = 0;
    Result map(int fd, size_t length, int64_t offset);
    ~Mapping();
  };

  FileDescriptor fd_;
  Mapping rings_;
  Mapping completion_rings_;  // apart from rings_ before IORING_FEAT_SINGLE_MMAP (5.4)
  Mapping entries_mapping_;
  io_uring_sqe* entries_ = nullptr;
  io_uring_cqe* completions_ = nullptr;
  unsigned* sq_head_ = nullptr;
  unsigned* sq_tail_ = nullptr;
  unsigned* sq_flags_ = nullptr;
  unsigned* cq_head_ = nullptr;
  unsigned* cq_tail_ = nullptr;
  unsigned sq_mask_ = 0;
  unsigned sq_entries_ = 0;
  unsigned cq_mask_ = 0;
  unsigned tail_ = 0;       // of what was queued here
  unsigned submitted_ = 0;  // of what the kernel has taken
  bool sqpoll_ = false;
  bool thread_is_dead_ = false;  // that of SQPOLL
  bool has_buffers_ = false;
  bool has_files_ = false;
  std::vector<bool> supported_;
};

// 0, or -errno of io_uring_setup(2): ENOSYS and EPERM where it is forbidden.
Result probe_uring();

}  // namespace caio
