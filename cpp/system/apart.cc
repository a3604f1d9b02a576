#include "system/apart.h"

#if defined(__linux__)
#include <sched.h>

#include "system/call.h"
#include "system/raw.h"
#endif

namespace caio {

#if defined(__linux__)

void Apart::note() {
  if (thread_.load(std::memory_order_relaxed) == 0) thread_.store(raw::gettid(), std::memory_order_relaxed);
  processor_.store(::sched_getcpu(), std::memory_order_release);
}

void Apart::keep() {
  const int here = ::sched_getcpu();
  if (here < 0 || processor_.load(std::memory_order_acquire) != here) return;
  processor_.store(-1, std::memory_order_relaxed);
  cpu_set_t allowed;
  // Fails where there are more processors than it has room for: such a machine has idle ones enough.
  if (CAIO_CALL(sched_getaffinity, 0, sizeof allowed, &allowed) != 0) return;
  CPU_CLR(static_cast<size_t>(here), &allowed);
  if (CPU_COUNT(&allowed) > 0)
    CAIO_CALL(sched_setaffinity, thread_.load(std::memory_order_relaxed), sizeof allowed, &allowed);
}

#else

void Apart::note() {}
void Apart::keep() {}

#endif

}  // namespace caio
