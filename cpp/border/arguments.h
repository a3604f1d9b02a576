// Reading what JavaScript passed: fast for what the typed contract promises, harmless for anything else.
#pragma once

#include <node_api.h>

#include <string>

namespace caio {

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
  int32_t int32(size_t at) const;
  int64_t int64(size_t at) const;
  double float64(size_t at) const;
  bool boolean(size_t at) const;
  // False for anything but a string or bytes without NUL.
  bool path(size_t at, std::string& into) const;

  const napi_env env;

 private:
  static constexpr size_t kMost = 10;
  size_t count_ = kMost;  // missing ones are filled with undefined
  napi_value values_[kMost];
  void* data_ = nullptr;
};

napi_value number(napi_env env, int64_t value);
// UTF-8 → string; bytes that are no UTF-8 become U+FFFD.
napi_value text(napi_env env, const char* data, size_t length);
napi_value undefined(napi_env env);

}  // namespace caio
