// Finished operations on their way up: batches of records, one crossing each.
#pragma once

#include <node_api.h>

#include "border/heap_pace.h"
#include "border/unclaimed.h"
#include "engine.h"

namespace caio {

// The arrays through which completions reach src/backends/native.ts; see `records` in typings/native.d.ts.
class Delivery {
 public:
  static constexpr size_t kBatch = 256;
  static constexpr size_t kRecordLength = 2 + kStatFieldCount;

  // Makes the arrays and puts them on the engine's object; false where the thread of JavaScript is being stopped.
  bool start(napi_env env, napi_value object, napi_value on_complete);
  void end(napi_env env);

  // Hands finished operations (linked through `next`) over and recycles them.
  void deliver(napi_env env, Engine& engine, Unclaimed& unclaimed, Operation* finished);

  // The value of an operation whose result is not a number alone: bytes, text, names, a path; or null. Where it cannot
  // be made, the operation's result says so.
  napi_value value_of(napi_env env, Operation& operation);

  // Written by JavaScript: not 0 while hits are on their way to their callers.
  const uint8_t* unsettled() const { return unsettled_; }

  void set_fields(const StatFields& fields) const { write_fields(fields, fields_, big_fields_); }

 private:
  static void write_fields(const StatFields& fields, double* numbers, int64_t* integers);
  void write(napi_env env, napi_value values, uint32_t at, Operation& operation);
  napi_value text_of(napi_env env, Operation& operation);

  napi_ref on_complete_ = nullptr;
  napi_ref values_ = nullptr;
  napi_ref arrays_[6] = {};
  double* records_ = nullptr;
  int64_t* big_records_ = nullptr;
  uint8_t* unsettled_ = nullptr;
  double* fields_ = nullptr;
  int64_t* big_fields_ = nullptr;
  double* heap_in_use_ = nullptr;
  HeapPace heap_pace_;
};

}  // namespace caio
