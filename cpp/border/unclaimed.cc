#include "border/unclaimed.h"

#include <algorithm>

#include "system/descriptor.h"

namespace caio {

napi_value Unclaimed::start(napi_env env) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  napi_create_arraybuffer(env, kDescriptors, &data, &buffer);
  napi_create_typedarray(env, napi_uint8_array, kDescriptors, buffer, 0, &array);
  napi_create_reference(env, buffer, 1, &array_);
  marks_ = static_cast<uint8_t*>(data);
  return array;
}

void Unclaimed::close_all() {
  if (marks_ == nullptr) return;
  uint8_t* const end = marks_ + kDescriptors;
  for (uint8_t* at = std::find_if(marks_, end, [](uint8_t mark) { return mark != 0; }); at != end;
       at = std::find_if(at, end, [](uint8_t mark) { return mark != 0; })) {
    *at = 0;
    const FileDescriptor left_open(static_cast<int>(at - marks_));
  }
}

}  // namespace caio
