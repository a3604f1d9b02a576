// `uring`: io_uring for what it is good at on a file system, kernel AIO for syncs, the pool for the rest.
#pragma once

#include <optional>
#include <unordered_map>

#include "backends/kernel_aio_queue.h"
#include "backends/thread_pool.h"
#include "system/credentials.h"
#include "system/uring.h"

namespace caio {

class UringBackend final : public Backend {
 public:
  UringBackend(const EngineOptions& options, const WakeDescriptor& wake, Completions& completions);

  Result start() override;
  Route accept(Operation& operation) override;
  void flush() override;
  void reap() override;
  bool reports_soon() const override { return pool_.reports_soon(); }
  bool cancel(Operation& operation) override;
  void stop() override;
  Result register_buffers(std::span<const iovec> buffers) override;
  Result register_files(std::span<const int> files) override;

 private:
  Result set_up_ring();
  bool ring_is_ours() const;
  bool ring_may_serve();
  bool belongs_in_ring(const Operation& operation) const;
  void queue(Operation& operation);
  void prepare(io_uring_sqe& entry, Operation& operation);
  Operation& take_from_ring(uint64_t user_data);
  io_uring_sqe* entry_or_flush();
  static void ask_to_cancel(io_uring_sqe& entry, Operation& operation);
  void complete(Operation& operation, Result result);
  void go_on_in_pool(Operation& operation);
  void submit_or_go_on_without();

  const EngineOptions options_;
  const WakeDescriptor& wake_;
  Completions& completions_;
  std::optional<Uring> ring_;  // none where the one of a changed process could not be made anew
  Credentials credentials_;    // of the process when the ring was made
  ThreadPool pool_;
  KernelAioQueue syncs_;
  OperationQueue waiting_;  // for room in the submission queue
  OperationQueue in_ring_;
  unsigned refusals_ = 0;  // of the kernel to be woken, in a row
  std::vector<iovec> buffers_;
  std::unordered_map<int, unsigned> files_;
};

}  // namespace caio
