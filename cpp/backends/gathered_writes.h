// Buffered writes of one turn, in the order of their calls: those that continue each other become one system call.
#pragma once

#include <cstddef>
#include <vector>

#include "operation.h"

namespace caio {

class GatheredWrites {
 public:
  // Whether this write may wait for the end of its turn. Costs nothing where writes have not continued each other for
  // a while: then only some of them are gathered, to see whether that has changed.
  bool takes(const Operation& operation);

  bool empty() const { return queue_.empty(); }
  void push(Operation& operation) { queue_.push(operation); }
  void remove(Operation& operation) { queue_.remove(operation); }
  Operation* front() const { return queue_.front(); }

  // The oldest, and those behind it that continue it.
  const std::vector<Operation*>& take_run();

 private:
  void learn(size_t run);

  OperationQueue queue_;
  std::vector<Operation*> run_;
  size_t seen_ = 0;    // since the last judgement
  size_t joined_ = 0;  // of these, to the one before them
  size_t paused_ = 0;  // writes to be left alone
  size_t pause_ = 0;
};

}  // namespace caio
