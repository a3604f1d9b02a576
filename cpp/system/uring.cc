#include "system/uring.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "system/call.h"
#include "system/outcome.h"
#include "system/raw.h"

namespace caio {

namespace {

// By value: newer than the oldest kernel header that builds this.
constexpr unsigned kSetupCoopTaskrun = 1U << 8;    // 5.19
constexpr unsigned kSetupTaskrunFlag = 1U << 9;    // 5.19
constexpr unsigned kSetupSingleIssuer = 1U << 12;  // 6.0
constexpr unsigned kSetupSubmitAll = 1U << 7;      // 5.18
constexpr unsigned kSqCqOverflow = 1U << 1;        // 5.8
constexpr unsigned kSqTaskrun = 1U << 2;           // 5.19

// Dropped one by one, newest first, when the kernel answers EINVAL.
constexpr std::array kOptionalFlags = {kSetupSingleIssuer, kSetupCoopTaskrun | kSetupTaskrunFlag, kSetupSubmitAll};

constexpr unsigned kSqpollIdleMilliseconds = 50;
constexpr unsigned kSmallestQueue = 8;

unsigned load_acquire(unsigned* from) { return std::atomic_ref(*from).load(std::memory_order_acquire); }
void store_release(unsigned* to, unsigned value) { std::atomic_ref(*to).store(value, std::memory_order_release); }

Result ring_setup(unsigned entries, io_uring_params& params) {
  return outcome(CAIO_CALL(caio::raw::io_uring_setup, entries, &params));
}

Result ring_register(int fd, unsigned what, const void* argument, unsigned count) {
  return outcome(CAIO_CALL(caio::raw::io_uring_register, fd, what, argument, count));
}

}  // namespace

Uring::Mapping::~Mapping() {
  if (address != nullptr) ::munmap(address, size);
}

Result Uring::Mapping::map(int fd, size_t length, int64_t offset) {
  void* mapped = CAIO_CALL(mmap, nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
  if (mapped == MAP_FAILED) return -errno;
  address = mapped;
  size = length;
  CAIO_CALL(madvise, address, size, MADV_DONTFORK);  // a child must not drive its parent's ring
  return 0;
}

Uring::~Uring() = default;

Result Uring::setup(unsigned entries, unsigned completions, bool sqpoll, int wake_fd) {
  entries = std::max(entries, kSmallestQueue);
  io_uring_params params;
  Result fd = -EINVAL;
  unsigned optional = 0;
  for (const unsigned flags : kOptionalFlags) optional |= flags;
  // A ring that polls its queue runs no task work on the submitter, and refuses the flags about it.
  if (sqpoll) optional &= ~(kSetupCoopTaskrun | kSetupTaskrunFlag);
  for (size_t dropped = 0; fd == -EINVAL && dropped <= kOptionalFlags.size(); ++dropped) {
    if (dropped > 0) optional &= ~kOptionalFlags[dropped - 1];
    // Before 5.12 the rings are charged to RLIMIT_MEMLOCK: ENOMEM asks for smaller ones.
    for (unsigned size = entries; size >= kSmallestQueue; size /= 2) {
      std::memset(&params, 0, sizeof params);
      params.flags = IORING_SETUP_CLAMP | IORING_SETUP_CQSIZE | optional | (sqpoll ? IORING_SETUP_SQPOLL : 0);
      params.cq_entries = completions > size ? completions : size;
      params.sq_thread_idle = sqpoll ? kSqpollIdleMilliseconds : 0;
      fd = ring_setup(size, params);
      if (fd != -ENOMEM) break;
      completions /= 2;
    }
  }
  if (fd < 0) return fd;
  fd_.reset(static_cast<int>(fd));
  sqpoll_ = sqpoll;
  if (const Result mapped = map_rings(params); mapped < 0) return mapped;
  if (wake_fd != kWakesNobody) {
    // Not IORING_REGISTER_EVENTFD_ASYNC: it says nothing of what completes within the submitting call.
    if (const Result registered = ring_register(fd_.get(), IORING_REGISTER_EVENTFD, &wake_fd, 1); registered < 0)
      return registered;
  }
  probe();
  return 0;
}

Result Uring::map_rings(const io_uring_params& params) {
  const size_t sq_size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
  const size_t cq_size = params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe);
  const bool single = (params.features & IORING_FEAT_SINGLE_MMAP) != 0;
  if (const Result mapped = rings_.map(fd_.get(), single ? std::max(sq_size, cq_size) : sq_size, IORING_OFF_SQ_RING);
      mapped < 0)
    return mapped;
  if (!single) {
    if (const Result mapped = completion_rings_.map(fd_.get(), cq_size, IORING_OFF_CQ_RING); mapped < 0) return mapped;
  }
  if (const Result mapped = entries_mapping_.map(fd_.get(), params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES);
      mapped < 0)
    return mapped;
  char* sq = static_cast<char*>(rings_.address);
  char* cq = single ? sq : static_cast<char*>(completion_rings_.address);
  const auto at = [](char* base, unsigned offset) { return reinterpret_cast<unsigned*>(base + offset); };
  sq_head_ = at(sq, params.sq_off.head);
  sq_tail_ = at(sq, params.sq_off.tail);
  sq_flags_ = at(sq, params.sq_off.flags);
  sq_mask_ = *at(sq, params.sq_off.ring_mask);
  sq_entries_ = params.sq_entries;
  cq_head_ = at(cq, params.cq_off.head);
  cq_tail_ = at(cq, params.cq_off.tail);
  cq_mask_ = *at(cq, params.cq_off.ring_mask);
  entries_ = static_cast<io_uring_sqe*>(entries_mapping_.address);
  completions_ = reinterpret_cast<io_uring_cqe*>(cq + params.cq_off.cqes);
  // Entries are used in order, so the indirection is the identity for ever.
  unsigned* array = at(sq, params.sq_off.array);
  for (unsigned i = 0; i < sq_entries_; ++i) array[i] = i;
  return 0;
}

void Uring::probe() {
  constexpr unsigned kOpcodes = 256;
  const auto size = sizeof(io_uring_probe) + kOpcodes * sizeof(io_uring_probe_op);
  Bytes memory(size);
  if (!memory) return;
  std::memset(memory.data(), 0, size);
  auto* known = reinterpret_cast<io_uring_probe*>(memory.data());
  if (ring_register(fd_.get(), IORING_REGISTER_PROBE, known, kOpcodes) < 0) return;
  supported_.assign(kOpcodes, false);
  for (unsigned i = 0; i < known->ops_len; ++i)
    supported_[known->ops[i].op] = (known->ops[i].flags & IO_URING_OP_SUPPORTED) != 0;
}

io_uring_sqe* Uring::next_entry() {
  // With SQPOLL the head moves when the kernel's thread gets to it: a full queue is no error, only a reason to wait.
  if (tail_ - load_acquire(sq_head_) >= sq_entries_) return nullptr;
  io_uring_sqe* entry = &entries_[tail_ & sq_mask_];
  std::memset(entry, 0, sizeof *entry);
  ++tail_;
  return entry;
}

Result Uring::enter(unsigned to_submit, unsigned wanted, unsigned flags) const {
  for (;;) {
    const Result result = outcome(CAIO_CALL(caio::raw::io_uring_enter, fd_.get(), to_submit, wanted, flags));
    if (result != -EINTR) return result;
  }
}

Result Uring::submit() {
  if (sqpoll_) {
    // Sequentially consistent on both sides: the kernel's thread must see the tail before we see its flag.
    std::atomic_ref(*sq_tail_).store(tail_);
    if ((std::atomic_ref(*sq_flags_).load() & IORING_SQ_NEED_WAKEUP) != 0) {
      if (const Result woken = enter(0, 0, IORING_ENTER_SQ_WAKEUP); woken < 0) {
        thread_is_dead_ = woken == -EOWNERDEAD;
        if (thread_is_dead_) submitted_ = load_acquire(sq_head_);
        return woken;
      }
    }
    submitted_ = tail_;
    return 0;
  }
  store_release(sq_tail_, tail_);
  while (submitted_ != tail_) {
    const Result taken = enter(tail_ - submitted_, 0, 0);
    if (taken < 0) return taken;
    if (taken == 0) return -EAGAIN;
    submitted_ += static_cast<unsigned>(taken);  // fewer than asked: the rest in another call
  }
  return 0;
}

std::vector<io_uring_sqe> Uring::take_back() {
  std::vector<io_uring_sqe> entries;
  if (sqpoll_ && !thread_is_dead_) return entries;
  for (unsigned at = submitted_; at != tail_; ++at) entries.push_back(entries_[at & sq_mask_]);
  tail_ = submitted_;
  return entries;
}

bool Uring::next_completion(io_uring_cqe& completion) {
  const unsigned head = *cq_head_;
  const unsigned tail = load_acquire(cq_tail_);
  if (head == tail || CAIO_IS_LATE()) return false;
  CAIO_SWAP(completions_[head & cq_mask_], completions_[(tail - 1) & cq_mask_]);
  completion = completions_[head & cq_mask_];
  store_release(cq_head_, head + 1);  // before anybody is called: a re-entrant caller must not take it twice
  return true;
}

Result Uring::collect() {
  if ((load_acquire(sq_flags_) & (kSqCqOverflow | kSqTaskrun)) == 0) return 0;
  return enter(0, 0, IORING_ENTER_GETEVENTS);
}

void Uring::wait() { enter(0, 1, IORING_ENTER_GETEVENTS); }

// What the ring would not give back is still its own, and it takes no other (EBUSY): the next call begins with it.
Result Uring::register_anew(bool& has, unsigned take, unsigned give_back, const void* all, size_t count) {
  if (has) {
    if (const Result given_back = ring_register(fd_.get(), give_back, nullptr, 0); given_back < 0) return given_back;
  }
  has = false;
  if (count == 0) return 0;
  const Result registered = ring_register(fd_.get(), take, all, static_cast<unsigned>(count));
  has = registered >= 0;
  return registered;
}

Result Uring::register_buffers(std::span<const iovec> buffers) {
  return register_anew(has_buffers_, IORING_REGISTER_BUFFERS, IORING_UNREGISTER_BUFFERS, buffers.data(),
                       buffers.size());
}

Result Uring::register_files(std::span<const int> files) {
  return register_anew(has_files_, IORING_REGISTER_FILES, IORING_UNREGISTER_FILES, files.data(), files.size());
}

// A thread's first ring bounds the workers (io-wq) that do what the rings of that thread must wait for: there are no
// more of them than it has entries (io_init_wq_offload), whatever comes later. Four for each processor are the kernel's
// bound.
constexpr unsigned kProbedEntries = 256;

Result probe_uring() {
  io_uring_params params;
  std::memset(&params, 0, sizeof params);
  const Result fd = ring_setup(kProbedEntries, params);
  if (fd < 0) return fd;
  const FileDescriptor ring(static_cast<int>(fd));
  // Without IORING_FEAT_RW_CUR_POS (5.6) neither cursor reads nor IORING_OP_READ are there.
  return (params.features & IORING_FEAT_RW_CUR_POS) != 0 ? 0 : -ENOSYS;
}

}  // namespace caio
