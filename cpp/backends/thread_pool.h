// `thread`: a bounded pool of our own. The other backends keep one for what the kernel does not do asynchronously.
#pragma once

#include "backends/backend.h"

namespace caio {

class ThreadPool final : public Backend {
 public:
  ThreadPool(unsigned limit, Completions& completions);
  ~ThreadPool() override;

  Route accept(Operation& operation) override;
  void flush() override;
  void reap() override {}
  bool reports_soon() const override;
  bool cancel(Operation& operation) override;
  void stop() override;

 private:
  struct Shared;

  // Shared with the threads, the last of which frees it: a retiring thread may outlive this object by an instruction.
  std::shared_ptr<Shared> shared_;
  OperationQueue batch_;
};

}  // namespace caio
