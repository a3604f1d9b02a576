// Operations on their way through kernel AIO, for the backends that send some of theirs there.
#pragma once

#include "backends/thread_pool.h"
#include "system/kernel_aio.h"

namespace caio {

class KernelAioQueue {
 public:
  // What kernel AIO does not do, the pool does.
  KernelAioQueue(unsigned capacity, const WakeDescriptor& wake, Completions& completions, ThreadPool& pool);

  // 0, or -errno of io_setup(2).
  Result start();
  void accept(Operation& operation);
  void flush();
  void reap();
  bool cancel(Operation& operation);
  void stop();

 private:
  void complete(Operation& operation, Result result);
  Operation& take_waiting();
  void take_events(unsigned wanted);

  const WakeDescriptor& wake_;
  Completions& completions_;
  ThreadPool& pool_;
  const unsigned capacity_;
  KernelAio aio_;
  OperationQueue waiting_;  // kAccepted
  size_t in_kernel_ = 0;
};

}  // namespace caio
