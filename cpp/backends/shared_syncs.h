// Syncs of one descriptor that wait for each other: what was asked for before one begins is served by that one.
#pragma once

#include <unordered_map>

#include "operation.h"

namespace caio {

// fsync(2) promises that what was written before the call is on the disk. A sync that begins after several such calls
// keeps the promise of each: so one at a time is on its way per descriptor, and all that come meanwhile share the next.
class SharedSyncs {
 public:
  // True for the operation to be queued now. The others are kept (kJoined) until it or the one after it has ended.
  bool leads(Operation& operation);
  // To be told before it is given to the backend: who comes later has not been asked for before it began.
  void begin(const Operation& leader, Route route);
  // The leader has ended. Moves those whose result its own is into `sharing`, and returns the next leader, or null.
  // A sync that was cancelled is nobody's result.
  Operation* end(const Operation& leader, OperationQueue& sharing);
  Route route(const Operation& leader) const;
  // Takes one back that was kept.
  void remove(Operation& operation);
  // Takes any back; null when none is left.
  Operation* take();

 private:
  struct Descriptor {
    Operation* leader = nullptr;
    bool begun = false;
    Route route = Route::kPool;
    OperationQueue sharing;
    OperationQueue waiting;
  };
  std::unordered_map<int, Descriptor> by_fd_;
};

}  // namespace caio
