#include "border/arguments.h"

#include <cstring>

#include "border/memory.h"
#include "system/text.h"

namespace caio {

void Arguments::refuse(size_t at) const {
  // Of several wrong arguments the first counts: this does nothing while an exception is pending.
  const std::string message = "The addon's argument " + std::to_string(at) + " is not of its contract's type";
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message.c_str());
}

int32_t Arguments::directory(size_t at) const {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, values_[at], &type);
  return type == napi_undefined ? kWorkingDirectory : int32(at);
}

double Arguments::float64(size_t at) const {
  double value = 0;
  if (napi_get_value_double(env, values_[at], &value) != napi_ok || std::isnan(value)) refuse(at);
  return value;
}

bool Arguments::boolean(size_t at) const {
  bool value = false;
  if (napi_get_value_bool(env, values_[at], &value) != napi_ok) refuse(at);
  return value;
}

bool Arguments::path(size_t at, std::string& into) const {
  char small[1024];
  size_t length = 0;
  if (napi_get_value_string_utf8(env, values_[at], small, sizeof small, &length) == napi_ok) {
    // A filled buffer may have cut the text.
    if (length + 4 < sizeof small) {
      into.assign(small, length);
    } else {
      napi_get_value_string_utf8(env, values_[at], nullptr, 0, &length);
      into.resize(length + 1);
      napi_get_value_string_utf8(env, values_[at], into.data(), into.size(), &length);
      into.resize(length);
    }
  } else {
    View view;
    if (!get_view(env, values_[at], view)) return false;
    into.assign(view.data == nullptr ? "" : view.data, view.length);
  }
  return std::memchr(into.data(), 0, into.size()) == nullptr;
}

napi_value number(napi_env env, int64_t value) {
  napi_value made = nullptr;
  if (value >= INT32_MIN && value <= INT32_MAX) {
    napi_create_int32(env, static_cast<int32_t>(value), &made);
  } else {
    napi_create_double(env, static_cast<double>(value), &made);
  }
  return made;
}

napi_value text(napi_env env, const char* data, size_t length) {
  Bytes decoded;
  const TextForm form = decode_utf8(data, length, decoded);
  return decoded ? text(env, decoded.data(), decoded.size(), form) : text(env, data, length, form);
}

napi_value text(napi_env env, const char* data, size_t length, TextForm form) {
  napi_value made = nullptr;
  switch (form) {
    case TextForm::kUtf8:
      napi_create_string_utf8(env, data, length, &made);
      break;
    case TextForm::kLatin1:
      napi_create_string_latin1(env, data, length, &made);
      break;
    case TextForm::kUtf16:
      napi_create_string_utf16(env, reinterpret_cast<const char16_t*>(data), length / sizeof(char16_t), &made);
      break;
  }
  return made;
}

napi_value undefined(napi_env env) {
  napi_value made = nullptr;
  napi_get_undefined(env, &made);
  return made;
}

}  // namespace caio
