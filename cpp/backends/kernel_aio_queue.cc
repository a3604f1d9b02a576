#include "backends/kernel_aio_queue.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "system/stat.h"
#include "system/transfer.h"

namespace caio {

namespace {

// fs.aio-max-nr is 65,536 for the whole system by default; a device's queue is rarely deeper than this.
constexpr unsigned kLargestContext = 128;

constexpr size_t kBatch = 64;

// A context's end takes 20 to 30 ms, of this process's too (exit_aio() in fs/aio.c waits for grace periods of RCU): who
// syncs a few files does better without.
constexpr unsigned kSyncsWithout = 16;

void prepare(iocb& block, Operation& operation, int wake_fd) {
  std::memset(&block, 0, sizeof block);
  block.aio_data = reinterpret_cast<uint64_t>(&operation);
  block.aio_fildes = static_cast<uint32_t>(operation.fd);
  block.aio_flags = IOCB_FLAG_RESFD;
  block.aio_resfd = static_cast<uint32_t>(wake_fd);
  switch (operation.opcode) {
    case Opcode::kFsync:
      block.aio_lio_opcode = IOCB_CMD_FSYNC;
      return;
    case Opcode::kFdatasync:
      block.aio_lio_opcode = IOCB_CMD_FDSYNC;
      return;
    case Opcode::kRead:
    case Opcode::kWrite:
      block.aio_lio_opcode = operation.writes() ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
      block.aio_buf = reinterpret_cast<uint64_t>(operation.data + operation.done);
      block.aio_nbytes = std::min(operation.length - operation.done, kMaxTransfer);
      break;
    default:
      block.aio_lio_opcode = operation.writes() ? IOCB_CMD_PWRITEV : IOCB_CMD_PREADV;
      block.aio_buf = reinterpret_cast<uint64_t>(operation.vectors.data());
      block.aio_nbytes = std::min<size_t>(operation.vectors.size(), 1024);
  }
  block.aio_offset = operation.offset + static_cast<int64_t>(operation.done);
  if (operation.priority != 0) {
    block.aio_flags |= IOCB_FLAG_IOPRIO;
    block.aio_reqprio = static_cast<int16_t>(operation.priority);
  }
}

}  // namespace

KernelAioQueue::KernelAioQueue(unsigned capacity, const WakeDescriptor& wake, Completions& completions,
                               ThreadPool& pool)
    : wake_(wake), completions_(completions), pool_(pool), capacity_(std::min(capacity, kLargestContext)) {}

bool KernelAioQueue::has_context_for(const Operation& operation) {
  if (aio_.is_set_up()) return true;
  if (operation.syncs() && ++syncs_without_ <= kSyncsWithout) return false;
  return aio_.setup(capacity_) == 0;
}

bool KernelAioQueue::accepts(Operation& operation) {
  if (!has_context_for(operation)) return false;
  operation.in_aio = true;
  waiting_.push(operation);
  return true;
}

void KernelAioQueue::go_on_in_pool(Operation& operation) {
  operation.in_aio = false;
  pool_.accept(operation);
  pool_.flush();
}

// Once it has left the queue, only the kernel or the pool can bring it back: see `cancel`.
Operation& KernelAioQueue::take_waiting() {
  Operation& operation = *waiting_.pop();
  operation.state = OperationState::kInFlight;
  return operation;
}

void KernelAioQueue::flush() {
  while (!waiting_.empty() && in_kernel_ < capacity_) {
    std::array<iocb, kBatch> blocks;
    std::array<iocb*, kBatch> pointers;
    size_t count = 0;
    const size_t room = std::min(kBatch, capacity_ - in_kernel_);
    for (Operation* operation = waiting_.front(); operation != nullptr && count < room; operation = operation->next) {
      prepare(blocks[count], *operation, wake_.fd());
      pointers[count] = &blocks[count];
      ++count;
    }
    const Result taken = aio_.submit(std::span(pointers).first(count));
    if (taken == -EAGAIN) {
      // No room in the kernel for now: what is in flight will make some and wake us; with nothing in flight, the pool.
      if (in_kernel_ > 0) break;
      go_on_in_pool(take_waiting());
      continue;
    }
    if (taken < 0) {
      // The first one is bad (EBADF, EINVAL …); its neighbours are not.
      Operation& refused = take_waiting();
      if (taken == -EINVAL || taken == -EOPNOTSUPP) {
        go_on_in_pool(refused);  // a file without this operation: the plain system call tells the true error
      } else {
        refused.result = taken;
        completions_.push(refused);
      }
      continue;
    }
    for (Result i = 0; i < taken; ++i) {
      take_waiting();
      ++in_kernel_;
    }
  }
}

void KernelAioQueue::take_events(unsigned wanted) {
  std::array<io_event, kBatch> events;
  for (;;) {
    const Result count = aio_.reap(wanted, events);
    if (count < 0) wake_.wake();  // what has ended is still there: look again
    for (Result i = 0; i < count; ++i) {
      --in_kernel_;
      complete(*reinterpret_cast<Operation*>(events[static_cast<size_t>(i)].data), events[static_cast<size_t>(i)].res);
    }
    if (wanted > 0 || count < static_cast<Result>(events.size())) return;
  }
}

void KernelAioQueue::reap() {
  if (in_kernel_ > 0) take_events(0);
  flush();
}

void KernelAioQueue::complete(Operation& operation, Result result) {
  if (result == -EINTR || result == -EAGAIN) {
    go_on_in_pool(operation);
    return;
  }
  if (operation.transfers() && result >= 0) {
    const bool whole = advance(operation, static_cast<size_t>(result)) || result == 0;
    const bool at_end =
        !operation.writes() && ends_before(operation.fd, operation.offset + static_cast<int64_t>(operation.done));
    if (!whole && !at_end) {
      go_on_in_pool(operation);
      return;
    }
    result = static_cast<Result>(operation.done);
  }
  operation.result = result;
  completions_.push(operation);
}

bool KernelAioQueue::cancel(Operation& operation) {
  if (operation.state == OperationState::kInFlight) return false;  // io_cancel(2) interrupts no file's transfer
  waiting_.remove(operation);
  operation.result = -ECANCELED;
  completions_.push(operation);
  return true;
}

void KernelAioQueue::stop() {
  while (Operation* operation = waiting_.pop()) {
    operation->result = -ECANCELED;
    completions_.push(*operation);
  }
  while (in_kernel_ > 0) take_events(1);
  aio_.destroy();
}

}  // namespace caio
