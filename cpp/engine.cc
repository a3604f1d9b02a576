#include "engine.h"

#include <unistd.h>

#include <cerrno>

#include "system/directory_stream.h"
#include "system/perform.h"
#include "system/stat.h"

namespace caio {

namespace {

// How long one turn of the event loop may be spent on try-now before the next operation goes through the loop, even if
// it would hit: awaiting settled promises in a loop would otherwise starve timers.
constexpr std::chrono::microseconds kTurnBudget{1000};

constexpr int kWatchedDescriptors = 65536;

// What waits for readiness has no positions (pread(2): ESPIPE), but for devices like /dev/zero. To be found out before
// anybody waits; and the ring would ignore the offset.
bool refuses_offset(const Operation& operation) {
  return operation.transfers() && operation.has(Traits::kPolled) && operation.offset >= 0 &&
         ::lseek(operation.fd, 0, SEEK_CUR) < 0 && errno == ESPIPE;
}

}  // namespace

Engine::Engine(const EngineOptions& options)
    : options_(options), completions_(wake_), backend_(make_backend(options, wake_, completions_)) {}

Engine::~Engine() { stop(); }

Result Engine::start() {
  if (!wake_.valid()) return -EMFILE;
  if (!backend_) return -ENOSYS;
  return backend_->start();
}

Operation& Engine::prepare(Opcode opcode) {
  if (free_.empty()) free_.push_back(&operations_.emplace_back());
  Operation& operation = *free_.back();
  free_.pop_back();
  operation.opcode = opcode;
  operation.state = OperationState::kPrepared;
  return operation;
}

bool Engine::within_budget() {
  const Clock::time_point now = Clock::now();
  if (!turn_begun_) {
    turn_begun_ = true;
    budget_end_ = now + kTurnBudget;
    try_now_.turn();
    return true;
  }
  return now < budget_end_;
}

Result Engine::try_now(Operation& operation) {
  // A write beside another one of the same descriptor would wait for its lock.
  const bool in_the_way = operation.writes() && is_busy(operation.fd);
  const Result result = in_the_way ? kMiss : try_now_.attempt(operation);
  count(operation, result == kMiss ? Route::kTryNowMiss : Route::kTryNowHit);
  return result;
}

// An open directory gets its number.
Result Engine::keep_opened(Operation& operation, Result result) {
  if (operation.opcode != Opcode::kOpenDirectory || result != 0) return result;
  directories_.emplace(++last_directory_, std::move(operation.stream));
  return last_directory_;
}

// False where the operation is about an open directory and its number means none.
bool Engine::find_directory(Operation& operation) {
  const bool closes = operation.opcode == Opcode::kCloseDirectory;
  if (!closes && operation.opcode != Opcode::kReadDirectory) return true;
  const auto found = directories_.find(operation.directory);
  if (found == directories_.end()) return false;
  operation.stream = found->second;
  if (closes) directories_.erase(found);
  return true;
}

Result Engine::perform_here(Operation& operation) {
  return find_directory(operation) ? keep_opened(operation, perform(operation)) : -EBADF;
}

Result Engine::attempt(Operation& operation) {
  if (!find_directory(operation)) return -EBADF;
  if (!options_.try_now) return kMiss;
  // Descriptors must be given back even by a program that never lets the loop turn.
  const bool gives_back = operation.opcode == Opcode::kClose || operation.opcode == Opcode::kCloseDirectory;
  if (within_budget() || gives_back) return keep_opened(operation, try_now(operation));
  // Another turn costs less than another thread.
  if (TryNow::knows(operation.opcode)) operation.state = OperationState::kPostponed;
  return kMiss;
}

void Engine::enqueue(Operation& operation) {
  if (operation.transfers() && operation.traits == Traits::kUnknown) {
    if (const Result traits = describe(operation.fd); traits >= 0) operation.traits = static_cast<int32_t>(traits);
  }
  ++pending_;
  const auto at = static_cast<size_t>(operation.ticket);
  if (at >= by_ticket_.size()) by_ticket_.resize(at + 1);
  by_ticket_[at] = &operation;
  if (operation.state == OperationState::kPostponed) {
    postponed_.push(operation);
    wake_.wake();  // the loop must not sleep now
  } else {
    queue(operation);
  }
}

void Engine::queue(Operation& operation) {
  if (refuses_offset(operation)) return finish(operation, -ESPIPE);
  operation.state = OperationState::kQueued;
  set_busy(operation, 1);
  queue_.push(operation);
  if (!options_.deferred) flush();
}

// Ends an operation that the backend never had.
void Engine::finish(Operation& operation, Result result) {
  operation.state = OperationState::kPrepared;
  operation.result = result;
  completions_.push(operation);
}

void Engine::go_on_with_postponed() {
  while (!postponed_.empty() && within_budget()) {
    Operation& operation = *postponed_.pop();
    const Result result = try_now(operation);
    if (result == kMiss) {
      queue(operation);
    } else {
      finish(operation, result);
    }
  }
  if (!postponed_.empty()) wake_.wake();
}

void Engine::recycle(Operation& operation) {
  if (operation.state == OperationState::kDone) {
    --pending_;
    by_ticket_[static_cast<size_t>(operation.ticket)] = nullptr;
  }
  operation.reset();
  free_.push_back(&operation);
}

void Engine::flush() {
  while (!queue_.empty() && in_flight_ < options_.max_requests) {
    Operation& operation = *queue_.pop();
    operation.state = OperationState::kAccepted;
    ++in_flight_;
    count(operation, backend_->accept(operation));
  }
  backend_->flush();
}

void Engine::turn() {
  turn_begun_ = false;
  go_on_with_postponed();
  if (!queue_.empty()) flush();
}

Operation* Engine::reap() {
  wake_.clear();
  backend_->reap();
  Operation* finished = completions_.take();
  for (Operation* operation = finished; operation != nullptr; operation = operation->next) {
    if (operation->state != OperationState::kPrepared) {
      --in_flight_;
      set_busy(*operation, -1);
    }
    operation->result = keep_opened(*operation, operation->result);
    operation->state = OperationState::kDone;
  }
  if (!queue_.empty()) flush();
  return finished;
}

void Engine::set_busy(const Operation& operation, int by) {
  const bool holds = operation.opcode == Opcode::kWrite || operation.opcode == Opcode::kWritev ||
                     operation.opcode == Opcode::kFsync || operation.opcode == Opcode::kFdatasync ||
                     operation.opcode == Opcode::kFtruncate;
  if (!holds || operation.fd < 0 || operation.fd >= kWatchedDescriptors) return;
  const auto at = static_cast<size_t>(operation.fd);
  if (at >= busy_.size()) busy_.resize(at + 1);
  busy_[at] = static_cast<uint16_t>(busy_[at] + by);
}

Operation* Engine::find(int64_t ticket) {
  return ticket >= 0 && static_cast<size_t>(ticket) < by_ticket_.size() ? by_ticket_[static_cast<size_t>(ticket)]
                                                                        : nullptr;
}

bool Engine::cancel(int64_t ticket) {
  Operation* operation = find(ticket);
  if (operation == nullptr || operation->state == OperationState::kDone) return false;
  if (operation->cancelled) return true;  // asked before
  if (operation->state == OperationState::kQueued || operation->state == OperationState::kPostponed) {
    operation->cancelled = true;
    drop(*operation);
    return true;
  }
  return backend_->cancel(*operation);
}

// Takes an operation back from where it waits for its turn.
void Engine::drop(Operation& operation) {
  if (operation.state == OperationState::kPostponed) {
    postponed_.remove(operation);
  } else {
    queue_.remove(operation);
    set_busy(operation, -1);
  }
  finish(operation, -ECANCELED);
}

void Engine::stop() {
  if (!backend_) return;
  while (!postponed_.empty()) drop(*postponed_.front());
  while (!queue_.empty()) drop(*queue_.front());
  backend_->stop();
  for (Operation* operation = completions_.take(); operation != nullptr;) {
    Operation* following = operation->next;
    operation->state = OperationState::kDone;
    recycle(*operation);
    operation = following;
  }
  directories_.clear();
  backend_.reset();
}

}  // namespace caio
