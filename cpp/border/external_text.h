// Strings that lie in memory of ours.
#pragma once

#include <node_api.h>

#include "operation.h"

namespace caio {

// A decoded text where it lies, in the operation's bytes or in the memory that it holds. Null where it is too short for
// that, or where the runtime has no such strings; nothing has been taken then.
// `heap_in_use`: bytes of JavaScript's.
napi_value external_text(napi_env env, Operation& operation, double heap_in_use);

}  // namespace caio
