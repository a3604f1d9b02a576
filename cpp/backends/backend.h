// The interface of a backend, and what it is given to report with.
#pragma once

#include <atomic>
#include <cerrno>
#include <memory>
#include <span>

#include "operation.h"
#include "system/wake_descriptor.h"

namespace caio {

// Where finished operations go: pushed from any thread, taken by the engine's own.
class Completions {
 public:
  explicit Completions(const WakeDescriptor& wake) : wake_(wake) {}

  // The first one since the last take wakes the engine's thread, unless that will look anyway; the others come along.
  void push(Operation& operation) {
    Operation* head = head_.load(std::memory_order_relaxed);
    do {
      operation.next = head;
    } while (!head_.compare_exchange_weak(head, &operation, std::memory_order_seq_cst, std::memory_order_relaxed));
    if (head == nullptr) call();
  }

  // Makes the engine's thread look, unless it will anyway.
  void call() {
    if (!attended_.load(std::memory_order_seq_cst)) wake_.wake();
  }

  // The engine's thread promises to look for itself before it waits, or takes that back: then it must look once more.
  void attend(bool attended) { attended_.store(attended, std::memory_order_seq_cst); }
  bool empty() const { return head_.load(std::memory_order_seq_cst) == nullptr; }

  // All of them, oldest first, linked through `next`.
  Operation* take() {
    Operation* newest = head_.exchange(nullptr, std::memory_order_acquire);
    Operation* oldest = nullptr;
    while (newest != nullptr) {
      Operation* following = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = following;
    }
    return oldest;
  }

 private:
  const WakeDescriptor& wake_;
  std::atomic<Operation*> head_{nullptr};
  std::atomic<bool> attended_{false};
};

struct EngineOptions {
  enum class Kind : uint8_t { kUring, kLinuxAio, kThread } kind = Kind::kThread;
  unsigned max_requests = 512;
  unsigned pool_size = 8;
  bool deferred = true;
  bool sqpoll = false;
  bool try_now = true;
};

// All calls come from the engine's thread. An operation accepted here is reported exactly once, by Completions::push.
class Backend {
 public:
  virtual ~Backend() = default;

  // 0, or -errno of the set-up call that failed.
  virtual Result start() { return 0; }
  // Takes an operation; returns the way it goes.
  virtual Route accept(Operation& operation) = 0;
  // Sends what was accepted down.
  virtual void flush() = 0;
  // Looks for completions that no other thread reports. Called after every wake-up.
  virtual void reap() = 0;
  // Whether another thread is likely to report something before this one could have slept and woken.
  virtual bool reports_soon() const { return false; }
  // Asks an accepted operation to end; false where nothing can interrupt it.
  virtual bool cancel(Operation& operation) = 0;
  // Ends everything that can be ended, waits for the rest; all operations have been reported when it returns.
  virtual void stop() = 0;

  virtual Result register_buffers(std::span<const iovec>) { return -ENOTSUP; }
  virtual Result register_files(std::span<const int>) { return -ENOTSUP; }
};

std::unique_ptr<Backend> make_backend(const EngineOptions& options, const WakeDescriptor& wake,
                                      Completions& completions);

// 0, or -errno of the call that says why this kernel does not serve the backend.
Result probe_backend(EngineOptions::Kind kind);

}  // namespace caio
