// The functions of an engine's object that read directories. Shapes as in typings/native.d.ts.

#include "border/engine_object.h"

namespace caio {

napi_value EngineObject::readdir(const Arguments& arguments) {
  Operation* operation = begin_at_path(Opcode::kReaddir, arguments);
  if (operation == nullptr) return number(env_, -EINVAL);
  operation->as_text = !arguments.boolean(2);
  operation->with_types = arguments.boolean(3);
  operation->at = arguments.directory(4);
  return run_with_value(*operation);
}

// Its value, where it has one, is there at once or comes with the record.
napi_value EngineObject::run_with_value(Operation& operation) {
  if (refused(operation)) return nullptr;
  operation.result = operation.ticket == kHere ? engine_->perform_here(operation) : engine_->attempt(operation);
  if (operation.result == kMiss) {
    operation.result = 0;
    engine_->enqueue(operation);
    wake_up_.hold(true);
    return number(env_, kMiss);
  }
  napi_value value = delivery_.value_of(env_, operation);
  if (value == nullptr) value = number(env_, operation.result);
  engine_->recycle(operation);
  return value;
}

napi_value EngineObject::open_directory(const Arguments& arguments) {
  Operation* operation = begin_at_path(Opcode::kOpenDirectory, arguments);
  return operation == nullptr ? number(env_, -EINVAL) : run_with_value(*operation);
}

napi_value EngineObject::read_directory(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kReadDirectory, arguments);
  operation.directory = arguments.int64(1);
  operation.length = static_cast<size_t>(arguments.int64(2));
  operation.as_text = !arguments.boolean(3);
  operation.with_types = true;
  return run_with_value(operation);
}

napi_value EngineObject::close_directory(const Arguments& arguments) {
  Operation& operation = begin(Opcode::kCloseDirectory, arguments);
  operation.directory = arguments.int64(1);
  return run_with_value(operation);
}

const EngineObject::Method EngineObject::kDirectoryMethods[] = {
    {"readdir", &call<&EngineObject::readdir>},
    {"openDirectory", &call<&EngineObject::open_directory>},
    {"readDirectory", &call<&EngineObject::read_directory>},
    {"closeDirectory", &call<&EngineObject::close_directory>},
    {nullptr, nullptr},
};

}  // namespace caio
