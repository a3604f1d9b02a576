#include "border/wake_up.h"

#include <dlfcn.h>

#include <cerrno>
#include <cstdlib>

namespace caio {

namespace {

// libuv's ABI is stable within 1.x, and uv_handle_size tells at run time how large its handles are.
struct Libuv {
  size_t (*handle_size)(int type) = nullptr;
  int (*poll_init)(uv_loop_s* loop, void* handle, int fd) = nullptr;
  int (*poll_start)(void* handle, int events, void (*callback)(void*, int, int)) = nullptr;
  int (*prepare_init)(uv_loop_s* loop, void* handle) = nullptr;
  int (*prepare_start)(void* handle, void (*callback)(void*)) = nullptr;
  int (*idle_init)(uv_loop_s* loop, void* handle) = nullptr;
  int (*idle_start)(void* handle, void (*callback)(void*)) = nullptr;
  int (*idle_stop)(void* handle) = nullptr;
  void (*close)(void* handle, void (*callback)(void*)) = nullptr;
  void (*ref)(void* handle) = nullptr;
  void (*unref)(void* handle) = nullptr;
  unsigned (*version)() = nullptr;
  bool complete = true;

  Libuv() {
    find(handle_size, "uv_handle_size");
    find(poll_init, "uv_poll_init");
    find(poll_start, "uv_poll_start");
    find(prepare_init, "uv_prepare_init");
    find(prepare_start, "uv_prepare_start");
    find(idle_init, "uv_idle_init");
    find(idle_start, "uv_idle_start");
    find(idle_stop, "uv_idle_stop");
    find(close, "uv_close");
    find(ref, "uv_ref");
    find(unref, "uv_unref");
    find(version, "uv_version");
  }

  template <typename Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
    complete = complete && function != nullptr;
  }
};

// From uv.h: UV_HANDLE_TYPE_MAP's order, and enum uv_poll_event.
constexpr int kUvIdle = 6;
constexpr int kUvPoll = 8;
constexpr int kUvPrepare = 9;
constexpr int kUvReadable = 1;

const Libuv& libuv() {
  static const Libuv found;
  return found;
}

// Every handle begins with its user's pointer (uv_handle_t.data).
WakeUp*& owner(void* handle) { return *static_cast<WakeUp**>(handle); }

void* make_handle(int type, WakeUp* self) {
  void* handle = std::calloc(1, libuv().handle_size(type));
  if (handle != nullptr) owner(handle) = self;
  return handle;
}

}  // namespace

bool WakeUp::supported(napi_env env) {
  napi_value global = nullptr;
  bool is_bun = true;
  if (napi_get_global(env, &global) != napi_ok || napi_has_named_property(env, global, "Bun", &is_bun) != napi_ok)
    return false;
  return !is_bun && libuv().complete;
}

bool WakeUp::libuv_cuts_times() {
  constexpr unsigned kVersion_1_52 = 1 << 16 | 52 << 8;
  return libuv().version() < kVersion_1_52;
}

WakeUp::~WakeUp() {
  std::free(poll_);
  std::free(prepare_);
  std::free(idle_);
}

int WakeUp::start(napi_env env, int fd) {
  uv_loop_s* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
  poll_ = make_handle(kUvPoll, this);
  prepare_ = make_handle(kUvPrepare, this);
  idle_ = make_handle(kUvIdle, this);
  if (poll_ == nullptr || prepare_ == nullptr || idle_ == nullptr) return -ENOMEM;
  if (const int status = libuv().poll_init(loop, poll_, fd); status < 0) return status;
  keep(poll_);
  libuv().poll_start(poll_, kUvReadable, &WakeUp::on_poll);
  libuv().prepare_init(loop, prepare_);
  keep(prepare_);
  libuv().prepare_start(prepare_, &WakeUp::on_prepare);
  libuv().idle_init(loop, idle_);
  keep(idle_);
  return 0;
}

void WakeUp::keep(void* handle) {
  ++open_handles_;
  owner(handle) = this;  // uv_poll_init and its like leave it alone, but nothing says so
  libuv().unref(handle);
}

void WakeUp::hold(bool alive) {
  if (alive == held_ || poll_ == nullptr) return;
  held_ = alive;
  (alive ? libuv().ref : libuv().unref)(poll_);
}

void WakeUp::turn_again() { libuv().idle_start(idle_, &WakeUp::on_idle); }

void WakeUp::close(std::function<void()> closed) {
  if (open_handles_ == 0) return closed();
  closed_ = std::move(closed);
  const int handles = open_handles_;
  if (handles > 0) libuv().close(poll_, &WakeUp::on_close);
  if (handles > 1) libuv().close(prepare_, &WakeUp::on_close);
  if (handles > 2) libuv().close(idle_, &WakeUp::on_close);
}

void WakeUp::on_poll(void* handle, int, int) { owner(handle)->readable_(); }

void WakeUp::on_prepare(void* handle) { owner(handle)->before_waiting_(); }

void WakeUp::on_idle(void* handle) { libuv().idle_stop(handle); }

void WakeUp::on_close(void* handle) {
  WakeUp* self = owner(handle);
  if (--self->open_handles_ > 0) return;
  const auto closed = std::move(self->closed_);  // may destroy self
  closed();
}

}  // namespace caio
