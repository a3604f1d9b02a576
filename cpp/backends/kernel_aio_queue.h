// Operations on their way through kernel AIO, for the backends that send some of theirs there.
#pragma once

#include "backends/thread_pool.h"
#include "system/kernel_aio.h"

namespace caio {

class KernelAioQueue {
 public:
  // What kernel AIO does not do, the pool does.
  KernelAioQueue(unsigned capacity, const WakeDescriptor& wake, Completions& completions, ThreadPool& pool);

  // False for what the pool is to do: the first few syncs, and all where the kernel gives no context.
  bool accepts(Operation& operation);
  void flush();
  void reap();
  bool cancel(Operation& operation);
  void stop();

 private:
  bool has_context_for(const Operation& operation);
  void complete(Operation& operation, Result result);
  void go_on_in_pool(Operation& operation);
  Operation& take_waiting();
  void take_events(unsigned wanted);

  const WakeDescriptor& wake_;
  Completions& completions_;
  ThreadPool& pool_;
  const unsigned capacity_;
  KernelAio aio_;
  OperationQueue waiting_;  // kAccepted
  size_t in_kernel_ = 0;
  unsigned syncs_without_ = 0;
};

}  // namespace caio
