#include "engine.h"

#include <algorithm>
#include <cerrno>

#include "system/directory_stream.h"
#include "system/perform.h"
#include "system/stat.h"
#include "system/transfer.h"

namespace caio {

namespace {

// How long one turn of the event loop may be spent on try-now before the next operation goes through the loop, even if
// it would hit: awaiting settled promises in a loop would otherwise starve timers.
constexpr std::chrono::microseconds kTurnBudget{1000};

constexpr int kWatchedDescriptors = 65536;

// So many go to the backend at once: a device that gets them all at the end of a turn has done nothing until then.
// Where it has less than that to do, it gets as many again, but for syncs: what comes after one may be served by it.
constexpr size_t kSentTogether = 8;

// What waits for readiness has no positions (pread(2): ESPIPE), but for devices like /dev/zero. To be found out before
// anybody waits; and the ring would ignore the offset.
bool refuses_offset(const Operation& operation) {
  return operation.transfers() && operation.has(Traits::kPolled) && operation.offset >= 0 &&
         has_no_position(operation.fd);
}

// Beside that of the backend, for what is tried together.
bool uses_ring(const EngineOptions& options) { return options.kind == EngineOptions::Kind::kUring && options.try_now; }

}  // namespace

Engine::Engine(const EngineOptions& options)
    : options_(options),
      shares_transfers_(options.try_now && (SharedBatch::may_help() || uses_ring(options))),
      completions_(wake_),
      backend_(make_backend(options, wake_, completions_)),
      batch_(completions_, uses_ring(options)) {
  try_now_.allow_ring(uses_ring(options));
}

Engine::~Engine() { stop(); }

Result Engine::start() {
  if (!wake_.valid()) return wake_.error();
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

// Of what has moved bytes between memory and a file; copies are the kernel's own affair.
void Engine::count_bytes(const Operation& operation, Result result) {
  if (result < 0) return;
  switch (operation.opcode) {
    case Opcode::kRead:
    case Opcode::kReadv:
      bytes_read_ += static_cast<uint64_t>(result);
      break;
    case Opcode::kReadFile:
      // Without bytes, the file has only been opened.
      if (operation.bytes) bytes_read_ += static_cast<uint64_t>(result);
      break;
    case Opcode::kWrite:
    case Opcode::kWritev:
      bytes_written_ += static_cast<uint64_t>(result);
      break;
    case Opcode::kWriteFile:
      bytes_written_ += operation.length;
      break;
    default:
      break;
  }
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
  if (joins_others(operation)) return kMiss;
  // Descriptors must be given back even by a program that never lets the loop turn.
  const bool gives_back = operation.opcode == Opcode::kClose || operation.opcode == Opcode::kCloseDirectory;
  if (within_budget() || gives_back) {
    // A stream that flushes is still open when it tells that it has finished: the sync ends in a turn of its own.
    if (operation.syncs() && try_now_.syncs_nothing(operation)) {
      operation.state = OperationState::kPostponed;
      return kMiss;
    }
    const Result result = keep_opened(operation, try_now(operation));
    count_bytes(operation, result);
    return result;
  }
  // Another turn costs less than another thread.
  if (TryNow::knows(operation.opcode) || try_now_.changes_memory(operation))
    operation.state = OperationState::kPostponed;
  return kMiss;
}

void Engine::describe_unknown(Operation& operation) {
  if (!operation.transfers() || operation.traits != Traits::kUnknown) return;
  if (const Result traits = describe(operation.fd); traits >= 0) operation.traits = static_cast<int32_t>(traits);
}

void Engine::enqueue(Operation& operation) {
  ++pending_;
  const auto at = static_cast<size_t>(operation.ticket);
  if (at >= by_ticket_.size()) by_ticket_.resize(at + 1);
  by_ticket_[at] = &operation;
  if (operation.state == OperationState::kShared || operation.state == OperationState::kGathered) {
    ++shared_;
    attend(true);
    if (operation.state == OperationState::kShared) {
      // Of reads this thread has more to do than the helper, of writes it is the other way round.
      if (operation.writes()) describe_unknown(operation);
      batch_.push(operation);
    } else {
      writes_.push(operation);
    }
  } else if (operation.state == OperationState::kPostponed) {
    if (postponed_.empty()) wake_.wake();  // the loop must not sleep now
    postponed_.push(operation);
  } else {
    queue(operation);
  }
}

void Engine::queue(Operation& operation) {
  describe_unknown(operation);
  if (refuses_offset(operation)) return finish(operation, -ESPIPE);
  if (operation.syncs() && !syncs_.leads(operation)) return;
  send(operation);
}

void Engine::send(Operation& operation) {
  operation.state = OperationState::kQueued;
  set_busy(operation, 1);
  queue_.push(operation);
  const size_t together = operation.transfers() ? std::min(kSentTogether, in_flight_ + 1) : kSentTogether;
  if (!options_.deferred || queue_.size() >= together) flush();
}

// What was asked for while a sync was on its way is sent when that has ended. Returns those that end with it.
OperationQueue Engine::end_sync(const Operation& leader) {
  const Route route = syncs_.route(leader);
  OperationQueue sharing;
  Operation* next = syncs_.end(leader, sharing);
  for (Operation* operation = sharing.front(); operation != nullptr; operation = operation->next) {
    count(*operation, route);
    operation->result = leader.result;
  }
  if (next != nullptr) send(*next);
  return sharing;
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
    const Route route = backend_->accept(operation);
    count(operation, route);
    if (operation.syncs()) syncs_.begin(operation, route);
  }
  backend_->flush();
}

void Engine::turn() {
  turn_begun_ = false;
  go_on_with_postponed();
  // Of what is in flight, the backend may have something that the kernel has refused to take.
  if (!queue_.empty() || in_flight_ > 0) flush();
}

Operation* Engine::reap() {
  backend_->reap();
  Operation* finished = nullptr;
  Operation** end = &finished;
  size_t shared = 0;
  size_t ended = 0;
  for (Operation* operation = completions_.take(); operation != nullptr;) {
    Operation* following = operation->next;
    OperationQueue sharing;
    if (operation->state == OperationState::kShared || operation->state == OperationState::kGathered) {
      ++shared;
      if (operation->result == kWantsOwnThread) {
        if (operation->transfers()) count(*operation, Route::kTryNowMiss);
        try_now_.learn(*operation);
        queue(*operation);
        operation = following;
        continue;
      }
      if (operation->by_helper) count(*operation, operation->transfers() ? Route::kTryNowHit : Route::kPool);
    } else if (operation->state != OperationState::kPrepared) {
      --in_flight_;
      if (!operation->in_ring) waited_in_vain_ = false;
      set_busy(*operation, -1);
      if (operation->syncs()) sharing = end_sync(*operation);
      try_now_.learn(*operation);
    }
    operation->result = keep_opened(*operation, operation->result);
    while (operation != nullptr) {
      count_bytes(*operation, operation->result);
      operation->state = OperationState::kDone;
      *end = operation;
      end = &operation->next;
      ++ended;
      operation = sharing.pop();
    }
    operation = following;
  }
  *end = nullptr;
  shared_ -= shared;
  expected_ = ended > 1 ? ended : 0;
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

}  // namespace caio
