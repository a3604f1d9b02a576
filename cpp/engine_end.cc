// How operations end before their time: each by itself, or all with their engine.

#include <cerrno>

#include "engine.h"
#include "system/directory_stream.h"

namespace caio {

namespace {

// The descriptor that an operation, of which nobody will hear, leaves open: it has opened it, or not come to close it.
int left_open_by(const Operation& operation) {
  if (operation.opcode == Opcode::kClose) return operation.result == -ECANCELED ? operation.fd : -1;
  return opened_by(operation, operation.result);
}

}  // namespace

Operation* Engine::find(int64_t ticket) {
  return ticket >= 0 && static_cast<size_t>(ticket) < by_ticket_.size() ? by_ticket_[static_cast<size_t>(ticket)]
                                                                        : nullptr;
}

bool Engine::cancel(int64_t ticket) {
  Operation* operation = find(ticket);
  if (operation == nullptr || operation->state == OperationState::kDone) return false;
  if (operation->cancelled) return true;                           // asked before
  if (operation->state == OperationState::kPrepared) return true;  // on its way back, and the backend never had it
  if (operation->state == OperationState::kQueued || operation->state == OperationState::kPostponed) {
    operation->cancelled = true;
    drop(*operation);
    return true;
  }
  if (operation->state == OperationState::kShared || operation->state == OperationState::kGathered) {
    operation->cancelled = true;
    return true;
  }
  if (operation->state == OperationState::kJoined) {
    syncs_.remove(*operation);
    finish(*operation, -ECANCELED);
    return true;
  }
  return backend_->cancel(*operation);
}

// Takes an operation back from where it waits for its turn.
void Engine::drop(Operation& operation) {
  if (operation.state == OperationState::kPostponed) {
    postponed_.remove(operation);
    finish(operation, -ECANCELED);
    return;
  }
  queue_.remove(operation);
  set_busy(operation, -1);
  finish(operation, -ECANCELED);
  if (operation.syncs()) end_sync(operation);  // nobody ends with what was cancelled
}

void Engine::stop() {
  if (!backend_) return;
  while (!postponed_.empty()) drop(*postponed_.front());
  while (!queue_.empty()) drop(*queue_.front());
  while (Operation* operation = syncs_.take()) finish(*operation, -ECANCELED);
  batch_.stop();
  while (Operation* operation = writes_.front()) {
    writes_.remove(*operation);
    finish(*operation, -ECANCELED);
  }
  std::array<Operation*, TryNow::kTogether> room{};
  for (std::span<Operation*> left = batch_.take(room); !left.empty(); left = batch_.take(room)) {
    for (Operation* operation : left) finish(*operation, -ECANCELED);
  }
  backend_->stop();
  for (Operation* operation = completions_.take(); operation != nullptr;) {
    Operation* following = operation->next;
    const FileDescriptor left_open(left_open_by(*operation));
    operation->state = OperationState::kDone;
    recycle(*operation);
    operation = following;
  }
  directories_.clear();
  backend_.reset();
}

}  // namespace caio
