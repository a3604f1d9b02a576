// FIFOs, sockets and terminals wait here until they are ready, on one thread for all of them.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "operation.h"
#include "system/wake_descriptor.h"

namespace caio {

// A read of a FIFO may never end; in poll(2) it holds no thread of the pool, can be cancelled, and ends with the
// engine.
class Readiness {
 public:
  // Called on the waiting thread with an operation that can go on now, or with one that cannot be waited for here
  // (false).
  using Ready = std::function<void(Operation&, bool)>;
  explicit Readiness(Ready ready) : ready_(std::move(ready)) {}
  ~Readiness() { stop(); }

  // False when no thread could be had, and for a negative descriptor: poll(2) passes over it and would never answer.
  bool add(Operation& operation);
  // True when the operation was still waiting: it is the caller's again.
  bool remove(Operation& operation);
  // Ends the thread and gives the descriptor back: nothing can be added any more. Returns the operations that were
  // waiting, linked through `next`.
  Operation* stop();

 private:
  static void* run(void* self);
  void wait();
  std::vector<Operation*> take(const std::vector<uint64_t>& over);

  Ready ready_;
  WakeDescriptor changed_;
  std::mutex mutex_;
  OperationQueue waiting_;
  uint64_t last_wait_ = 0;
  std::condition_variable ended_;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace caio
