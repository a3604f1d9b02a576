// An engine as JavaScript holds it: its functions, its wake-up, and its end.
#pragma once

#include <node_api.h>

#include <memory>
#include <unordered_set>

#include "border/arguments.h"
#include "border/delivery.h"
#include "border/unclaimed.h"
#include "border/wake_up.h"

namespace caio {

class EngineObject;

// What belongs to one JavaScript environment. Nothing in here is shared with another one.
struct Environment {
  std::unordered_set<EngineObject*> engines;
  Unclaimed unclaimed;
  napi_async_cleanup_hook_handle cleanup = nullptr;
  size_t closing = 0;
  bool ending = false;
};

class EngineObject {
 public:
  // The ticket of an operation that is performed on the calling thread, however long it takes.
  static constexpr int64_t kHere = -1;

  // The object of typings/native.d.ts, or a number: −errno of the set-up that failed.
  static napi_value create(napi_env env, Environment& environment, const EngineOptions& options,
                           napi_value on_complete);

  // Ends the environment's engines: waits for the kernel, then frees. Calls nothing in JavaScript.
  static void end_all(Environment& environment);

 private:
  EngineObject(napi_env env, Environment& environment, const EngineOptions& options);

  Result start(napi_value object, napi_value on_complete);
  void on_readable();
  void on_turn();
  // Delivers, and works on the shared batch, until nothing is left for this turn.
  void deliver_all();
  bool make_callback();
  void stop_and_close();
  // True after a TypeError of ours or an exception of the caller's own getters: the operation is given back.
  bool refused(Operation& operation);
  // Attempts, and on a miss pins the views, parks the operation and returns PENDING.
  napi_value run(Operation& operation, const napi_value* views = nullptr, size_t view_count = 0);
  napi_value run_with_value(Operation& operation);
  Result run_number(Operation& operation, const napi_value* views = nullptr, size_t view_count = 0);
  bool ended() const { return !engine_; }

  template <napi_value (EngineObject::*method)(const Arguments&)>
  static napi_value call(napi_env env, napi_callback_info info) {
    const Arguments arguments(env, info);
    auto* self = arguments.data<EngineObject>();
    return self->ended() ? number(env, -EBADF) : (self->*method)(arguments);
  }
  Operation& begin(Opcode opcode, const Arguments& arguments) {
    Operation& operation = engine_->prepare(opcode);
    const bool may_be_here =
        opcode == Opcode::kOpenDirectory || opcode == Opcode::kReadDirectory || opcode == Opcode::kCloseDirectory;
    operation.ticket = arguments.ticket(0, may_be_here ? std::optional(kHere) : std::nullopt);
    return operation;
  }
  // With the path that is argument 1; null where it is none.
  Operation* begin_at_path(Opcode opcode, const Arguments& arguments);
  napi_value run_stat(Operation& operation);

  template <Opcode opcode>
  napi_value transfer(const Arguments& arguments);
  template <Opcode opcode>
  napi_value vectored(const Arguments& arguments);
  template <Opcode opcode>
  napi_value sync(const Arguments& arguments);
  template <Opcode opcode>
  napi_value on_path(const Arguments& arguments);
  template <Opcode opcode>
  napi_value on_path_with_mode(const Arguments& arguments);
  template <Opcode opcode>
  napi_value on_two_paths(const Arguments& arguments);
  template <Opcode opcode>
  napi_value to_name(const Arguments& arguments);
  napi_value ftruncate(const Arguments& arguments);
  napi_value open(const Arguments& arguments);
  napi_value close(const Arguments& arguments);
  napi_value stat(const Arguments& arguments);
  napi_value fstat(const Arguments& arguments);
  napi_value statfs(const Arguments& arguments);
  napi_value fchmod(const Arguments& arguments);
  napi_value chown(const Arguments& arguments);
  napi_value fchown(const Arguments& arguments);
  napi_value utimes(const Arguments& arguments);
  napi_value futimes(const Arguments& arguments);
  napi_value mkdir(const Arguments& arguments);
  napi_value readdir(const Arguments& arguments);
  napi_value open_directory(const Arguments& arguments);
  napi_value read_directory(const Arguments& arguments);
  napi_value close_directory(const Arguments& arguments);
  napi_value read_file(const Arguments& arguments);
  napi_value write_file(const Arguments& arguments);
  napi_value decode(const Arguments& arguments);
  napi_value submit(const Arguments& arguments);
  napi_value cancel(const Arguments& arguments);
  napi_value flush(const Arguments& arguments);
  napi_value register_buffers(const Arguments& arguments);
  napi_value register_files(const Arguments& arguments);
  napi_value counters(const Arguments& arguments);
  napi_value destroy(const Arguments& arguments);
  napi_value deliver(const Arguments& arguments);

  struct Method {
    const char* name;
    napi_callback callback;
  };
  // Each ends with a nameless one.
  static const Method kMethods[];
  static const Method kTransferMethods[];
  static const Method kDirectoryMethods[];

  const napi_env env_;
  Environment& environment_;
  std::unique_ptr<Engine> engine_;
  WakeUp wake_up_;
  Delivery delivery_;
  napi_async_context async_context_ = nullptr;
  napi_ref deliver_ = nullptr;
  std::shared_ptr<void> registered_memory_;
  bool collected_ = false;  // the JavaScript object is gone
  bool closed_ = false;     // the wake-up's handles are gone
};

}  // namespace caio
