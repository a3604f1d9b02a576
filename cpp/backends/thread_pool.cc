#include "backends/thread_pool.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "backends/readiness.h"
#include "system/perform.h"
#include "system/relax.h"
#include "system/worker_thread.h"

namespace caio {

namespace {

// How long a worker looks for more before it sleeps: within that, what is short comes again. Longer would keep back
// those that the kernel wakes on this processor when their disk has answered, although another is idle
// (system/apart.h).
constexpr int kSpinsForWork = 500;
// What has to wait for those at work, each, before another thread is woken for it: what waking it costs.
constexpr std::chrono::nanoseconds kWorthAnother = std::chrono::microseconds(30);
// The same for changes of names, which wait for each other's directory.
constexpr std::chrono::nanoseconds kWorthAnotherName = std::chrono::microseconds(100);
// The same for what the engine's thread waits for awake, from which another thread would take the processor.
constexpr std::chrono::nanoseconds kWorthTheEngine = std::chrono::microseconds(400);
// For how long those at work may come to nothing else before somebody takes over.
constexpr std::chrono::nanoseconds kPatience = std::chrono::microseconds(500);
// What an operation is thought to take before one has been seen, and at most.
constexpr std::chrono::nanoseconds kLong = std::chrono::milliseconds(1);
// An operation that takes less is waited for by the engine's thread awake: sleeping and waking costs as much.
constexpr std::chrono::nanoseconds kShort = std::chrono::microseconds(15);

// An operation that ends early: what it has moved by then counts, as with write(2).
Result what_came_of(const Operation& operation, Result failure) {
  return operation.transfers() && operation.done > 0 ? static_cast<Result>(operation.done) : failure;
}

}  // namespace

struct ThreadPool::Shared : std::enable_shared_from_this<ThreadPool::Shared> {
  // A thread at work on something, so that it can be interrupted.
  struct Busy {
    pthread_t thread;
    Operation* operation;
  };

  Shared(unsigned thread_limit, Completions& sink)
      : limit(thread_limit), completions(sink), readiness([this](Operation& operation, bool ready) {
          const std::lock_guard lock(mutex);
          go_on(operation, ready);
        }) {}

  const unsigned limit;
  const bool may_spin = std::thread::hardware_concurrency() > 1;
  Completions& completions;
  std::mutex mutex;
  std::condition_variable work;
  std::condition_variable ended;
  OperationQueue queue;
  std::vector<Busy> busy;
  unsigned threads = 0;      // of the pool
  unsigned at_work = 0;      // of those
  unsigned own_threads = 0;  // one operation each, outside the limit
  unsigned idle = 0;
  bool looking_out = false;                                              // one of the idle
  bool one_comes = false;                                                // was called, and is not here yet
  uint64_t taken = 0;                                                    // operations, ever
  std::array<std::chrono::nanoseconds, kOpcodeCount> took = all_long();  // each, averaged
  std::atomic<unsigned> spinning{0};
  std::atomic<size_t> queued{0};
  std::atomic<bool> soon{false};  // one thread is at work, or about to be, and on something short
  bool stopping = false;
  bool insisting = false;  // a thread repeats the signals to what was cancelled
  Readiness readiness;     // its thread has ended before the last one of the pool lets go of this

  // What a new thread takes over: the pool, and its one operation if it is not of the pool.
  struct Errand {
    std::shared_ptr<Shared> shared;
    Operation* operation;
  };

  bool spawn(Operation* operation) {
    auto errand = std::make_unique<Errand>(Errand{shared_from_this(), operation});
    pthread_t thread;
    if (!start_worker(&Shared::run, errand.get(), &thread)) return false;
    errand.release();
    ++(operation == nullptr ? threads : own_threads);
    return true;
  }

  bool spawn_for(Operation& operation) {
    operation.unbounded = true;
    return spawn(&operation);
  }

