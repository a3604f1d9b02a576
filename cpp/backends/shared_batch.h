// The operations of a turn that the engine's thread and a helper work off together, so that depth uses a second core
// and depth 1 waits for none.
#pragma once

#include <cstddef>
#include <memory>

#include "backends/backend.h"

namespace caio {

class SharedBatch {
 public:
  static constexpr size_t kCapacity = 4096;

  // `ring_allowed` as TryNow has it.
  SharedBatch(Completions& completions, bool ring_allowed);
  ~SharedBatch();
  SharedBatch(const SharedBatch&) = delete;
  SharedBatch& operator=(const SharedBatch&) = delete;

  // Whether another processor may take some of it.
  static bool may_help();

  // Short jobs on names, and what ends them: each dear enough that a second core pays. Beside them it takes transfers
  // that are worth trying; what misses goes on with the backend.
  static bool takes(const Operation& operation);

  // Whether each of these is worth a second thread by itself.
  static bool is_long(const Operation& operation);

  // By the engine's thread only, and never more than the capacity. The helper reports what it does to Completions; its
  // result may be kWantsOwnThread.
  void push(Operation& operation);
  // The oldest that nobody has begun, at most `room`: as many as are this thread's share. Returns those that it took.
  std::span<Operation*> take(std::span<Operation*> room);
  // Whether there is nothing for this thread to take.
  bool empty() const;

  // Ends the helper; what nobody has begun is left to be taken.
  void stop();

 private:
  class Waiting;
  struct Shared;
  // Shared with the helper, which may outlive this object by an instruction.
  const std::shared_ptr<Shared> shared_;
};

}  // namespace caio
