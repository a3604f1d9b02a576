// The event loop's side of the wake-up: libuv handles, by symbols looked up at run time, because Node-API has no uv.h.
#pragma once

#include <node_api.h>

#include <functional>

namespace caio {

// Calls `readable` on the loop's thread when the descriptor is, and `before_waiting` whenever the loop is about to
// wait. Neither keeps the loop alive but while `hold(true)`.
class WakeUp {
 public:
  // Whether this runtime has what is needed; Bun exports libuv's names and aborts when they are called.
  static bool supported(napi_env env);

  // Whether this runtime's fs.utimes cuts times to microseconds: its libuv is older than 1.52.
  static bool libuv_cuts_times();

  WakeUp(std::function<void()> readable, std::function<void()> before_waiting)
      : readable_(std::move(readable)), before_waiting_(std::move(before_waiting)) {}
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  // 0 or -errno.
  int start(napi_env env, int fd);
  void hold(bool alive);
  // The loop turns once more, and calls every `before_waiting` again, before it waits.
  void turn_again();
  // The handles end in a later turn of the loop, which calls `closed`; this object must live until then.
  void close(std::function<void()> closed);

 private:
  // Of a handle that libuv has taken in: it is to be closed, and alone keeps no loop alive.
  void keep(void* handle);

  static void on_poll(void* handle, int status, int events);
  static void on_prepare(void* handle);
  static void on_idle(void* handle);
  static void on_close(void* handle);

  std::function<void()> readable_;
  std::function<void()> before_waiting_;
  std::function<void()> closed_;
  void* poll_ = nullptr;
  void* prepare_ = nullptr;
  void* idle_ = nullptr;  // while it is started the loop does not wait
  int open_handles_ = 0;
  bool held_ = false;
};

}  // namespace caio