  // Needs the lock.
  void go_on(Operation& operation, bool ready) {
    if (!ready && !stopping && spawn_for(operation)) return;
    operation.unbounded = false;
    queue.push(operation);
    queued.store(queue.size(), std::memory_order_relaxed);
    call_one();
    if (threads == 0 && !stopping) report_unserved();
  }

  // Needs the lock. The system has no thread to give and we have none: nobody will ever come.
  void report_unserved() {
    while (Operation* operation = queue.pop()) {
      operation->result = what_came_of(*operation, -EAGAIN);
      completions.push(*operation);
    }
    queued.store(0, std::memory_order_relaxed);
    soon.store(false, std::memory_order_relaxed);
  }

  static void* run(void* argument) {
    const std::unique_ptr<Errand> errand(static_cast<Errand*>(argument));
    if (errand->operation == nullptr) {
      errand->shared->serve();
    } else {
      errand->shared->serve_one(*errand->operation);
    }
    return nullptr;
  }

  // Needs the lock. Interrupts what was cancelled and may never end; false when there is nothing of the kind.
  bool interrupt_cancelled() const {
    bool any = false;
    for (const Busy& entry : busy) {
      if (!entry.operation->cancelled || !entry.operation->unbounded) continue;
      interrupt(entry.thread);
      any = true;
    }
    return any;
  }

  // A signal that comes before its call has begun is lost: it is repeated until the call has returned.
  static void* insist(void* argument) {
    const std::unique_ptr<Errand> errand(static_cast<Errand*>(argument));
    Shared& shared = *errand->shared;
    std::unique_lock lock(shared.mutex);
    while (!shared.stopping && shared.interrupt_cancelled()) shared.ended.wait_for(lock, kInterruptEvery);
    shared.insisting = false;
    return nullptr;
  }

  // Needs the lock.
  void begin_to_insist() {
    if (!interrupt_cancelled() || insisting) return;
    auto errand = std::make_unique<Errand>(Errand{shared_from_this(), nullptr});
    pthread_t thread;
    if (!start_worker(&Shared::insist, errand.get(), &thread)) return;
    errand.release();
    insisting = true;
  }

  // Buffered writes of one descriptor wait for each other's inode lock: a second thread would only burn its time there.
  static bool is_lane(const Operation& operation) {
    return operation.writes() && operation.has(Traits::kWriteBuffered);
  }
  bool lane_is_taken(const Operation& operation) const {
    return is_lane(operation) && std::any_of(busy.begin(), busy.end(), [&operation](const Busy& entry) {
             return is_lane(*entry.operation) && entry.operation->fd == operation.fd;
           });
  }

  // Needs the lock. The oldest operation that a thread should begin now.
  Operation* next_ready() const {
    Operation* operation = queue.front();
    while (operation != nullptr && lane_is_taken(*operation)) operation = operation->next;
    return operation;
  }

  static std::array<std::chrono::nanoseconds, kOpcodeCount> all_long() {
    std::array<std::chrono::nanoseconds, kOpcodeCount> all;
    all.fill(kLong);
    return all;
  }
  std::chrono::nanoseconds& took_of(const Operation& operation) { return took[static_cast<size_t>(operation.opcode)]; }

  // Needs the lock. Quickly down, slowly up: a thread that lost its processor was not long at work.
  void note_duration(const Operation& operation, std::chrono::nanoseconds duration) {
    std::chrono::nanoseconds& average = took_of(operation);
    average += duration < average ? (duration - average) / 4 : (std::min(duration, kLong) - average) / 16;
  }

  std::chrono::nanoseconds worth_another(const Operation& next) {
    if (took_of(next) < kShort) return kWorthTheEngine;
    return next.changes_names() ? kWorthAnotherName : kWorthAnother;
  }
  // Needs the lock. Whether so many threads would come to what waits too late.
  bool is_too_much_for(unsigned workers, const Operation& next) {
    return queue.size() * took_of(next) > workers * worth_another(next);
  }
  bool is_worth_another(const Operation& next) { return at_work == 0 || is_too_much_for(at_work, next); }

