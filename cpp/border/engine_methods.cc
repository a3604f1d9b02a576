// The functions of an engine's object: arguments in, result or PENDING out. Shapes as in typings/native.d.ts.

#include "border/engine_object.h"
#include "border/memory.h"
#include "system/perform.h"

namespace caio {

namespace {

// What readFile makes of a file; anything else is text of UTF-8.
constexpr uint32_t kBytes = 0;
constexpr uint32_t kLatin1Text = 2;

}  // namespace

template <Opcode opcode>
napi_value EngineObject::sync(const Arguments& arguments) {
  Operation& operation = begin(opcode, arguments);
  operation.fd = arguments.int32(1);
  operation.priority = static_cast<uint16_t>(arguments.int32(2));
  return run(operation);
}

Operation* EngineObject::begin_at_path(Opcode opcode, const Arguments& arguments) {
  Operation& operation = begin(opcode, arguments);
  if (arguments.path(1, operation.path)) return &operation;
  engine_->recycle(operation);
  return nullptr;
}

template <Opcode opcode>
napi_value EngineObject::on_path(const Arguments& arguments) {
  Operation* operation = begin_at_path(opcode, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  if constexpr (opcode == Opcode::kUnlink) operation->at = arguments.directory(2);
  return run(*operation);
}

template <Opcode opcode>
napi_value EngineObject::on_path_with_mode(const Arguments& arguments) {
  Operation* operation = begin_at_path(opcode, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  operation->mode = arguments.uint32(2);
  operation->flags = static_cast<int32_t>(operation->mode);
  if constexpr (opcode == Opcode::kChmod) operation->at = arguments.directory(3);
  return run(*operation);
}

template <Opcode opcode>
napi_value EngineObject::on_two_paths(const Arguments& arguments) {
  Operation* operation = begin_at_path(opcode, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  if constexpr (opcode == Opcode::kSymlink) operation->at2 = arguments.directory(3);
  if constexpr (opcode == Opcode::kCopyFile) {
    operation->flags = arguments.int32(3);
    operation->at = arguments.directory(4);
    operation->at2 = arguments.directory(5);
  }
  if constexpr (opcode == Opcode::kCopyDirectory) {
    operation->flags = arguments.int32(3);
    operation->mode = arguments.uint32(4);
    operation->at = arguments.directory(5);
    operation->at2 = arguments.directory(6);
    operation->as_text = true;
  }
  if (arguments.path(2, operation->path2)) return run(*operation);
  engine_->recycle(*operation);
  return number(env_, -EINVAL);
}

template <Opcode opcode>
napi_value EngineObject::to_name(const Arguments& arguments) {
  Operation* operation = begin_at_path(opcode, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  operation->as_text = !arguments.boolean(2);
  if constexpr (opcode == Opcode::kReadlink) operation->at = arguments.directory(3);
  return run_with_value(*operation);
}

napi_value EngineObject::ftruncate(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kFtruncate, arguments);
  operation.fd = arguments.int32(1);
  operation.offset = arguments.int64(2);
  return run(operation);
}

napi_value EngineObject::open(const Arguments& arguments) {
  Operation* operation = begin_at_path(Opcode::kOpen, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  operation->flags = arguments.int32(2);
  operation->mode = arguments.uint32(3);
  operation->at = arguments.directory(4);
  return run(*operation);
}

napi_value EngineObject::close(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kClose, arguments);
  operation.fd = arguments.int32(1);
  operation.traits = arguments.int32(2);
  if (refused(operation)) return nullptr;
  environment_.unclaimed.forget(operation.fd);
  return run(operation);
}

napi_value EngineObject::run_stat(Operation& operation) {
  const Result result = run_number(operation);
  if (result == 0) delivery_.set_fields(operation.stat);  // a recycled operation keeps its fields
  return number(env_, result);
}

napi_value EngineObject::stat(const Arguments& arguments) {
  Operation* operation = begin_at_path(arguments.boolean(2) ? Opcode::kStat : Opcode::kLstat, arguments);
  return operation == nullptr ? number(env_, -EINVAL) : run_stat(*operation);
}

napi_value EngineObject::statfs(const Arguments& arguments) {
  Operation* operation = begin_at_path(Opcode::kStatfs, arguments);
  return operation == nullptr ? number(env_, -EINVAL) : run_stat(*operation);
}

napi_value EngineObject::fstat(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kFstat, arguments);
  operation.fd = arguments.int32(1);
  return run_stat(operation);
}

napi_value EngineObject::fchmod(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kFchmod, arguments);
  operation.fd = arguments.int32(1);
  operation.mode = arguments.uint32(2);
  return run(operation);
}

napi_value EngineObject::chown(const Arguments& arguments) {
  Operation* operation = begin_at_path(arguments.boolean(4) ? Opcode::kChown : Opcode::kLchown, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  operation->uid = static_cast<uint32_t>(arguments.int64(2));
  operation->gid = static_cast<uint32_t>(arguments.int64(3));
  return run(*operation);
}

napi_value EngineObject::fchown(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kFchown, arguments);
  operation.fd = arguments.int32(1);
  operation.uid = static_cast<uint32_t>(arguments.int64(2));
  operation.gid = static_cast<uint32_t>(arguments.int64(3));
  return run(operation);
}

napi_value EngineObject::utimes(const Arguments& arguments) {
  Operation* operation = begin_at_path(arguments.boolean(4) ? Opcode::kUtimes : Opcode::kLutimes, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  operation->cut_times = WakeUp::libuv_cuts_times();
  operation->atime = arguments.float64(2);
  operation->mtime = arguments.float64(3);
  operation->at = arguments.directory(5);
  return run(*operation);
}

napi_value EngineObject::futimes(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kFutimes, arguments);
  operation.fd = arguments.int32(1);
  operation.cut_times = WakeUp::libuv_cuts_times();
  operation.atime = arguments.float64(2);
  operation.mtime = arguments.float64(3);
  return run(operation);
}

napi_value EngineObject::mkdir(const Arguments& arguments) {
  Operation* operation = begin_at_path(arguments.boolean(3) ? Opcode::kMakePath : Opcode::kMkdir, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  operation->mode = arguments.uint32(2);
  if (operation->opcode == Opcode::kMkdir) operation->at = arguments.directory(4);
  return run(*operation);
}

napi_value EngineObject::read_file(const Arguments& arguments) {
  Operation* prepared = begin_at_path(Opcode::kReadFile, arguments);
  if (prepared == nullptr) return number(env_, -EINVAL);
  Operation& operation = *prepared;
  operation.flags = arguments.int32(2);
  operation.mode = 0666;  // of a file that a flag such as a+ makes
  const uint32_t text_kind = arguments.uint32(3);
  operation.as_text = text_kind != kBytes;
  operation.as_latin1 = text_kind == kLatin1Text;
  if (refused(operation)) return nullptr;
  const Result result = engine_->attempt(operation);
  if (result == kMiss) {
    operation.length = operation.done = 0;
    engine_->enqueue(operation);
    wake_up_.hold(true);
    return number(env_, kMiss);
  }
  environment_.unclaimed.note(operation, result);
  operation.result = result;
  napi_value contents = delivery_.value_of(env_, operation);
  const Result ended = operation.result;
  engine_->recycle(operation);
  return contents != nullptr ? contents : number(env_, ended);
}

napi_value EngineObject::write_file(const Arguments& arguments) {
  Operation* prepared = begin_at_path(Opcode::kWriteFile, arguments);
  if (prepared == nullptr) return number(env_, -EINVAL);
  Operation& operation = *prepared;
  operation.flags = arguments.int32(3);
  operation.mode = arguments.uint32(4);
  operation.flush = arguments.boolean(5);
  View view;
  if (!get_view(env_, arguments[2], view)) {
    engine_->recycle(operation);
    return number(env_, -EINVAL);
  }
  operation.data = view.data;
  operation.length = view.length;
  const napi_value pinned = arguments[2];
  return run(operation, &pinned, 1);
}

napi_value EngineObject::decode(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kDecode, arguments);
  View view;
  if (refused(operation)) return nullptr;
  const bool given = get_view(env_, arguments[1], view);
  if (!given || view.length <= kSmallFile) {
    engine_->recycle(operation);
    return given ? text(env_, view.data, view.length) : number(env_, -EINVAL);
  }
  operation.data = view.data;
  operation.length = view.length;
  const napi_value pinned = arguments[1];
  pin(env_, operation, &pinned, 1);
  detach(env_, pinned);
  engine_->enqueue(operation);
  wake_up_.hold(true);
  return number(env_, kMiss);
}

napi_value EngineObject::cancel(const Arguments& arguments) {
  napi_value accepted = nullptr;
  napi_get_boolean(env_, engine_->cancel(arguments.int64(0)), &accepted);
  return accepted;
}

napi_value EngineObject::flush(const Arguments&) {
  engine_->flush();
  return nullptr;
}

napi_value EngineObject::counters(const Arguments& arguments) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env_, arguments[0], &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_float64_array)
    return nullptr;
  auto* into = static_cast<double*>(data);
  size_t at = 0;
  for (const auto& routes : engine_->counters()) {
    for (const uint64_t count : routes) {
      if (at < length) into[at++] = static_cast<double>(count);
    }
  }
  for (const uint64_t bytes : {engine_->bytes_read(), engine_->bytes_written()}) {
    if (at < length) into[at++] = static_cast<double>(bytes);
  }
  return nullptr;
}

