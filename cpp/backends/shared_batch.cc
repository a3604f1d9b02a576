#include "backends/shared_batch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "system/apart.h"
#include "system/perform.h"
#include "system/relax.h"
#include "system/try_now.h"
#include "system/worker_thread.h"

namespace caio {

namespace {

// Waking a thread costs its caller some 2 µs, and more until it runs: fewer operations than this are done sooner alone.
constexpr size_t kWorthWaking = 3;
constexpr size_t kSmallestShare = 4;
// How long the helper looks for more before it sleeps: about what the engine's thread needs for its own side of a
// batch.
constexpr int kSpinsForBatch = 3000;
// Some µs, and what is written whole lies in memory: some ten.
constexpr size_t kLongRead = 64 * 1024;
constexpr size_t kLongWrite = 32 * 1024;

}  // namespace

// What waits, oldest first. Only the engine's thread moves the tail; who moves the head owns what was there.
class SharedBatch::Waiting {
 public:
  void push(Operation& operation) {
    const size_t end = tail_.load(std::memory_order_relaxed);
    slots_[end % SharedBatch::kCapacity].store(&operation, std::memory_order_relaxed);
    tail_.store(end + 1, std::memory_order_seq_cst);
  }

  size_t size() const {
    const size_t first = head_.load(std::memory_order_acquire);
    return tail_.load(std::memory_order_seq_cst) - first;
  }

  // About half of it where another thread works on it too; but not so few that the next crossing into the kernel comes
  // at once.
  std::span<Operation*> take(std::span<Operation*> room, bool halves) {
    size_t first = head_.load(std::memory_order_acquire);
    for (;;) {
      const size_t present = tail_.load(std::memory_order_acquire) - first;
      const size_t share = halves ? std::max(present / 2, std::min(present, kSmallestShare)) : present;
      const std::span<Operation*> taken = room.first(std::min(share, room.size()));
      if (taken.empty()) return taken;
      // Read before the head moves: afterwards the slots may be other operations'.
      for (size_t i = 0; i < taken.size(); ++i)
        taken[i] = slots_[(first + i) % SharedBatch::kCapacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(first, first + taken.size(), std::memory_order_acq_rel,
                                      std::memory_order_acquire))
        return taken;
    }
  }

 private:
  std::array<std::atomic<Operation*>, SharedBatch::kCapacity> slots_{};
  alignas(64) std::atomic<size_t> head_{0};
  alignas(64) std::atomic<size_t> tail_{0};
};

struct SharedBatch::Shared : std::enable_shared_from_this<SharedBatch::Shared> {
  enum class Helper : uint8_t { kNone, kAsleep, kCalled, kAwake };

  Shared(Completions& sink, bool uses_ring) : completions(sink), ring_allowed(uses_ring) {}

  Completions& completions;
  const bool ring_allowed;
  Waiting others;
  // Two threads that write to one file wait for its lock, and there is no telling for how long: these are the helper's,
  // unless it is asleep or has something else to do that may take long.
  Waiting writes;
  // Each is taken by itself.
  Waiting long_jobs;
  alignas(64) std::atomic<Helper> helper{Helper::kNone};  // written with the lock
  std::atomic<Operation*> current{nullptr};
  Apart apart;
  std::mutex mutex;
  std::condition_variable work;
  std::condition_variable ended;
  pthread_t thread{};
  bool stopping = false;

  size_t waiting() const { return others.size() + writes.size() + long_jobs.size(); }
  bool is_worth_waking() const { return waiting() >= kWorthWaking || long_jobs.size() > 0; }

  // By either thread: its share of the others, or a long job.
  std::span<Operation*> take(std::span<Operation*> room, bool halves) {
    const std::span<Operation*> taken = others.take(room, halves);
    return taken.empty() ? long_jobs.take(room.first(std::min<size_t>(room.size(), 1)), false) : taken;
  }

  // On the engine's thread.
  bool may_write() const {
    return helper.load(std::memory_order_seq_cst) != Helper::kAwake ||
           current.load(std::memory_order_seq_cst) != nullptr;
  }

  void call() {
    if (!may_help()) return;
    const Helper found = helper.load(std::memory_order_seq_cst);
    if (found == Helper::kCalled) return;
    if (found == Helper::kAwake) return apart.keep();
    std::unique_lock lock(mutex);
    if (helper.load(std::memory_order_relaxed) == Helper::kAsleep) {
      apart.keep();
      helper.store(Helper::kCalled, std::memory_order_seq_cst);
      lock.unlock();  // it would wake only to wait for it
      work.notify_one();
    } else if (helper.load(std::memory_order_relaxed) == Helper::kNone) {
      auto self = std::make_unique<std::shared_ptr<Shared>>(shared_from_this());
      // Without a thread to be had, the engine's own does it all.
      if (!start_worker(&Shared::run, self.get(), &thread)) return;
      self.release();
      helper.store(Helper::kAwake, std::memory_order_relaxed);
    }
  }

  static void* run(void* argument) {
    const std::unique_ptr<std::shared_ptr<Shared>> self(static_cast<std::shared_ptr<Shared>*>(argument));
    (*self)->serve();
    return nullptr;
  }

