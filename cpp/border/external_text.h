// Strings that lie in memory of ours.
#pragma once

#include <node_api.h>

#include <span>

#include "operation.h"

namespace caio {

// Where an operation's text lies: in its own bytes, or in the memory that it holds.
std::span<char> text_in(const Operation& operation);

// A decoded text where it lies. Null where it is not decoded, or where the runtime has no such strings; nothing has
// been taken then. `heap_in_use`: bytes of JavaScript's.
napi_value external_text(napi_env env, Operation& operation, double heap_in_use);

}  // namespace caio
