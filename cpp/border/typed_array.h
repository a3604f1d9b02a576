// Arrays that native code fills and JavaScript sees.
#pragma once

#include <node_api.h>

#include <cstddef>

namespace caio {

// `elements`: where they lie for as long as the array does. Null where there is no memory, or where the thread of
// JavaScript is being stopped: then nothing can be made any more.
template <typename T>
napi_value typed_array(napi_env env, napi_typedarray_type type, size_t length, T*& elements) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  if (napi_create_arraybuffer(env, length * sizeof(T), &data, &buffer) != napi_ok ||
      napi_create_typedarray(env, type, length, buffer, 0, &array) != napi_ok)
    return nullptr;
  elements = static_cast<T*>(data);
  return array;
}

}  // namespace caio
