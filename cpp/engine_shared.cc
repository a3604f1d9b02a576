// What comes with others: shared with the helper, or gathered with the writes around it, and worked off at the turn's
// end.

#include <algorithm>
#include <functional>

#include "engine.h"
#include "system/relax.h"

namespace caio {

namespace {

// How much of a batch the engine's thread does before it delivers: enough to be worth the crossing.
constexpr size_t kDeliverAfter = TryNow::kTogether;
// How long it looks for what the helper has nearly done before it sleeps: about what sleeping and waking would cost.
constexpr int kSpinsForHelper = 1000;

// How long it looks for what a thread of the pool has nearly done.
constexpr int kSpinsForPool = 1000;

// So many short transfers are done sooner here than by way of the batch.
constexpr uint8_t kFewTransfers = 3;

}  // namespace

// An operation that comes alone is tried at once. One that comes while others are under way is shared with the helper,
// or gathered with the writes around it.
bool Engine::joins_others(Operation& operation) {
  const bool expected = expected_ > 0 || shared_ > 0 || !postponed_.empty();
  const uint8_t unsettled = unsettled_ == nullptr ? 0 : *unsettled_;
  if (!expected && unsettled == 0) return false;
  const bool transfers = operation.transfers();
  const bool may_share = transfers ? shares_transfers_ && try_now_.may_share(operation)
                                   : SharedBatch::takes(operation) || try_now_.changes_memory(operation);
  if (!may_share && !operation.writes()) return false;
  // Transfers that miss wait for their turn at the backend like all others.
  if (shared_ >= SharedBatch::kCapacity) return false;
  if (!transfers && shared_ + in_flight_ >= options_.max_requests) return false;
  if (expected_ > 0) --expected_;
  if (operation.writes() && is_busy(operation.fd)) return false;
  if (writes_.takes(operation)) {
    operation.state = OperationState::kGathered;
    return true;
  }
  const bool few = transfers && !expected && unsettled < kFewTransfers;
  if (!may_share || (few && !SharedBatch::is_long(operation))) return false;
  operation.state = OperationState::kShared;
  return true;
}

void Engine::write_gathered() {
  while (!writes_.empty() && within_budget()) {
    const std::vector<Operation*>& run = writes_.take_run();
    Operation& first = *run.front();
    if (run.size() == 1) {
      serve_gathered(first);
      continue;
    }
    Operation& joint = prepare(Opcode::kWritev);
    joint.fd = first.fd;
    joint.traits = first.traits;
    joint.offset = first.offset;
    for (const Operation* operation : run) joint.vectors.push_back({operation->data, operation->length});
    const Result result = is_busy(joint.fd) ? kMiss : try_now_.attempt(joint);
    size_t left = joint.done;
    recycle(joint);
    for (Operation* operation : run) {
      if (result >= 0) {
        count(*operation, Route::kTryNowHit);
        operation->result = static_cast<Result>(operation->length);
        completions_.push(*operation);
        continue;
      }
      // A part was written, or nothing: each goes on for itself, so that each gets its own error.
      operation->done = std::min(left, operation->length);
      left -= operation->done;
      serve_gathered(*operation);
    }
  }
}

void Engine::serve_gathered(Operation& operation) {
  end_shared(operation, operation.cancelled ? -ECANCELED : try_now(operation));
}

void Engine::end_shared(Operation& operation, Result result) {
  if (result == kMiss) {
    --shared_;
    return queue(operation);
  }
  operation.result = result;
  completions_.push(operation);
}

void Engine::serve_shared(std::span<Operation*> operations) {
  // A write beside another one of the same descriptor would wait for its lock.
  const auto in_the_way = [this](const Operation* operation) { return operation->writes() && is_busy(operation->fd); };
  const auto waiting = std::stable_partition(operations.begin(), operations.end(), std::not_fn(in_the_way));
  try_now_.attempt_together(std::span(operations.begin(), waiting));
  for (auto at = waiting; at != operations.end(); ++at) (*at)->result = (*at)->cancelled ? -ECANCELED : kMiss;
  for (Operation* operation : operations) {
    if (!operation->cancelled) count(*operation, operation->result == kMiss ? Route::kTryNowMiss : Route::kTryNowHit);
    end_shared(*operation, operation->result);
  }
}

// True where something has been reported. Whatever keeps a thread of the pool longer than it mostly does is waited for
// once.
bool Engine::wait_for_pool() {
  for (int spins = 0; pool_reports_soon() && within_budget(); ++spins) {
    if (!completions_.empty()) return true;
    waited_in_vain_ = spins == kSpinsForPool;
    relax();
  }
  return false;
}

bool Engine::work() {
  expected_ = 0;
  const bool awaits_pool = pool_reports_soon() || (!waited_in_vain_ && !queue_.empty());
  if (shared_ == 0 && !attending_ && !awaits_pool) return false;
  attend(true);
  write_gathered();
  size_t done = 0;
  std::array<Operation*, kDeliverAfter> room{};
  for (int spins = 0; shared_ > 0 && spins < kSpinsForHelper && within_budget();) {
    // What the helper has done goes to its callers first: meanwhile it does more.
    if (done == 0 && !completions_.empty()) return true;
    const std::span<Operation*> taken = batch_.take(std::span(room).subspan(done));
    if (!taken.empty()) {
      serve_shared(taken);
      done += taken.size();
    } else if (!completions_.empty()) {
      return true;
    } else {
      relax();
      ++spins;
    }
  }
  if (!queue_.empty()) flush();
  if (shared_ == 0 && wait_for_pool()) return true;
  attend(false);
  // What ended before the promise to look was taken back has woken nobody; and what nobody began waits for this thread.
  if (!completions_.empty() || !batch_.empty() || !writes_.empty()) wake_.wake();
  return false;
}

}  // namespace caio
