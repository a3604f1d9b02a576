#include "border/memory.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "system/warm_memory.h"

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

// v8::BackingStore, of which nothing but its end is known here.
struct BackingStoreDelete {
  inline static void (*destroy)(void* store) = nullptr;
  void operator()(void* store) const {
    destroy(store);
    ::operator delete(store);
  }
};
using OwnedBackingStore = std::unique_ptr<void, BackingStoreDelete>;

// An ArrayBuffer on memory of ours without a finalizer: Node-API's external buffers call back into the environment for
// each, which costs more than copying a small file. std::unique_ptr and std::shared_ptr travel by address.
struct ForeignMemory {
  OwnedBackingStore (*new_backing_store)(void* data, size_t size, void (*deleter)(void*, size_t, void*),
                                         void* deleter_data) = nullptr;
  napi_value (*new_array_buffer)(void* isolate, std::shared_ptr<void> store) = nullptr;
  void* (*current_isolate)() = nullptr;

  bool complete() const {
    return new_backing_store != nullptr && new_array_buffer != nullptr && current_isolate != nullptr &&
           BackingStoreDelete::destroy != nullptr;
  }

  explicit ForeignMemory(napi_env env) {
    if (backing_stores().of_array_buffer == nullptr || has_memory_cage(env)) return;
    find(new_backing_store, "_ZN2v811ArrayBuffer15NewBackingStoreEPvmPFvS1_mS1_ES1_");
    find(new_array_buffer, "_ZN2v811ArrayBuffer3NewEPNS_7IsolateESt10shared_ptrINS_12BackingStoreEE");
    find(current_isolate, "_ZN2v87Isolate10GetCurrentEv");
    find(BackingStoreDelete::destroy, "_ZN2v812BackingStoreD1Ev");
  }

  template <typename Function>
  static void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
  }

  // Electron's V8 aborts on memory from outside its cage; its Node-API refuses it politely.
  static bool has_memory_cage(napi_env env) {
    napi_value buffer = nullptr;
    const auto release = [](napi_env, void* data, void*) { std::free(data); };
    void* probe = std::malloc(1);
    if (probe == nullptr) return true;
    if (napi_create_external_arraybuffer(env, probe, 1, release, nullptr, &buffer) == napi_ok) return false;
    std::free(probe);
    return true;
  }
};

const ForeignMemory& foreign_memory(napi_env env) {
  static const ForeignMemory found(env);
  return found;
}

// V8 lets go of young buffers that are garbage when they have come to 32 MiB, on Node 26 to 64: but it looks only where
// it makes memory of its own (Heap::AllocateExternalBackingStore), and for what it has adopted collects its whole heap.
void have_garbage_looked_for(napi_env env, size_t adopted) {
  constexpr size_t kLooksEvery = 4 << 20;
  thread_local size_t since = 0;
  since += adopted;
  if (since < kLooksEvery) return;
  since = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  if (napi_create_arraybuffer(env, 1, &data, &buffer) != napi_ok) return;
  // With one byte more than 64 MiB Node 26 collects the whole heap after all.
  napi_detach_arraybuffer(env, buffer);
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
  // What O_DIRECT asks of an address anywhere.
  static constexpr size_t kAlignment = 4096;

  struct Part {
    napi_ref view = nullptr;
    Bytes bytes;
    size_t begin = 0;
    size_t length = 0;

    char* data() const { return bytes.data() + begin; }
    // Lies on a page where the memory it stands in for does.
    void stand_in_for(const iovec& original) {
      bytes = Bytes(original.iov_len + kAlignment);
      if (!bytes) return;
      begin = (reinterpret_cast<uintptr_t>(original.iov_base) - reinterpret_cast<uintptr_t>(bytes.data())) % kAlignment;
      length = original.iov_len;
      if (length > 0) std::memcpy(data(), original.iov_base, length);
    }
  };
  std::vector<Part> parts;
};

void bounce(napi_env env, Operation& operation, const napi_value* views, size_t count) {
  auto bounced = std::make_shared<Bounce>();
  const bool vectored = !operation.vectors.empty();
  for (size_t i = 0; i < count; ++i) {
    iovec single{operation.data, operation.length};
    iovec& vector = vectored ? operation.vectors[i] : single;
    Bounce::Part part;
    napi_create_reference(env, views[i], 1, &part.view);
    part.stand_in_for(vector);
    vector.iov_base = part.bytes ? part.data() : nullptr;
    if (!vectored) operation.data = static_cast<char*>(vector.iov_base);
    bounced->parts.push_back(std::move(part));
  }
  operation.memory = std::move(bounced);
  operation.bounced = true;
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
  const BackingStores& stores = backing_stores();
  if (stores.of_array_buffer == nullptr || stores.of_shared == nullptr) return bounce(env, operation, views, count);
  const auto store_of = [env, &stores](napi_value view) -> std::shared_ptr<void> {
    napi_value buffer = array_buffer_of(env, view);
    if (buffer == nullptr) return nullptr;
    bool is_array_buffer = false;
    napi_is_arraybuffer(env, buffer, &is_array_buffer);
    return (is_array_buffer ? stores.of_array_buffer : stores.of_shared)(buffer);
  };
  if (count == 1) {
    operation.memory = store_of(*views);
    return;
  }
  auto all = std::make_shared<std::vector<std::shared_ptr<void>>>();
  all->reserve(count);
  for (size_t i = 0; i < count; ++i) all->push_back(store_of(views[i]));
  operation.memory = std::move(all);
}

void return_bounced(napi_env env, Operation& operation) {
  if (!operation.bounced) return;
  for (const Bounce::Part& part : static_cast<const Bounce*>(operation.memory.get())->parts) {
    napi_value value = nullptr;
    View view;
    napi_get_reference_value(env, part.view, &value);
    // A view that was detached or shrunk meanwhile gets what it still has room for.
    if (!operation.writes() && value != nullptr && get_view(env, value, view) && view.data != nullptr) {
      const size_t from = std::min(operation.view_offset, view.length);
      std::memcpy(view.data + from, part.data(), std::min(part.length, view.length - from));
    }
    napi_delete_reference(env, part.view);
  }
}

void detach(napi_env env, napi_value view) { napi_detach_arraybuffer(env, array_buffer_of(env, view)); }

bool adopts_uncopied(napi_env env) { return foreign_memory(env).complete(); }

napi_value adopt(napi_env env, Bytes bytes) {
  const ForeignMemory& foreign = foreign_memory(env);
  const size_t size = bytes.size();
  if (foreign.complete()) {
    have_garbage_looked_for(env, size);
    const auto release = [](void* data, size_t, void* capacity) {
      give_back(static_cast<char*>(data), reinterpret_cast<size_t>(capacity));
    };
    void* const capacity = reinterpret_cast<void*>(bytes.capacity());
    OwnedBackingStore store = foreign.new_backing_store(bytes.data(), size, release, capacity);
    bytes.release();
    return foreign.new_array_buffer(foreign.current_isolate(), std::shared_ptr<void>(std::move(store)));
  }
  void* data = nullptr;
  napi_value buffer = nullptr;
  if (napi_create_arraybuffer(env, size, &data, &buffer) != napi_ok) return nullptr;
  if (size > 0) std::memcpy(data, bytes.data(), size);
  return buffer;
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