  // Needs the lock. More than one thread at work need the engine's processor.
  void foresee(const Operation& operation) {
    soon.store(may_spin && at_work <= 1 && took_of(operation) < kShort && !is_too_much_for(1, operation),
               std::memory_order_relaxed);
  }

  // Needs the lock. One thread is called for the whole batch; each that finds more behind its own calls the next. For
  // what is soon done the one that is called only looks out. True if one sleeps that is to be woken.
  bool needs_one() {
    const Operation* next = next_ready();
    if (next == nullptr || one_comes || spinning.load(std::memory_order_relaxed) > 0) return false;
    if (looking_out && !is_worth_another(*next)) return false;
    const bool wakes = idle > 0;
    one_comes = wakes || (threads < limit && spawn(nullptr));
    return wakes;
  }

  // Needs the lock.
  void call_one() {
    if (needs_one()) work.notify_one();
  }

  // Waits until those at work are stuck, have too much to do, or are done with all.
  void look_out(std::unique_lock<std::mutex>& lock) {
    looking_out = true;
    ++idle;
    for (bool needed = false; !needed && !stopping;) {
      const uint64_t taken_before = taken;
      work.wait_for(lock, kPatience);
      one_comes = false;
      const Operation* next = next_ready();
      needed = taken == taken_before || (next != nullptr && is_worth_another(*next));
    }
    --idle;
    looking_out = false;
  }

  // `called`: the thread has just come, and was not at work.
  Operation* take(std::unique_lock<std::mutex>& lock, bool called) {
    for (;;) {
      Operation* operation = next_ready();
      if (called && operation != nullptr && !looking_out && !is_worth_another(*operation)) {
        look_out(lock);
        operation = next_ready();
      }
      if (operation != nullptr) {
        queue.remove(*operation);
        ++taken;
        ++at_work;
        foresee(*operation);
        busy.push_back({this_thread(), operation});
        queued.store(queue.size(), std::memory_order_relaxed);
        call_one();
        return operation;
      }
      if (stopping) return nullptr;
      if (may_spin && spinning.load(std::memory_order_relaxed) == 0) {
        spinning.store(1, std::memory_order_relaxed);
        lock.unlock();
        for (int i = 0; i < kSpinsForWork && queued.load(std::memory_order_relaxed) == 0; ++i) relax();
        lock.lock();
        spinning.store(0, std::memory_order_relaxed);
        called = false;
        if (next_ready() != nullptr || stopping) continue;
      }
      ++idle;
      const bool is_called = work.wait_for(lock, kIdleBeforeRetiring, [this] {
        one_comes = false;
        return next_ready() != nullptr || stopping;
      });
      --idle;
      if (!is_called) return nullptr;
      called = true;
    }
  }

  // Runs with the lock held around, not during, the operation.
  void run_operation(Operation& operation, std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    const auto begun = std::chrono::steady_clock::now();
    Result result = operation.cancelled ? -ECANCELED : perform(operation);
    const auto duration = std::chrono::steady_clock::now() - begun;
    lock.lock();
    if (!operation.unbounded) {
      --at_work;
      note_duration(operation, duration);
    }
    std::erase_if(busy, [&operation](const Busy& entry) { return entry.operation == &operation; });
    const bool may_go_on = !stopping && !operation.cancelled;
    if (result == kNotReady) {
      if (may_go_on && readiness.add(operation)) return;
      result = kWantsOwnThread;
    }
    if (result == kWantsOwnThread) {
      if (may_go_on && spawn_for(operation)) return;
      result = may_go_on ? -EAGAIN : -ECANCELED;
    }
    if (result == -EINTR && operation.cancelled) result = -ECANCELED;
    operation.result = result < 0 ? what_came_of(operation, result) : result;
    lock.unlock();
    completions.push(operation);
    lock.lock();
    if (at_work == 0 && queue.empty()) soon.store(false, std::memory_order_relaxed);
  }

