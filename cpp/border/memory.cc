#include "border/memory.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>

namespace caio {

namespace {

// v8::ArrayBuffer::GetBackingStore() and SharedArrayBuffer's. A napi_ref keeps the object, not its bytes: after a
// transfer and a garbage collection they are unmapped under the kernel's hands. Node-API has no other way to hold them.
// Both are member functions that return std::shared_ptr by value, which the Itanium ABI passes like a free function's.
// `this` is what a v8::Local holds, and that is what a napi_value is.
using GetBackingStore = std::shared_ptr<void> (*)(void* array_buffer);

struct BackingStores {
  GetBackingStore of_array_buffer = nullptr;
  GetBackingStore of_shared = nullptr;
  BackingStores() {
    // A runtime built against another C++ library returns another shared_ptr.
    if (::dlsym(RTLD_DEFAULT, "_ZNSt3__119__shared_weak_count14__release_weakEv") != nullptr) return;
#if defined(__GLIBCXX__)
    of_array_buffer =
        reinterpret_cast<GetBackingStore>(::dlsym(RTLD_DEFAULT, "_ZN2v811ArrayBuffer15GetBackingStoreEv"));
    of_shared =
        reinterpret_cast<GetBackingStore>(::dlsym(RTLD_DEFAULT, "_ZN2v817SharedArrayBuffer15GetBackingStoreEv"));
#endif
  }
};

const BackingStores& backing_stores() {
  static const BackingStores found;
  return found;
}

napi_value array_buffer_of(napi_env env, napi_value view) {
  bool is_typed_array = false;
  napi_is_typedarray(env, view, &is_typed_array);
  napi_value buffer = nullptr;
  size_t offset;
  if (is_typed_array) {
    napi_typedarray_type type;
    napi_get_typedarray_info(env, view, &type, nullptr, nullptr, &buffer, &offset);
  } else {
    napi_get_dataview_info(env, view, nullptr, nullptr, &buffer, &offset);
  }
  return buffer;
}

// Memory of ours that stands in for the views' while the kernel works.
struct Bounce {
  struct Part {
    napi_ref view;
    Bytes bytes;
  };
  std::vector<Part> parts;
};

// What an operation's `memory` points to.
struct Pinned {
  std::vector<std::shared_ptr<void>> stores;
  std::unique_ptr<Bounce> bounce;
};

void bounce(napi_env env, Operation& operation, Pinned& pinned, const napi_value* views, size_t count) {
  pinned.bounce = std::make_unique<Bounce>();
  const bool vectored = !operation.vectors.empty();
  for (size_t i = 0; i < count; ++i) {
    iovec single{operation.data, operation.length};
    iovec& vector = vectored ? operation.vectors[i] : single;
    Bounce::Part part{nullptr, Bytes(vector.iov_len)};
    napi_create_reference(env, views[i], 1, &part.view);
    if (part.bytes && vector.iov_len > 0) std::memcpy(part.bytes.data(), vector.iov_base, vector.iov_len);
    vector.iov_base = part.bytes.data();
    if (!vectored) operation.data = part.bytes.data();
    pinned.bounce->parts.push_back(std::move(part));
  }
}

}  // namespace

bool get_view(napi_env env, napi_value value, View& view) {
  bool is_view = false;
  if (napi_is_buffer(env, value, &is_view) != napi_ok || !is_view) return false;
  void* data = nullptr;
  if (napi_get_buffer_info(env, value, &data, &view.length) != napi_ok) return false;
  view.data = static_cast<char*>(data);
  return true;
}

void pin(napi_env env, Operation& operation, const napi_value* views, size_t count) {
  auto pinned = std::make_shared<Pinned>();
  const BackingStores& stores = backing_stores();
  if (stores.of_array_buffer == nullptr || stores.of_shared == nullptr) {
    bounce(env, operation, *pinned, views, count);
  } else {
    pinned->stores.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      napi_value buffer = array_buffer_of(env, views[i]);
      if (buffer == nullptr) continue;
      bool is_array_buffer = false;
      napi_is_arraybuffer(env, buffer, &is_array_buffer);
      pinned->stores.push_back((is_array_buffer ? stores.of_array_buffer : stores.of_shared)(buffer));
    }
  }
  operation.memory = std::move(pinned);
}

void return_bounced(napi_env env, Operation& operation) {
  auto* pinned = static_cast<Pinned*>(operation.memory.get());
  if (pinned == nullptr || !pinned->bounce) return;
  for (const Bounce::Part& part : pinned->bounce->parts) {
    napi_value value = nullptr;
    View view;
    napi_get_reference_value(env, part.view, &value);
    // A view that was detached or shrunk meanwhile gets what it still has room for.
    if (!operation.writes() && value != nullptr && get_view(env, value, view) && view.data != nullptr) {
      std::memcpy(view.data + std::min(operation.view_offset, view.length), part.bytes.data(),
                  std::min(part.bytes.size(), view.length - std::min(operation.view_offset, view.length)));
    }
    napi_delete_reference(env, part.view);
  }
}

napi_value aligned_buffer(napi_env env, size_t size, size_t alignment) {
  // Over-allocated and cut to the aligned part: memory of the runtime's own, which any environment can free and any
  // embedder accepts (external buffers are refused by those with a memory cage).
  // JavaScript's own constructor throws a RangeError where there is not so much; Node-API's function ends the process.
  napi_value global = nullptr;
  napi_value constructor = nullptr;
  napi_value length = nullptr;
  napi_value whole = nullptr;
  napi_get_global(env, &global);
  napi_get_named_property(env, global, "ArrayBuffer", &constructor);
  napi_create_double(env, static_cast<double>(size + alignment - 1), &length);
  if (napi_new_instance(env, constructor, 1, &length, &whole) != napi_ok) return nullptr;
  void* data = nullptr;
  napi_get_arraybuffer_info(env, whole, &data, nullptr);
  const auto address = reinterpret_cast<uintptr_t>(data);
  const size_t skip = (alignment - address % alignment) % alignment;
  napi_value buffer_class = nullptr;
  napi_value from = nullptr;
  napi_get_named_property(env, global, "Buffer", &buffer_class);
  napi_get_named_property(env, buffer_class, "from", &from);
  napi_value arguments[3] = {whole, nullptr, nullptr};
  napi_create_double(env, static_cast<double>(skip), &arguments[1]);
  napi_create_double(env, static_cast<double>(size), &arguments[2]);
  napi_value made = nullptr;
  napi_call_function(env, buffer_class, from, 3, arguments, &made);
  return made;
}

}  // namespace caio
