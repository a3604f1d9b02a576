// The functions of an engine's object that move the bytes of open files, one operation or a batch. Shapes as in
// typings/native.d.ts.

#include <algorithm>

#include "border/engine_object.h"
#include "border/memory.h"

namespace caio {

namespace {

constexpr size_t kBatchStride = 8;

// No call of the kernel's takes more (io_uring registers 2^20 files), and an array may claim to have 2^32.
constexpr uint32_t kMostElements = 1 << 20;

// Elements may have getters, which may do anything, such as ending the engine or detaching a view: they all run here,
// before an operation is begun or an address is looked at.
bool collect(napi_env env, napi_value array, uint32_t count, std::vector<napi_value>& elements) {
  elements.resize(count);
  for (uint32_t i = 0; i < count; ++i) {
    if (napi_get_element(env, array, i, &elements[i]) != napi_ok) return false;
  }
  return true;
}

bool collect(napi_env env, napi_value array, std::vector<napi_value>& elements) {
  uint32_t count = 0;
  return napi_get_array_length(env, array, &count) == napi_ok && count <= kMostElements &&
         collect(env, array, count, elements);
}

bool look_at(napi_env env, const std::vector<napi_value>& views, std::vector<iovec>& vectors) {
  vectors.resize(views.size());
  for (size_t i = 0; i < views.size(); ++i) {
    View view;
    if (!get_view(env, views[i], view)) return false;
    vectors[i] = {view.data, view.length};
  }
  return true;
}

// Points the operation at `length` bytes of the view from `offset` on. False where the view has not that many (it may
// have been detached since it was checked).
bool aim(napi_env env, Operation& operation, napi_value value, int64_t offset, int64_t length) {
  View view;
  if (!get_view(env, value, view) || offset < 0 || length < 0) return false;
  if (static_cast<uint64_t>(offset) > view.length ||
      static_cast<uint64_t>(length) > view.length - static_cast<uint64_t>(offset))
    return false;
  operation.data = view.data + offset;
  operation.view_offset = static_cast<size_t>(offset);
  operation.length = static_cast<size_t>(length);
  return true;
}

// The numbers of a batch, or null where they are fewer than `count` operations take.
double* entries_of(napi_env env, napi_value batch, uint32_t count) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  const napi_status status = napi_get_typedarray_info(env, batch, &type, &length, &data, nullptr, nullptr);
  const bool enough = status == napi_ok && type == napi_float64_array && length / kBatchStride >= count;
  return enough ? static_cast<double*>(data) : nullptr;
}

bool read_entry(const double* entry, Operation& operation) {
  return to_whole(entry[0], operation.ticket) && is_ticket(operation.ticket) && to_whole(entry[2], operation.fd) &&
         to_whole(entry[5], operation.offset) && to_whole(entry[6], operation.priority);
}

}  // namespace

template <Opcode opcode>
napi_value EngineObject::transfer(const Arguments& arguments) {
  Operation& operation = begin(opcode, arguments);
  operation.fd = arguments.int32(1);
  operation.offset = arguments.int64(5);
  operation.traits = arguments.int32(6);
  operation.priority = static_cast<uint16_t>(arguments.int32(7));
  if (!aim(env_, operation, arguments[2], arguments.int64(3), arguments.int64(4))) {
    engine_->recycle(operation);
    return number(env_, -EFAULT);
  }
  const napi_value view = arguments[2];
  return run(operation, &view, 1);
}

template <Opcode opcode>
napi_value EngineObject::vectored(const Arguments& arguments) {
  std::vector<napi_value> views;
  if (!collect(env_, arguments[2], views)) return number(env_, -EFAULT);
  if (ended()) return number(env_, -EBADF);
  Operation& operation = begin(opcode, arguments);
  operation.fd = arguments.int32(1);
  operation.offset = arguments.int64(3);
  operation.traits = arguments.int32(4);
  if (!look_at(env_, views, operation.vectors)) {
    engine_->recycle(operation);
    return number(env_, -EFAULT);
  }
  return run(operation, views.data(), views.size());
}

