#include "border/external_text.h"

#include <dlfcn.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "system/warm_memory.h"

namespace caio {

namespace {

// Since Node 20.4; node-api-headers declare them for Node-API 10 only.
template <typename Unit>
using Create = napi_status (*)(napi_env env, Unit* data, size_t length, napi_finalize finalize, void* hint,
                               napi_value* result, bool* copied);

template <typename Unit>
Create<Unit> find(const char* name) {
  return reinterpret_cast<Create<Unit>>(::dlsym(RTLD_DEFAULT, name));
}

// What a string lies in.
struct Lent {
  Bytes bytes;
  std::shared_ptr<void> memory;
  int64_t told;
};

// V8 counts what its own buffers keep alive, but not this: it would collect no garbage before the system is out of
// memory. For each 64 MiB that it hears of it collects the whole heap, however large that is. So it hears of less where
// that is large: garbage may come to as much as the heap.
int64_t told_of(size_t size, double heap_in_use) {
  constexpr double kCollectsAt = 64 << 20;
  return static_cast<int64_t>(static_cast<double>(size) * kCollectsAt / std::max(kCollectsAt, heap_in_use));
}

void account(napi_env env, int64_t change) {
  int64_t total = 0;
  napi_adjust_external_memory(env, change, &total);
}

void take_back(napi_env env, void*, void* hint) {
  const std::unique_ptr<Lent> lent(static_cast<Lent*>(hint));
  account(env, -lent->told);
  if (lent->bytes) give_back(lent->bytes);
}

}  // namespace

std::span<char> text_in(const Operation& operation) {
  if (operation.bytes) return {operation.bytes.data(), operation.bytes.size()};
  return {operation.data, operation.length};
}

napi_value external_text(napi_env env, Operation& operation, double heap_in_use) {
  static const auto create_latin1 = find<char>("node_api_create_external_string_latin1");
  static const auto create_utf16 = find<char16_t>("node_api_create_external_string_utf16");
  const bool wide = operation.text_form == TextForm::kUtf16;
  if (operation.text_form == TextForm::kUtf8 || create_latin1 == nullptr || create_utf16 == nullptr) return nullptr;
  const std::span<char> units = text_in(operation);
  auto lent = std::make_unique<Lent>(std::move(operation.bytes), operation.memory, told_of(units.size(), heap_in_use));
  napi_value made = nullptr;
  bool copied = false;
  // First: a runtime that copies takes back at once.
  account(env, lent->told);
  const napi_status status =
      wide ? create_utf16(env, reinterpret_cast<char16_t*>(units.data()), units.size() / sizeof(char16_t), take_back,
                          lent.get(), &made, &copied)
           : create_latin1(env, units.data(), units.size(), take_back, lent.get(), &made, &copied);
  if (status == napi_ok) {
    lent.release();
    return made;
  }
  account(env, -lent->told);
  operation.bytes = std::move(lent->bytes);
  return nullptr;
}

}  // namespace caio