napi_value EngineObject::destroy(const Arguments&) {
  const napi_env env = env_;
  delivery_.end(env);
  napi_delete_reference(env, deliver_);
  napi_async_destroy(env, async_context_);
  stop_and_close();
  return nullptr;
}

const EngineObject::Method EngineObject::kMethods[] = {
    {"fsync", &call<&EngineObject::sync<Opcode::kFsync>>},
    {"fdatasync", &call<&EngineObject::sync<Opcode::kFdatasync>>},
    {"ftruncate", &call<&EngineObject::ftruncate>},
    {"open", &call<&EngineObject::open>},
    {"close", &call<&EngineObject::close>},
    {"stat", &call<&EngineObject::stat>},
    {"fstat", &call<&EngineObject::fstat>},
    {"statfs", &call<&EngineObject::statfs>},
    {"access", &call<&EngineObject::on_path_with_mode<Opcode::kAccess>>},
    {"chmod", &call<&EngineObject::on_path_with_mode<Opcode::kChmod>>},
    {"fchmod", &call<&EngineObject::fchmod>},
    {"chown", &call<&EngineObject::chown>},
    {"fchown", &call<&EngineObject::fchown>},
    {"utimes", &call<&EngineObject::utimes>},
    {"futimes", &call<&EngineObject::futimes>},
    {"mkdir", &call<&EngineObject::mkdir>},
    {"mkdtemp", &call<&EngineObject::to_name<Opcode::kMakeTemporary>>},
    {"rmdir", &call<&EngineObject::on_path<Opcode::kRmdir>>},
    {"unlink", &call<&EngineObject::on_path<Opcode::kUnlink>>},
    {"rename", &call<&EngineObject::on_two_paths<Opcode::kRename>>},
    {"link", &call<&EngineObject::on_two_paths<Opcode::kLink>>},
    {"symlink", &call<&EngineObject::on_two_paths<Opcode::kSymlink>>},
    {"readlink", &call<&EngineObject::to_name<Opcode::kReadlink>>},
    {"realpath", &call<&EngineObject::to_name<Opcode::kRealpath>>},
    {"copyDirectory", &call<&EngineObject::on_two_paths<Opcode::kCopyDirectory>>},
    {"copyFile", &call<&EngineObject::on_two_paths<Opcode::kCopyFile>>},
    {"readFile", &call<&EngineObject::read_file>},
    {"writeFile", &call<&EngineObject::write_file>},
    {"decode", &call<&EngineObject::decode>},
    {"removeTree", &call<&EngineObject::on_path<Opcode::kRemoveTree>>},
    {"cancel", &call<&EngineObject::cancel>},
    {"flush", &call<&EngineObject::flush>},
    {"counters", &call<&EngineObject::counters>},
    {"destroy", &call<&EngineObject::destroy>},
    {nullptr, nullptr},
};

}  // namespace caio
