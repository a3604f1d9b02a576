#include "backends/gathered_writes.h"

#include <algorithm>

namespace caio {

namespace {

// One call's worth: what try-now takes.
constexpr size_t kLargestRun = 64 * 1024;
constexpr size_t kMostWrites = 512;

constexpr size_t kJudgedAfter = 64;
constexpr size_t kWorthwhile = 4;  // one in so many must have continued another
constexpr size_t kShortestPause = 256;
constexpr size_t kLongestPause = 64 * 1024;

bool continues(const Operation& next, const Operation& last) {
  return next.fd == last.fd && next.offset == last.offset + static_cast<int64_t>(last.length) && !next.cancelled;
}

}  // namespace

bool GatheredWrites::takes(const Operation& operation) {
  if (operation.opcode != Opcode::kWrite || !operation.has(Traits::kWriteBuffered)) return false;
  if (operation.offset < 0 || operation.length > kLargestRun) return false;
  if (paused_ == 0) return true;
  --paused_;
  return false;
}

const std::vector<Operation*>& GatheredWrites::take_run() {
  run_.clear();
  size_t length = 0;
  while (Operation* operation = queue_.front()) {
    const bool fits = length + operation->length <= kLargestRun && run_.size() < kMostWrites;
    if (!run_.empty() && (!fits || !continues(*operation, *run_.back()))) break;
    queue_.remove(*operation);
    run_.push_back(operation);
    length += operation->length;
  }
  learn(run_.size());
  return run_;
}

void GatheredWrites::learn(size_t run) {
  seen_ += run;
  joined_ += run - 1;
  if (seen_ < kJudgedAfter) return;
  const bool pays = joined_ * kWorthwhile >= seen_;
  pause_ = pays ? 0 : std::clamp(2 * pause_, kShortestPause, kLongestPause);
  paused_ = pause_;
  seen_ = joined_ = 0;
}

}  // namespace caio
