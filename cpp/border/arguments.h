// Reading what JavaScript passed: fast for what the typed contract promises. Anything else throws a TypeError into
// JavaScript and reads as 0; nothing is begun while an exception is pending (`EngineObject::refused`).
#pragma once

#include <node_api.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "operation.h"

namespace caio {

// False where the value is not a whole number in the type's range.
template <typename Whole>
bool to_whole(double value, Whole& into) {
  // The upper end is a power of two, which a double holds exactly where the type's largest number is none.
  const double end = std::ldexp(1.0, std::numeric_limits<Whole>::digits);
  if (!(value >= static_cast<double>(std::numeric_limits<Whole>::min()) && value < end) || value != std::trunc(value))
    return false;
  into = static_cast<Whole>(value);
  return true;
}

// Tickets are the places of a table: as many as operations were ever in flight at once.
constexpr int64_t kMostTickets = 1 << 24;
inline bool is_ticket(int64_t value) { return value >= 0 && value < kMostTickets; }

class Arguments {
 public:
  Arguments(napi_env environment, napi_callback_info info) : env(environment) {
    napi_get_cb_info(env, info, &count_, values_, nullptr, &data_);
  }

  template <typename T>
  T* data() const {
    return static_cast<T*>(data_);
  }
  napi_value operator[](size_t at) const { return values_[at]; }
  int32_t int32(size_t at) const { return whole<int32_t>(at); }
  uint32_t uint32(size_t at) const { return whole<uint32_t>(at); }
  int64_t int64(size_t at) const { return whole<int64_t>(at); }
  // A ticket, or what stands for none where the operation can do without.
  int64_t ticket(size_t at, std::optional<int64_t> none = std::nullopt) const {
    const int64_t value = int64(at);
    if (!is_ticket(value) && value != none) refuse(at);
    return value;
  }
  // A directory's descriptor, or the working directory where none is given.
  int32_t directory(size_t at) const;
  double float64(size_t at) const;
  bool boolean(size_t at) const;
  // False for anything but a string or bytes without NUL.
  bool path(size_t at, std::string& into) const;

  const napi_env env;

 private:
  template <typename Whole>
  Whole whole(size_t at) const {
    double value = 0;
    Whole number = 0;
    if (napi_get_value_double(env, values_[at], &value) != napi_ok || !to_whole(value, number)) refuse(at);
    return number;
  }
  void refuse(size_t at) const;

  static constexpr size_t kMost = 10;
  size_t count_ = kMost;  // missing ones are filled with undefined
  napi_value values_[kMost];
  void* data_ = nullptr;
};

napi_value number(napi_env env, int64_t value);
// UTF-8 → string; bytes that are no UTF-8 become U+FFFD.
napi_value text(napi_env env, const char* data, size_t length);
// The same of what may have been decoded; the length in bytes.
napi_value text(napi_env env, const char* data, size_t length, TextForm form);
napi_value undefined(napi_env env);

}  // namespace caio
