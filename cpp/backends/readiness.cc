#include "backends/readiness.h"

#include <cerrno>

#include "system/poll.h"
#include "system/worker_thread.h"

namespace caio {

bool Readiness::add(Operation& operation) {
  if (operation.fd < 0) return false;
  const std::lock_guard lock(mutex_);
  if (!running_) {
    pthread_t thread;
    if (!changed_.valid() || !start_worker(&Readiness::run, this, &thread)) return false;
    running_ = true;
  }
  operation.wait = ++last_wait_;
  waiting_.push(operation);
  changed_.wake();
  return true;
}

bool Readiness::remove(Operation& operation) {
  const std::lock_guard lock(mutex_);
  for (Operation* waiting = waiting_.front(); waiting != nullptr; waiting = waiting->next) {
    if (waiting != &operation) continue;
    waiting_.remove(operation);
    changed_.wake();
    return true;
  }
  return false;
}

Operation* Readiness::stop() {
  std::unique_lock lock(mutex_);
  if (running_) {
    stopping_ = true;
    changed_.wake();
    ended_.wait(lock, [this] { return !running_; });
    stopping_ = false;
  }
  // Not left to the destructor: whoever shares this with a thread that is about to end may be the first to let go.
  changed_.close();
  Operation* left = nullptr;
  while (Operation* operation = waiting_.pop()) {
    operation->next = left;
    left = operation;
  }
  return left;
}

void* Readiness::run(void* self) {
  static_cast<Readiness*>(self)->wait();
  return nullptr;
}

// Takes those whose wait is over out of the line, which is in the order of the waits. By its wait an operation is told
// from another one that has come to the same address since.
std::vector<Operation*> Readiness::take(const std::vector<uint64_t>& over) {
  std::vector<Operation*> taken;
  const std::lock_guard lock(mutex_);
  auto wait = over.begin();
  for (Operation* operation = waiting_.front(); operation != nullptr && wait != over.end();) {
    Operation* following = operation->next;
    while (wait != over.end() && *wait < operation->wait) ++wait;
    if (wait != over.end() && *wait == operation->wait) {
      waiting_.remove(*operation);
      taken.push_back(operation);
    }
    operation = following;
  }
  return taken;
}

void Readiness::wait() {
  std::vector<pollfd> descriptors;
  std::vector<uint64_t> waits;
  std::vector<uint64_t> over;
  for (;;) {
    descriptors.assign(1, {changed_.fd(), POLLIN, 0});
    waits.assign(1, 0);
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) {
        running_ = false;
        ended_.notify_all();
        return;
      }
      for (Operation* waiting = waiting_.front(); waiting != nullptr; waiting = waiting->next) {
        descriptors.push_back({waiting->fd, static_cast<short>(waiting->writes() ? POLLOUT : POLLIN), 0});
        waits.push_back(waiting->wait);
      }
    }
    const Result ready = wait_until_ready(descriptors);
    if (ready == -EINTR) continue;
    // Nobody can be waited for when poll(2) has no memory: the transfers themselves wait, on threads of their own.
    const bool failed = ready < 0;
    if (failed || descriptors[0].revents != 0) changed_.clear();
    over.clear();
    for (size_t i = 1; i < descriptors.size(); ++i) {
      // POLLERR, POLLHUP and POLLNVAL are ready too: the transfer itself tells the error.
      if (failed || descriptors[i].revents != 0) over.push_back(waits[i]);
    }
    for (Operation* operation : take(over)) ready_(*operation, !failed);
  }
}

}  // namespace caio
