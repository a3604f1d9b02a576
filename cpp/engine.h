// try-now → backend → batched completion. One engine belongs to one thread; only Completions is touched by others.
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <unordered_map>

#include "backends/backend.h"
#include "backends/gathered_writes.h"
#include "backends/shared_batch.h"
#include "backends/shared_syncs.h"
#include "system/try_now.h"

namespace caio {

using Counters = std::array<std::array<uint64_t, kRouteCount>, kOpcodeCount>;

class Engine {
 public:
  explicit Engine(const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // 0, or -errno of the set-up call that failed; the engine is of no use then.
  Result start();

  // A blank operation of the engine's own. Fill it, `attempt` it, and either `recycle` or `enqueue` it.
  Operation& prepare(Opcode opcode);
  // The result, or kMiss: then it must be enqueued, with its memory pinned.
  Result attempt(Operation& operation);
  void enqueue(Operation& operation);
  // The result, on this thread and waiting for it.
  Result perform_here(Operation& operation);
  void recycle(Operation& operation);

  // Becomes readable when there is something to reap.
  int wake_fd() const { return wake_.fd(); }
  void clear_wake() { wake_.clear(); }
  // Operations that have ended, oldest first, linked through `next`; each must be recycled.
  Operation* reap();
  // True when the operation with this ticket will come back soon: as -ECANCELED, or done after all.
  bool cancel(int64_t ticket);

  // The event loop is about to wait: the batch of this turn goes down, and the next turn gets a fresh budget.
  void turn();
  void flush();

  // Where the caller says how many hits are on their way to it: then the next operation does not come alone.
  void watch(const uint8_t* unsettled) { unsettled_ = unsettled; }
  // Whether transfers that come with others are shared, because another thread, or a ring, takes some of the work off
  // this one: then hits must be noted for them too.
  bool shares_transfers() const { return shares_transfers_; }
  // Works on the shared batch until something can be reaped (true), or this turn has no more to do.
  bool work();

  // Ends everything in flight, waiting where it must; what has not been reaped is dropped.
  void stop();

  size_t pending() const { return pending_; }
  Result register_buffers(std::span<const iovec> buffers) { return backend_->register_buffers(buffers); }
  Result register_files(std::span<const int> files) { return backend_->register_files(files); }
  const Counters& counters() const { return counters_; }
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_written() const { return bytes_written_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool within_budget();
  Result try_now(Operation& operation);
  void attend(bool attending) {
    if (attending == attending_) return;
    attending_ = attending;
    completions_.attend(attending);
  }
  bool joins_others(Operation& operation);
  void serve_shared(std::span<Operation*> operations);
  void serve_gathered(Operation& operation);
  void end_shared(Operation& operation, Result result);
  void write_gathered();
  bool pool_reports_soon() const { return in_flight_ > 0 && !waited_in_vain_ && backend_->reports_soon(); }
  bool wait_for_pool();
  void go_on_with_postponed();
  void describe_unknown(Operation& operation);
  void queue(Operation& operation);
  void send(Operation& operation);
  OperationQueue end_sync(const Operation& leader);
  void finish(Operation& operation, Result result);
  Result keep_opened(Operation& operation, Result result);
  bool find_directory(Operation& operation);
  void drop(Operation& operation);
  void count(const Operation& operation, Route route) {
    ++counters_[static_cast<size_t>(operation.opcode)][static_cast<size_t>(route)];
  }
  void count_bytes(const Operation& operation, Result result);
  Operation* find(int64_t ticket);
  // Whether an operation that holds a file's lock, or waits for its journal, is on its way on this descriptor: a write
  // on this thread would wait for it.
  bool is_busy(int fd) const {
    return fd >= 0 && static_cast<size_t>(fd) < busy_.size() && busy_[static_cast<size_t>(fd)] > 0;
  }
  void set_busy(const Operation& operation, int by);

  const EngineOptions options_;
  const bool shares_transfers_;
  WakeDescriptor wake_;
  Completions completions_;
  std::unique_ptr<Backend> backend_;
  TryNow try_now_;
  bool turn_begun_ = false;
  Clock::time_point budget_end_;
  OperationQueue postponed_;  // for try-now in the next turn, this one's budget being spent
  SharedBatch batch_;
  GatheredWrites writes_;
  SharedSyncs syncs_;
  size_t shared_ = 0;            // gathered or in the batch, or done there and not yet reaped
  bool attending_ = false;       // completions need not wake this thread
  bool waited_in_vain_ = false;  // for the pool, since that has last reported something
  size_t expected_ = 0;          // operations that are likely to follow those that have just been reaped
  const uint8_t* unsettled_ = nullptr;
  OperationQueue queue_;  // of this turn, and what exceeds max_requests
  size_t in_flight_ = 0;  // with the backend
  size_t pending_ = 0;    // enqueued and not yet recycled
  std::deque<Operation> operations_;
  std::vector<Operation*> free_;
  std::vector<Operation*> by_ticket_;
  std::vector<uint16_t> busy_;  // by descriptor
  // By the numbers that openDirectory gives; what nobody closes is closed with the engine.
  std::unordered_map<int64_t, std::shared_ptr<DirectoryStream>> directories_;
  int64_t last_directory_ = 0;
  Counters counters_{};
  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
};

}  // namespace caio