  void serve() {
    TryNow try_now;
    try_now.allow_ring(ring_allowed);
    try_now.allow_large_copies();
    std::array<Operation*, TryNow::kTogether> room{};
    for (;;) {
      try_now.turn();
      for (bool any = true; any;) {
        apart.note();
        any = serve(take(room, true), try_now);
        any = serve(writes.take(room, false), try_now) || any;
      }
      for (int i = 0; i < kSpinsForBatch && waiting() == 0; ++i) relax();
      if (waiting() > 0) continue;
      std::unique_lock lock(mutex);
      apart.note();
      helper.store(Helper::kAsleep, std::memory_order_seq_cst);
      const auto is_called = [this] {
        return helper.load(std::memory_order_relaxed) == Helper::kCalled || waiting() > 0 || stopping;
      };
      const bool called = work.wait_for(lock, kIdleBeforeRetiring, is_called);
      if (!called || stopping) {
        helper.store(Helper::kNone, std::memory_order_relaxed);
        ended.notify_all();
        return;
      }
      helper.store(Helper::kAwake, std::memory_order_relaxed);
    }
  }

  // One open that tells a FIFO from a file costs less than asking first. Stat and access cost less plainly.
  static bool is_tried(const Operation& operation) {
    return operation.opcode == Opcode::kOpen || operation.opcode == Opcode::kReadFile ||
           operation.opcode == Opcode::kRealpath || operation.opcode == Opcode::kClose || operation.transfers();
  }

  // False where there is nothing to serve.
  bool serve(std::span<Operation*> operations, TryNow& try_now) {
    if (operations.empty()) return false;
    const auto plain = std::stable_partition(operations.begin(), operations.end(),
                                             [](const Operation* operation) { return is_tried(*operation); });
    const std::span<Operation*> tried(operations.begin(), plain);
    for (Operation* operation : operations) operation->result = operation->cancelled ? -ECANCELED : kMiss;
    try_now.attempt_together(tried);
    const auto missed = std::stable_partition(operations.begin(), operations.end(), [](const Operation* operation) {
      return operation->result != kMiss || operation->transfers();
    });
    for (auto at = operations.begin(); at != missed; ++at) {
      // A disk answers many at a time, but not one thread.
      if ((*at)->result == kMiss) (*at)->result = kWantsOwnThread;
      report(**at);
    }
    for (auto at = missed; at != operations.end(); ++at) {
      Operation& operation = **at;
      current.store(&operation, std::memory_order_seq_cst);
      if (writes.size() > 0) completions.call();  // they are the engine's now
      operation.result = operation.cancelled ? -ECANCELED : perform(operation);
      current.store(nullptr, std::memory_order_seq_cst);
      report(operation);
    }
    return true;
  }

  void report(Operation& operation) {
    operation.by_helper = true;
    completions.push(operation);
  }
};

SharedBatch::SharedBatch(Completions& completions, bool ring_allowed)
    : shared_(std::make_shared<Shared>(completions, ring_allowed)) {}

SharedBatch::~SharedBatch() { stop(); }

bool SharedBatch::may_help() {
  static const bool several = std::thread::hardware_concurrency() > 1;
  return several;
}

bool SharedBatch::takes(const Operation& operation) {
  switch (operation.opcode) {
    case Opcode::kOpen:
    case Opcode::kStat:
    case Opcode::kLstat:
    case Opcode::kAccess:
    case Opcode::kRealpath:
    case Opcode::kReadFile:
    case Opcode::kReaddir:
      return true;
    case Opcode::kClose:
      return operation.closes_lightly();
    default:
      return false;
  }
}

bool SharedBatch::is_long(const Operation& operation) {
  switch (operation.opcode) {
    case Opcode::kReaddir:
      return true;
    case Opcode::kRead:
      return operation.length >= kLongRead;
    case Opcode::kWriteFile:
      return operation.length >= kLongWrite;
    default:
      return false;
  }
}

void SharedBatch::push(Operation& operation) {
  const bool writes = operation.transfers() && operation.writes();
  (is_long(operation) ? shared_->long_jobs : writes ? shared_->writes : shared_->others).push(operation);
  if (shared_->is_worth_waking()) shared_->call();
}

bool SharedBatch::empty() const {
  return shared_->others.size() + shared_->long_jobs.size() == 0 &&
         (shared_->writes.size() == 0 || !shared_->may_write());
}

std::span<Operation*> SharedBatch::take(std::span<Operation*> room) {
  const std::span<Operation*> taken = shared_->take(room, may_help());
  return taken.empty() && shared_->may_write() ? shared_->writes.take(room, false) : taken;
}

void SharedBatch::stop() {
  std::unique_lock lock(shared_->mutex);
  shared_->stopping = true;
  shared_->work.notify_all();
  while (shared_->helper.load(std::memory_order_relaxed) != Shared::Helper::kNone) {
    if (Operation* operation = shared_->current.load(std::memory_order_seq_cst)) {
      operation->cancelled = true;
      interrupt(shared_->thread);
    }
    shared_->ended.wait_for(lock, kInterruptEvery);
  }
}

}  // namespace caio
