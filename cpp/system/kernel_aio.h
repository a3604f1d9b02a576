// Kernel AIO over raw system calls (io_setup(2), io_submit(2), io_getevents(2)).
#pragma once

#include <linux/aio_abi.h>

#include <span>

#include "operation.h"

namespace caio {

class KernelAio {
 public:
  KernelAio() = default;
  KernelAio(const KernelAio&) = delete;
  KernelAio& operator=(const KernelAio&) = delete;
  ~KernelAio() { destroy(); }

  // Room for `events` in flight, charged against fs.aio-max-nr system-wide: -EAGAIN when that is used up.
  Result setup(unsigned events);
  // The number taken, from the front; or -errno, which concerns the first.
  Result submit(std::span<iocb*> blocks) const;
  // Those that have ended, at least `wanted` of them.
  Result reap(unsigned wanted, std::span<io_event> events) const;
  bool is_set_up() const { return context_ != 0; }
  // Nothing may be in flight.
  void destroy();

 private:
  aio_context_t context_ = 0;
};

// 0, or -errno of io_setup(2) and io_submit(2).
Result probe_kernel_aio();

}  // namespace caio
