// Calls that a signal interrupted, within jobs that cannot begin anew.
#pragma once

#include <cerrno>

#include "operation.h"

namespace caio {

// Makes the call again until it was not interrupted, or somebody wants the operation to end.
template <typename Call>
auto uninterrupted(const Operation& operation, Call call) {
  for (;;) {
    const auto answer = call();
    if (answer >= 0 || errno != EINTR || operation.cancelled) return answer;
  }
}

}  // namespace caio
