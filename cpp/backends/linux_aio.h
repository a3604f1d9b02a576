// `linux`: kernel AIO for direct transfers and syncs, the pool for the rest.
#pragma once

#include "backends/kernel_aio_queue.h"

namespace caio {

class LinuxAioBackend final : public Backend {
 public:
  LinuxAioBackend(const EngineOptions& options, const WakeDescriptor& wake, Completions& completions);

  Route accept(Operation& operation) override;
  void flush() override;
  void reap() override;
  bool reports_soon() const override { return pool_.reports_soon(); }
  bool cancel(Operation& operation) override;
  void stop() override;

 private:
  ThreadPool pool_;
  KernelAioQueue aio_;
};

}  // namespace caio
