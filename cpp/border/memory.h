// Memory of JavaScript's that the kernel works on.
#pragma once

#include <node_api.h>

#include <memory>

#include "operation.h"

namespace caio {

struct View {
  char* data = nullptr;
  size_t length = 0;
};

// The bytes of a Buffer, typed array or DataView, over shared or resizable memory too. False for anything else.
bool get_view(napi_env env, napi_value value, View& view);

// Keeps the bytes of the views alive, whatever becomes of the JavaScript objects: transferred, detached, collected. The
// operation's data or vectors point into them; where the runtime cannot give its backing store away, they are moved to
// memory of ours, and `return_bounced` brings them back.
void pin(napi_env env, Operation& operation, const napi_value* views, size_t count);
void return_bounced(napi_env env, Operation& operation);

// Takes the memory from whoever has the view. What is pinned stays.
void detach(napi_env env, napi_value view);

// Whether adopt() leaves the bytes where they are.
bool adopts_uncopied(napi_env env);

// The bytes as an ArrayBuffer, uncopied where the runtime can take memory of ours. Null when out of memory.
napi_value adopt(napi_env env, Bytes bytes);

// A zeroed Buffer whose first byte is aligned. Null, and a RangeError pending, when there is not so much memory.
napi_value aligned_buffer(napi_env env, size_t size, size_t alignment);

}  // namespace caio
