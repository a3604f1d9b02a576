#include "system/kernel_aio.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "system/call.h"
#include "system/descriptor.h"
#include "system/outcome.h"
#include "system/raw.h"
#include "system/worker_thread.h"

namespace caio {

namespace {

// -1 where it is not to be read.
long setting(const char* path) {
  const FileDescriptor file(CAIO_CALL(open, path, O_RDONLY | O_CLOEXEC));
  char text[32];
  const ssize_t length = file.valid() ? CAIO_CALL(read, file.get(), text, sizeof text) : -1;
  if (length <= 0 || text[length - 1] != '\n') return -1;
  return std::strtol(text, nullptr, 10);
}

bool is_used_up() {
  const long most = setting("/proc/sys/fs/aio-max-nr");
  return most >= 0 && setting("/proc/sys/fs/aio-nr") >= most;
}

}  // namespace

Result KernelAio::setup(unsigned events) {
  context_ = 0;  // io_setup(2) refuses anything else with EINVAL
  return outcome(CAIO_CALL(caio::raw::io_setup, events, &context_));
}

Result KernelAio::submit(std::span<iocb*> blocks) const {
  for (;;) {
    const Result taken =
        outcome(CAIO_CALL(caio::raw::io_submit, context_, static_cast<long>(blocks.size()), blocks.data()));
    if (taken != -EINTR) return taken;
  }
}

Result KernelAio::reap(unsigned wanted, std::span<io_event> events) const {
  timespec at_once{0, 0};
  if (CAIO_IS_LATE()) return 0;
  for (;;) {
    const Result count =
        outcome(CAIO_CALL(caio::raw::io_getevents, context_, static_cast<long>(wanted),
                          static_cast<long>(events.size()), events.data(), wanted == 0 ? &at_once : nullptr));
    if (count == -EINTR) continue;
    for (Result i = 0; i < count; ++i) CAIO_COMPLETE(events[static_cast<size_t>(i)].res);
    if (count > 0) CAIO_SWAP(events[0], events[static_cast<size_t>(count - 1)]);
    return count;
  }
}

// It waits for grace periods of RCU, 20 to 30 ms: no event loop has time for that.
void KernelAio::destroy() {
  if (context_ == 0) return;
  const auto end = [](void* context) -> void* {
    CAIO_CALL(caio::raw::io_destroy, reinterpret_cast<aio_context_t>(context));
    return nullptr;
  };
  void* const context = reinterpret_cast<void*>(std::exchange(context_, 0));
  pthread_t thread;
  if (!start_worker(end, context, &thread)) end(context);
}

// Without a context, whose end takes its time: one of no room, and nobody's, the kernel refuses with EINVAL. A filter
// may let contexts be made and nothing be submitted to them.
Result probe_kernel_aio() {
  aio_context_t context = 0;
  const Result made = outcome(CAIO_CALL(caio::raw::io_setup, 0, &context));
  if (made != -EINVAL) return made;
  const Result submitted = KernelAio().submit({});
  if (submitted != -EINVAL) return submitted;
  return is_used_up() ? -EAGAIN : 0;
}

}  // namespace caio
