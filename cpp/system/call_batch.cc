#include "system/call_batch.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "system/call.h"
#include "system/transfer.h"

namespace caio {

namespace {

int32_t close_plainly(int fd) { return CAIO_CALL(close, fd) == 0 ? 0 : -errno; }

}  // namespace

bool CallBatch::available() {
  if (ring_ || refused_) return !refused_;
  auto ring = std::make_unique<Uring>();
  refused_ = ring->setup(kCapacity, kCapacity, false, Uring::kWakesNobody) < 0 || !ring->supports(IORING_OP_OPENAT2) ||
             !ring->supports(IORING_OP_CLOSE);
  if (!refused_) ring_ = std::move(ring);
  return !refused_;
}

io_uring_sqe& CallBatch::add() {
  // The queue has room: it holds kCapacity, and is empty after each run.
  io_uring_sqe& entry = *ring_->next_entry();
  ++in_ring_;
  entry.user_data = count_;
  results_[count_++] = -EAGAIN;
  return entry;
}

void CallBatch::open(const char* path, const raw::OpenHow& how) {
  how_[count_] = how;
  const raw::OpenHow& kept = how_[count_];
  io_uring_sqe& entry = add();
  entry.opcode = IORING_OP_OPENAT2;
  entry.fd = AT_FDCWD;
  entry.addr = reinterpret_cast<uint64_t>(path);
  entry.len = sizeof kept;
  entry.off = reinterpret_cast<uint64_t>(&kept);
}

void CallBatch::read(int fd, char* data, size_t length, uint64_t offset) {
  io_uring_sqe& entry = add();
  entry.opcode = IORING_OP_READ;
  entry.fd = fd;
  entry.addr = reinterpret_cast<uint64_t>(data);
  entry.len = static_cast<uint32_t>(length);
  entry.off = offset;
  entry.rw_flags = kNoWait;
}

void CallBatch::close(int fd) {
  if (!closes_at_once_) {
    results_[count_++] = close_plainly(fd);
    return;
  }
  io_uring_sqe& entry = add();
  entry.opcode = IORING_OP_CLOSE;
  entry.fd = fd;
}

std::span<const int32_t> CallBatch::run() {
  const unsigned count = std::exchange(count_, 0);
  unsigned left = std::exchange(in_ring_, 0);
  if (left > 0 && ring_->submit() < 0) {
    const std::vector<io_uring_sqe> not_taken = ring_->take_back();
    for (const io_uring_sqe& entry : not_taken) {
      if (entry.opcode == IORING_OP_CLOSE) results_[entry.user_data] = close_plainly(entry.fd);
    }
    left -= static_cast<unsigned>(not_taken.size());
  }
  for (;;) {
    io_uring_cqe completion;
    // No fault denies what was done (CAIO_COMPLETE): an open that was made and is said to have failed no kernel gives.
    while (ring_->next_completion(completion)) {
      results_[completion.user_data] = completion.res;
      --left;
    }
    if (left == 0) return {results_.data(), count};
    closes_at_once_ = false;
    ring_->wait();
  }
}

}  // namespace caio
