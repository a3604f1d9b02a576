#include "system/kernel_aio.h"

#include <cerrno>
#include <utility>

#include "system/call.h"
#include "system/outcome.h"
#include "system/raw.h"

namespace caio {

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

void KernelAio::destroy() {
  if (context_ != 0) CAIO_CALL(caio::raw::io_destroy, std::exchange(context_, 0));
}

Result probe_kernel_aio() {
  KernelAio aio;
  const Result made = aio.setup(1);
  // A filter may let contexts be made and nothing be submitted to them: of no blocks at all, the kernel takes none.
  return made < 0 ? made : aio.submit({});
}

}  // namespace caio