napi_value EngineObject::submit(const Arguments& arguments) {
  const uint32_t count = arguments.uint32(0);
  std::vector<napi_value> views;
  if (entries_of(env_, arguments[1], count) == nullptr) return number(env_, -EINVAL);
  if (!collect(env_, arguments[2], count, views)) return number(env_, -EFAULT);
  if (ended()) return number(env_, -EBADF);
  // Looked at once more: a getter among the views may have detached it.
  double* const entries = entries_of(env_, arguments[1], count);
  if (entries == nullptr) return number(env_, -EINVAL);
  constexpr Opcode kAllowed[] = {Opcode::kRead, Opcode::kWrite, Opcode::kFsync, Opcode::kFdatasync};
  for (uint32_t i = 0; i < count; ++i) {
    double* entry = entries + i * kBatchStride;
    const auto opcode = std::find_if(std::begin(kAllowed), std::end(kAllowed),
                                     [&](Opcode allowed) { return entry[1] == static_cast<double>(allowed); });
    if (opcode == std::end(kAllowed)) {
      entry[7] = -EINVAL;
      continue;
    }
    Operation& operation = engine_->prepare(*opcode);
    const bool transfers = operation.transfers();
    int64_t offset = 0;
    int64_t length = 0;
    Result mistake = read_entry(entry, operation) ? 0 : -EINVAL;
    if (mistake == 0 && transfers) {
      const bool aimed =
          to_whole(entry[3], offset) && to_whole(entry[4], length) && aim(env_, operation, views[i], offset, length);
      if (!aimed) mistake = -EFAULT;
    }
    if (mistake != 0) {
      engine_->recycle(operation);
      entry[7] = static_cast<double>(mistake);
      continue;
    }
    entry[7] = static_cast<double>(run_number(operation, &views[i], transfers ? 1 : 0));
  }
  return nullptr;
}

napi_value EngineObject::register_buffers(const Arguments& arguments) {
  std::vector<napi_value> views;
  std::vector<iovec> vectors;
  if (!collect(env_, arguments[0], views) || !look_at(env_, views, vectors)) return number(env_, -EFAULT);
  if (ended()) return number(env_, -EBADF);
  // The kernel pins the pages; the addresses are ours to keep, so the bytes must live as long as the registration.
  Operation& holder = engine_->prepare(Opcode::kReadv);
  holder.vectors = vectors;
  pin(env_, holder, views.data(), views.size());
  const Result registered = engine_->register_buffers(vectors);
  if (registered >= 0) registered_memory_ = holder.memory;
  engine_->recycle(holder);
  return number(env_, registered);
}

napi_value EngineObject::register_files(const Arguments& arguments) {
  std::vector<napi_value> elements;
  if (!collect(env_, arguments[0], elements)) return number(env_, -EINVAL);
  if (ended()) return number(env_, -EBADF);
  std::vector<int> files(elements.size());
  for (size_t i = 0; i < files.size(); ++i) {
    double file = 0;
    if (napi_get_value_double(env_, elements[i], &file) != napi_ok || !to_whole(file, files[i]))
      return number(env_, -EBADF);
  }
  return number(env_, engine_->register_files(files));
}

const EngineObject::Method EngineObject::kTransferMethods[] = {
    {"read", &call<&EngineObject::transfer<Opcode::kRead>>},
    {"write", &call<&EngineObject::transfer<Opcode::kWrite>>},
    {"readv", &call<&EngineObject::vectored<Opcode::kReadv>>},
    {"writev", &call<&EngineObject::vectored<Opcode::kWritev>>},
    {"submit", &call<&EngineObject::submit>},
    {"registerBuffers", &call<&EngineObject::register_buffers>},
    {"registerFiles", &call<&EngineObject::register_files>},
    {nullptr, nullptr},
};

}  // namespace caio
