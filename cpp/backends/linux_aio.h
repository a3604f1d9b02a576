// `linux`: kernel AIO for direct transfers and syncs, the pool for the rest.
#pragma once

#include "backends/thread_pool.h"
#include "system/kernel_aio.h"

namespace caio {

class LinuxAioBackend final : public Backend {
 public:
  LinuxAioBackend(const EngineOptions& options, const WakeDescriptor& wake, Completions& completions);

  Result start() override;
  Route accept(Operation& operation) override;
  void flush() override;
  void reap() override;
  bool reports_soon() const override { return pool_.reports_soon(); }
  bool cancel(Operation& operation) override;
  void stop() override;

 private:
  void complete(Operation& operation, Result result);
  Operation& take_waiting();
  void take_events(unsigned wanted);

  const WakeDescriptor& wake_;
  Completions& completions_;
  const unsigned capacity_;
  KernelAio aio_;
  ThreadPool pool_;
  OperationQueue waiting_;  // kAccepted
  size_t in_kernel_ = 0;
};

}  // namespace caio
