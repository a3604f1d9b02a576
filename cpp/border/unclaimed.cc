#include "border/unclaimed.h"

#include <algorithm>

#include "border/typed_array.h"
#include "system/descriptor.h"

namespace caio {

napi_value Unclaimed::start(napi_env env) {
  napi_value array = typed_array(env, napi_uint8_array, kDescriptors, marks_);
  napi_create_reference(env, array, 1, &array_);
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
