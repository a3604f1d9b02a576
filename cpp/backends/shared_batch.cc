#include "backends/shared_batch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

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

}  // namespace

struct SharedBatch::Shared : std::enable_shared_from_this<SharedBatch::Shared> {
  enum class Helper : uint8_t { kNone, kAwake, kAsleep };

  Shared(Completions& sink, bool uses_ring) : completions(sink), ring_allowed(uses_ring) {}

  Completions& completions;
  const bool ring_allowed;
  const bool may_help = SharedBatch::may_help();
  // [head, tail) waits. Only the engine's thread moves the tail; who moves the head owns what was there.
  std::array<std::atomic<Operation*>, kCapacity> slots{};
  alignas(64) std::atomic<size_t> head{0};
  alignas(64) std::atomic<size_t> tail{0};
  alignas(64) std::atomic<Helper> helper{Helper::kNone};  // written with the lock
  std::atomic<Operation*> current{nullptr};
  std::atomic<bool> helper_writes{false};
  std::mutex mutex;
  std::condition_variable work;
  std::condition_variable ended;
  pthread_t thread{};
  bool stopping = false;

  size_t waiting() const {
    const size_t first = head.load(std::memory_order_acquire);
    return tail.load(std::memory_order_seq_cst) - first;
  }

  // About half of what waits, since another thread works on it too; but not so few that the next crossing into the
  // kernel comes at once. `leaves_writes`: no write and nothing behind one.
  std::span<Operation*> take(std::span<Operation*> room, bool leaves_writes = false) {
    size_t first = head.load(std::memory_order_acquire);
    for (;;) {
      const size_t present = tail.load(std::memory_order_acquire) - first;
      const size_t share = may_help ? std::max(present / 2, std::min(present, kSmallestShare)) : present;
      std::span<Operation*> taken = room.first(std::min(share, room.size()));
      // Read before the head moves: afterwards the slots may be other operations'.
      for (size_t i = 0; i < taken.size(); ++i) {
        taken[i] = slots[(first + i) % kCapacity].load(std::memory_order_relaxed);
        if (leaves_writes && taken[i]->writes()) taken = taken.first(i);
      }
      if (taken.empty()) return taken;
      if (head.compare_exchange_weak(first, first + taken.size(), std::memory_order_acq_rel, std::memory_order_acquire))
        return taken;
    }
  }

  void call() {
    if (!may_help || helper.load(std::memory_order_seq_cst) == Helper::kAwake) return;
    const std::lock_guard lock(mutex);
    if (helper.load(std::memory_order_relaxed) == Helper::kAsleep) {
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
    std::array<Operation*, TryNow::kTogether> room{};
    for (;;) {
      try_now.turn();
      for (std::span<Operation*> taken = take(room); !taken.empty(); taken = take(room)) serve(taken, try_now);
      for (int i = 0; i < kSpinsForBatch && waiting() == 0; ++i) relax();
      if (waiting() > 0) continue;
      std::unique_lock lock(mutex);
      helper.store(Helper::kAsleep, std::memory_order_seq_cst);
      const auto is_called = [this] { return waiting() > 0 || stopping; };
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
           operation.opcode == Opcode::kClose || operation.transfers();
  }

  void serve(std::span<Operation*> operations, TryNow& try_now) {
    const auto others = std::stable_partition(operations.begin(), operations.end(),
                                              [](const Operation* operation) { return is_tried(*operation); });
    const std::span<Operation*> tried(operations.begin(), others);
    const bool writes = std::ranges::any_of(operations, [](const Operation* operation) { return operation->writes(); });
    helper_writes.store(writes, std::memory_order_seq_cst);
    for (Operation* operation : operations) operation->result = operation->cancelled ? -ECANCELED : kMiss;
    try_now.attempt_together(tried);
    for (Operation* operation : operations) {
      if (operation->result == kMiss && operation->transfers()) {
        operation->result = kWantsOwnThread;  // a disk answers many at a time, but not one thread
      } else if (operation->result == kMiss) {
        current.store(operation, std::memory_order_seq_cst);
        operation->result = operation->cancelled ? -ECANCELED : perform(*operation);
        current.store(nullptr, std::memory_order_seq_cst);
      }
      operation->by_helper = true;
      completions.push(*operation);
    }
    helper_writes.store(false, std::memory_order_seq_cst);
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
    case Opcode::kReadFile:
    case Opcode::kReaddir:
      return true;
    case Opcode::kClose:
      return operation.closes_lightly();
    default:
      return false;
  }
}

void SharedBatch::push(Operation& operation) {
  const size_t end = shared_->tail.load(std::memory_order_relaxed);
  shared_->slots[end % kCapacity].store(&operation, std::memory_order_relaxed);
  shared_->tail.store(end + 1, std::memory_order_seq_cst);
  if (shared_->waiting() >= kWorthWaking) shared_->call();
}

bool SharedBatch::empty() const { return shared_->waiting() == 0; }

// Two threads that write to one file wait for its lock, and there is no telling for how long.
std::span<Operation*> SharedBatch::take(std::span<Operation*> room) { return shared_->take(room, helper_writes()); }

bool SharedBatch::helper_writes() const { return shared_->helper_writes.load(std::memory_order_seq_cst); }

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
