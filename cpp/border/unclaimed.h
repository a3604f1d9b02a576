// Descriptors that an engine has opened, or is to close, and that are in nobody's hands.
#pragma once

#include <node_api.h>

#include <cstdint>

#include "operation.h"

namespace caio {

// One byte for each descriptor, seen by JavaScript as well, which takes the mark off when an object of Node's owns the
// descriptor from then on. A thread of JavaScript may be stopped anywhere between: what is marked then is closed with
// the environment. Numbers beyond the last byte are not remembered.
class Unclaimed {
 public:
  static constexpr int kDescriptors = 65536;

  // The array that JavaScript sees.
  napi_value start(napi_env env);

  // What an operation has opened, if it has.
  void note(const Operation& operation, Result result) {
    if (const int fd = opened_by(operation, result); has(fd)) marks_[fd] = 1;
  }
  // The engine closes it, come what may.
  void forget(int fd) {
    if (has(fd)) marks_[fd] = 0;
  }
  void close_all();

 private:
  bool has(int fd) const { return marks_ != nullptr && fd >= 0 && fd < kDescriptors; }

  uint8_t* marks_ = nullptr;
  napi_ref array_ = nullptr;
};

}  // namespace caio