  void serve() {
    std::unique_lock lock(mutex);
    one_comes = false;
    for (bool called = true; Operation* operation = take(lock, called); called = false) run_operation(*operation, lock);
    --threads;
    ended.notify_all();
  }

  void serve_one(Operation& operation) {
    std::unique_lock lock(mutex);
    busy.push_back({this_thread(), &operation});
    run_operation(operation, lock);
    --own_threads;
    ended.notify_all();
  }
};

ThreadPool::ThreadPool(unsigned limit, Completions& completions)
    : shared_(std::make_shared<Shared>(limit, completions)) {}

ThreadPool::~ThreadPool() { stop(); }

Route ThreadPool::accept(Operation& operation) {
  if (!operation.waits_for_readiness() || !shared_->readiness.add(operation)) batch_.push(operation);
  return Route::kPool;
}

void ThreadPool::flush() {
  if (batch_.empty()) return;
  std::unique_lock lock(shared_->mutex);
  while (Operation* operation = batch_.pop()) shared_->queue.push(*operation);
  shared_->queued.store(shared_->queue.size(), std::memory_order_relaxed);
  if (shared_->at_work == 0) shared_->foresee(*shared_->queue.front());
  const bool wakes = shared_->needs_one();
  if (shared_->threads == 0) shared_->report_unserved();
  lock.unlock();  // who is woken would only wait for it
  if (wakes) shared_->work.notify_one();
}

bool ThreadPool::reports_soon() const { return shared_->soon.load(std::memory_order_relaxed); }

bool ThreadPool::cancel(Operation& operation) {
  operation.cancelled = true;
  const auto report = [&] {
    operation.result = what_came_of(operation, -ECANCELED);
    shared_->completions.push(operation);
    return true;
  };
  if (shared_->readiness.remove(operation)) return report();
  std::unique_lock lock(shared_->mutex);
  for (const Shared::Busy& entry : shared_->busy) {
    if (entry.operation != &operation) continue;
    if (operation.unbounded) shared_->begin_to_insist();
    return operation.unbounded || operation.waits_for_readiness();
  }
  for (Operation* queued = shared_->queue.front(); queued != nullptr; queued = queued->next) {
    if (queued != &operation) continue;
    shared_->queue.remove(operation);
    shared_->queued.store(shared_->queue.size(), std::memory_order_relaxed);
    lock.unlock();
    return report();
  }
  // On its way from one place to another, at each of which it is looked at, or done.
  return operation.waits_for_readiness();
}

void ThreadPool::stop() {
  const auto report = [this](Operation& operation) {
    operation.result = what_came_of(operation, -ECANCELED);
    shared_->completions.push(operation);
  };
  const auto report_queued = [&] {
    while (Operation* operation = shared_->queue.pop()) report(*operation);
  };
  std::unique_lock lock(shared_->mutex);
  shared_->stopping = true;  // from now on nothing comes to wait for readiness any more
  while (Operation* operation = batch_.pop()) report(*operation);
  report_queued();
  lock.unlock();
  for (Operation* waiting = shared_->readiness.stop(); waiting != nullptr;) {
    Operation* following = waiting->next;
    report(*waiting);
    waiting = following;
  }
  lock.lock();
  report_queued();                                      // what had become ready meanwhile
  shared_->queued.store(1, std::memory_order_relaxed);  // ends a spin
  shared_->work.notify_all();
  while (shared_->threads + shared_->own_threads > 0) {
    for (const Shared::Busy& entry : shared_->busy) {
      entry.operation->cancelled = true;
      interrupt(entry.thread);
    }
    shared_->ended.wait_for(lock, kInterruptEvery);
  }
}

}  // namespace caio
