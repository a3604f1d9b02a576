// The addon: what typings/native.d.ts calls `Native`. Everything else of the border lies in border/.

#include <napi.h>

#include <bit>

#include "border/arguments.h"
#include "border/engine_object.h"
#include "border/memory.h"
#include "system/stat.h"
#include "system/warm_memory.h"

namespace caio {
namespace {

constexpr uint32_t kMostRequests = 32768;
constexpr uint32_t kMostThreads = 128;
// What no ArrayBuffer is as large as; below that, the runtime says itself whether there is so much memory.
constexpr uint64_t kMostAligned = uint64_t{1} << 52;
// readFile's limit. There is no such check below, where V8 would end the process.
constexpr uint64_t kMostWarm = uint64_t{1} << 31;

// Does nothing while another exception is pending.
Napi::Value refuse(Napi::Env env, const std::string& what) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", (what + " is not of its contract's type").c_str());
  return {};
}

Napi::Value refuse_range(Napi::Env env, const std::string& what) {
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", (what + " is out of its contract's range").c_str());
  return {};
}

bool to_kind(const Napi::Value& name, EngineOptions::Kind& kind) {
  if (!name.IsString()) return false;
  const std::string text = name.As<Napi::String>().Utf8Value();
  if (text == "uring") kind = EngineOptions::Kind::kUring;
  if (text == "linux") kind = EngineOptions::Kind::kLinuxAio;
  if (text == "thread") kind = EngineOptions::Kind::kThread;
  return text == "uring" || text == "linux" || text == "thread";
}

template <typename Whole>
bool to_whole_number(const Napi::Value& value, Whole& into) {
  return value.IsNumber() && to_whole(value.As<Napi::Number>().DoubleValue(), into);
}

// The properties of createEngine's options; the first wrong one throws, and from then on an exception is pending.
class OptionReader {
 public:
  explicit OptionReader(Napi::Object from) : from_(from) {}

  bool kind(const char* name, EngineOptions::Kind& into) const { return to_kind(from_.Get(name), into) || fail(name); }
  template <typename Whole>
  bool whole(const char* name, Whole most, Whole& into) const {
    uint32_t value = 0;
    if (!to_whole_number(from_.Get(name), value)) return fail(name);
    into = static_cast<Whole>(value);
    if (value >= 1 && value <= most) return true;
    refuse_range(from_.Env(), name);
    return false;
  }
  bool boolean(const char* name, bool& into) const {
    const Napi::Value value = from_.Get(name);
    if (!value.IsBoolean()) return fail(name);
    into = value.As<Napi::Boolean>().Value();
    return true;
  }

 private:
  bool fail(const char* name) const {
    refuse(from_.Env(), name);
    return false;
  }

  const Napi::Object from_;
};

Napi::Value probe(const Napi::CallbackInfo& info) {
  EngineOptions::Kind kind;
  if (!to_kind(info[0], kind)) return refuse(info.Env(), "backend");
  return Napi::Number::New(info.Env(), static_cast<double>(probe_backend(kind)));
}

Napi::Value create_engine(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) return refuse(info.Env(), "options");
  if (!info[1].IsFunction()) return refuse(info.Env(), "onComplete");
  const OptionReader from(info[0].As<Napi::Object>());
  EngineOptions options;
  if (!from.kind("backend", options.kind) || !from.whole("maxRequests", kMostRequests, options.max_requests) ||
      !from.whole("poolSize", kMostThreads, options.pool_size) || !from.boolean("deferred", options.deferred) ||
      !from.boolean("sqpoll", options.sqpoll) || !from.boolean("tryNow", options.try_now))
    return {};
  auto* environment = static_cast<Environment*>(info.Data());
  return Napi::Value(info.Env(), EngineObject::create(info.Env(), *environment, options, info[1]));
}

Napi::Value describe_descriptor(const Napi::CallbackInfo& info) {
  int32_t fd = -1;
  if (!to_whole_number(info[0], fd)) return refuse(info.Env(), "fd");
  return Napi::Number::New(info.Env(), static_cast<double>(describe(fd)));
}

Napi::Value make_aligned_buffer(const Napi::CallbackInfo& info) {
  uint64_t size = 0;
  uint64_t alignment = 0;
  if (!to_whole_number(info[0], size)) return refuse(info.Env(), "size");
  if (!to_whole_number(info[1], alignment)) return refuse(info.Env(), "alignment");
  if (!std::has_single_bit(alignment) || alignment > kMostAligned) return refuse_range(info.Env(), "alignment");
  if (size > kMostAligned) return refuse_range(info.Env(), "size");
  return Napi::Value(info.Env(), aligned_buffer(info.Env(), size, alignment));
}

Napi::Value make_warm_memory(const Napi::CallbackInfo& info) {
  uint64_t size = 0;
  if (!to_whole_number(info[0], size)) return refuse(info.Env(), "size");
  if (size > kMostWarm) return refuse_range(info.Env(), "size");
  if (!adopts_uncopied(info.Env())) return info.Env().Undefined();
  Bytes bytes = warm_bytes(size);
  if (!bytes) return info.Env().Undefined();
  return Napi::Value(info.Env(), adopt(info.Env(), std::move(bytes)));
}

Napi::Value give_back_memory(const Napi::CallbackInfo& info) {
  if (!info[0].IsTypedArray()) return refuse(info.Env(), "view");
  detach(info.Env(), info[0]);
  return info.Env().Undefined();
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
  made["CLOSES_DRY"] = Traits::kClosesDry;
  return made;
}

// Asynchronous, because libuv's handles take a turn of the loop to close; the synchronous hook comes too late for that.
void end_environment(napi_async_cleanup_hook_handle, void* data) {
  EngineObject::end_all(*static_cast<Environment*>(data));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  if (!WakeUp::supported(env)) {
    // Told instead of thrown: Deno swallows what an addon throws here, and gives empty exports.
    exports["refusal"] = "this runtime has no libuv event loop that an addon may use";
    return exports;
  }
  // Freed with the process: a handle's last callback may come after the environment's own data are gone.
  auto* environment = std::make_unique<Environment>().release();
  napi_add_async_cleanup_hook(env, end_environment, environment, &environment->cleanup);
  exports["unclaimed"] = Napi::Value(env, environment->unclaimed.start(env));
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
  exports["warmMemory"] = Napi::Function::New(env, make_warm_memory, "warmMemory");
  exports["giveBack"] = Napi::Function::New(env, give_back_memory, "giveBack");
  return exports;
}

}  // namespace
}  // namespace caio

namespace {
Napi::Object Init(Napi::Env env, Napi::Object exports) { return caio::init(env, exports); }
}  // namespace

NODE_API_MODULE(caio, Init)
