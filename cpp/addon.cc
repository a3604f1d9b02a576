// The addon: what typings/native.d.ts calls `Native`. Everything else of the border lies in border/.

#include <napi.h>

#include "border/arguments.h"
#include "border/engine_object.h"
#include "border/memory.h"
#include "system/stat.h"

namespace caio {
namespace {

EngineOptions::Kind kind_of(const std::string& name) {
  if (name == "uring") return EngineOptions::Kind::kUring;
  if (name == "linux") return EngineOptions::Kind::kLinuxAio;
  return EngineOptions::Kind::kThread;
}

Napi::Value probe(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(probe_backend(kind_of(info[0].As<Napi::String>().Utf8Value()))));
}

Napi::Value create_engine(const Napi::CallbackInfo& info) {
  const auto from = info[0].As<Napi::Object>();
  EngineOptions options;
  options.kind = kind_of(from.Get("backend").As<Napi::String>().Utf8Value());
  options.max_requests = from.Get("maxRequests").As<Napi::Number>().Uint32Value();
  options.pool_size = from.Get("poolSize").As<Napi::Number>().Uint32Value();
  options.deferred = from.Get("deferred").As<Napi::Boolean>().Value();
  options.sqpoll = from.Get("sqpoll").As<Napi::Boolean>().Value();
  options.try_now = from.Get("tryNow").As<Napi::Boolean>().Value();
  auto* environment = static_cast<Environment*>(info.Data());
  return Napi::Value(info.Env(), EngineObject::create(info.Env(), *environment, options, info[1]));
}

Napi::Value describe_descriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(describe(info[0].As<Napi::Number>().Int32Value())));
}

Napi::Value make_aligned_buffer(const Napi::CallbackInfo& info) {
  const auto size = static_cast<size_t>(info[0].As<Napi::Number>().Int64Value());
  const auto alignment = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
  return Napi::Value(info.Env(), aligned_buffer(info.Env(), size, alignment));
}

template <size_t count>
Napi::Array names(Napi::Env env, const std::array<const char*, count>& from) {
  auto made = Napi::Array::New(env, count);
  for (uint32_t i = 0; i < count; ++i) made[i] = Napi::String::New(env, from[i]);
  return made;
}

Napi::Object traits(Napi::Env env) {
  auto made = Napi::Object::New(env);
  made["UNKNOWN"] = Traits::kUnknown;
  made["REGULAR"] = Traits::kRegular;
  made["READ_NOWAIT"] = Traits::kReadNowait;
  made["READ_PLAIN"] = Traits::kMemory;
  made["DIRECT"] = Traits::kDirect;
  made["READ_ONLY"] = Traits::kReadOnly;
  made["POLLED"] = Traits::kPolled;
  made["LOCAL"] = Traits::kLocal;
  made["WRITE_NOWAIT"] = Traits::kWriteNowait;
  made["WRITE_BUFFERED"] = Traits::kWriteBuffered;
  made["APPEND"] = Traits::kAppend;
  return made;
}

// Asynchronous, because libuv's handles take a turn of the loop to close; the synchronous hook comes too late for that.
void end_environment(napi_async_cleanup_hook_handle, void* data) {
  EngineObject::end_all(*static_cast<Environment*>(data));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  if (!WakeUp::supported(env)) {
    Napi::Error::New(env, "this runtime has no libuv event loop that an addon may use").ThrowAsJavaScriptException();
    return exports;
  }
  // Freed with the process: a handle's last callback may come after the environment's own data are gone.
  auto* environment = std::make_unique<Environment>().release();
  napi_add_async_cleanup_hook(env, end_environment, environment, &environment->cleanup);
  exports["PENDING"] = Napi::Number::New(env, static_cast<double>(kMiss));
  exports["HERE"] = Napi::Number::New(env, EngineObject::kHere);
  exports["statFields"] = Napi::Number::New(env, kStatFieldCount);
  exports["recordLength"] = Napi::Number::New(env, Delivery::kRecordLength);
  exports["batchStride"] = Napi::Number::New(env, 8);
  exports["traits"] = traits(env);
  exports["opcodes"] = names(env, kOpcodeNames);
  exports["routes"] = names(env, kRouteNames);
  exports["steps"] = names(env, kStepNames);
  exports["probe"] = Napi::Function::New(env, probe, "probe");
  exports["createEngine"] = Napi::Function::New(env, create_engine, "createEngine", environment);
  exports["describe"] = Napi::Function::New(env, describe_descriptor, "describe");
  exports["alignedBuffer"] = Napi::Function::New(env, make_aligned_buffer, "alignedBuffer");
  return exports;
}

}  // namespace
}  // namespace caio

namespace {
Napi::Object Init(Napi::Env env, Napi::Object exports) { return caio::init(env, exports); }
}  // namespace

NODE_API_MODULE(caio, Init)
