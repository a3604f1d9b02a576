#include "border/engine_object.h"

#include <cerrno>

#include "border/memory.h"

namespace caio {

EngineObject::EngineObject(napi_env env, Environment& environment, const EngineOptions& options)
    : env_(env),
      environment_(environment),
      engine_(std::make_unique<Engine>(options)),
      wake_up_([this] { on_readable(); }, [this] { on_turn(); }) {
  environment_.engines.insert(this);
}

Result EngineObject::start(napi_value object, napi_value on_complete) {
  if (const Result started = engine_->start(); started < 0) return started;
  if (const int started = wake_up_.start(env_, engine_->wake_fd()); started < 0) return started;
  // A worker may be terminated in the middle of this: what is to be made then is not.
  if (!delivery_.start(env_, object, on_complete)) return -ECANCELED;
  engine_->watch(delivery_.unsettled());
  napi_value shares_transfers = nullptr;
  napi_value name = nullptr;
  napi_value deliver = nullptr;
  if (napi_get_boolean(env_, engine_->shares_transfers(), &shares_transfers) != napi_ok ||
      napi_set_named_property(env_, object, "sharesTransfers", shares_transfers) != napi_ok ||
      napi_create_string_utf8(env_, "caio", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env_, nullptr, name, &async_context_) != napi_ok ||
      napi_create_function(env_, "deliver", NAPI_AUTO_LENGTH, &EngineObject::call<&EngineObject::deliver>, this,
                           &deliver) != napi_ok ||
      napi_create_reference(env_, deliver, 1, &deliver_) != napi_ok)
    return -ECANCELED;
  for (const Method* method : {kTransferMethods, kMethods, kDirectoryMethods}) {
    for (; method->name != nullptr; ++method) {
      napi_value function = nullptr;
      if (napi_create_function(env_, method->name, NAPI_AUTO_LENGTH, method->callback, this, &function) != napi_ok ||
          napi_set_named_property(env_, object, method->name, function) != napi_ok)
        return -ECANCELED;
    }
  }
  return 0;
}

napi_value EngineObject::create(napi_env env, Environment& environment, const EngineOptions& options,
                                napi_value on_complete) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  auto* self = new EngineObject(env, environment, options);
  const auto finalize = [](napi_env, void* data, void*) {
    auto* collected = static_cast<EngineObject*>(data);
    collected->collected_ = true;
    if (collected->closed_) delete collected;
  };
  Result started = self->start(object, on_complete);
  if (started == 0 && napi_wrap(env, object, self, finalize, nullptr, nullptr) != napi_ok) started = -ECANCELED;
  if (started == 0) return object;
  self->collected_ = true;
  self->stop_and_close();
  return number(env, started);
}

void EngineObject::stop_and_close() {
  if (ended()) return;
  engine_->stop();
  engine_.reset();
  wake_up_.hold(false);
  ++environment_.closing;
  wake_up_.close([this] {
    Environment& environment = environment_;
    environment.engines.erase(this);
    closed_ = true;
    if (collected_) delete this;
    if (--environment.closing == 0 && environment.ending) napi_remove_async_cleanup_hook(environment.cleanup);
  });
}

void EngineObject::end_all(Environment& environment) {
  environment.ending = true;
  ++environment.closing;  // so that none of them is the last before all have begun
  const auto engines = environment.engines;
  for (EngineObject* engine : engines) engine->stop_and_close();
  environment.unclaimed.close_all();
  if (--environment.closing == 0) napi_remove_async_cleanup_hook(environment.cleanup);
}

void EngineObject::on_readable() {
  if (ended() || environment_.ending) return;
  engine_->clear_wake();
  deliver_all();
}

void EngineObject::on_turn() {
  if (ended() || environment_.ending) return;
  engine_->turn();
  if (!engine_->work()) return;
  deliver_all();
  // Who was called may have begun something on an engine that has had its turn: nobody would look at it before the loop
  // has waited.
  if (!ended() && !environment_.ending) wake_up_.turn_again();
}

void EngineObject::deliver_all() {
  do {
    if (!make_callback()) return;
  } while (!ended() && !environment_.ending && engine_->work());
}

bool EngineObject::make_callback() {
  napi_handle_scope scope;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return false;
  // napi_make_callback enters the context and, when it returns, runs microtasks and process.nextTick callbacks: without
  // it they would wait for somebody else's callback.
  napi_value deliver = nullptr;
  napi_value receiver = nullptr;
  napi_get_reference_value(env_, deliver_, &deliver);
  napi_get_global(env_, &receiver);
  const napi_status status = napi_make_callback(env_, async_context_, receiver, deliver, 0, nullptr, nullptr);
  if (status == napi_pending_exception) {
    napi_value exception = nullptr;
    if (napi_get_and_clear_last_exception(env_, &exception) == napi_ok) napi_fatal_exception(env_, exception);
  }
  napi_close_handle_scope(env_, scope);
  return status == napi_ok || status == napi_pending_exception;
}

napi_value EngineObject::deliver(const Arguments& arguments) {
  if (Operation* finished = engine_->reap())
    delivery_.deliver(arguments.env, *engine_, environment_.unclaimed, finished);
  if (!ended() && engine_->pending() == 0) wake_up_.hold(false);
  return nullptr;
}

bool EngineObject::refused(Operation& operation) {
  bool pending = false;
  napi_is_exception_pending(env_, &pending);
  if (pending) engine_->recycle(operation);
  return pending;
}

Result EngineObject::run_number(Operation& operation, const napi_value* views, size_t view_count) {
  if (refused(operation)) return 0;
  const Result result = engine_->attempt(operation);
  if (result == kMiss) {
    if (view_count > 0) pin(env_, operation, views, view_count);
    engine_->enqueue(operation);
    wake_up_.hold(true);
    return kMiss;
  }
  environment_.unclaimed.note(operation, result);
  engine_->recycle(operation);
  return result;
}

napi_value EngineObject::run(Operation& operation, const napi_value* views, size_t view_count) {
  return number(env_, run_number(operation, views, view_count));
}

}  // namespace caio
