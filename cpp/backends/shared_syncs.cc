#include "backends/shared_syncs.h"

#include <cerrno>

namespace caio {

bool SharedSyncs::leads(Operation& operation) {
  Descriptor& at = by_fd_[operation.fd];
  if (at.leader == nullptr) {
    at.leader = &operation;
    return true;
  }
  operation.state = OperationState::kJoined;
  const bool covered = at.leader->opcode == Opcode::kFsync || operation.opcode == Opcode::kFdatasync;
  (!at.begun && covered ? at.sharing : at.waiting).push(operation);
  return false;
}

void SharedSyncs::begin(const Operation& leader, Route route) {
  Descriptor& at = by_fd_[leader.fd];
  at.begun = true;
  at.route = route;
}

Route SharedSyncs::route(const Operation& leader) const { return by_fd_.at(leader.fd).route; }

Operation* SharedSyncs::end(const Operation& leader, OperationQueue& sharing) {
  const auto found = by_fd_.find(leader.fd);
  Descriptor& at = found->second;
  if (leader.result == -ECANCELED) {
    while (Operation* operation = at.sharing.pop()) at.waiting.push(*operation);
  }
  while (Operation* operation = at.sharing.pop()) sharing.push(*operation);
  Operation* next = at.waiting.front();
  if (next == nullptr) {
    by_fd_.erase(found);
    return nullptr;
  }
  // fsync(2) does all that fdatasync(2) does.
  for (Operation* operation = next; operation != nullptr; operation = operation->next) {
    if (operation->opcode != Opcode::kFsync) continue;
    next = operation;
    break;
  }
  at.waiting.remove(*next);
  while (Operation* operation = at.waiting.pop()) at.sharing.push(*operation);
  at.leader = next;
  at.begun = false;
  return next;
}

void SharedSyncs::remove(Operation& operation) {
  Descriptor& at = by_fd_.at(operation.fd);
  for (OperationQueue* queue : {&at.sharing, &at.waiting}) {
    for (const Operation* kept = queue->front(); kept != nullptr; kept = kept->next) {
      if (kept != &operation) continue;
      queue->remove(operation);
      return;
    }
  }
}

Operation* SharedSyncs::take() {
  for (auto& [fd, at] : by_fd_) {
    for (OperationQueue* queue : {&at.sharing, &at.waiting}) {
      if (Operation* operation = queue->pop()) return operation;
    }
  }
  return nullptr;
}

}  // namespace caio
