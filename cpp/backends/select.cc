// The one place that lists the backends: a new one is a file beside this and a line in each function.

#include <cerrno>

#include "backends/backend.h"
#include "backends/thread_pool.h"
#include "system/platform.h"

#if CAIO_LINUX
#include "backends/linux_aio.h"
#include "backends/uring.h"
#endif

namespace caio {

std::unique_ptr<Backend> make_backend(const EngineOptions& options, [[maybe_unused]] const WakeDescriptor& wake,
                                      Completions& completions) {
  switch (options.kind) {
#if CAIO_LINUX
    case EngineOptions::Kind::kUring:
      return std::make_unique<UringBackend>(options, wake, completions);
    case EngineOptions::Kind::kLinuxAio:
      return std::make_unique<LinuxAioBackend>(options, wake, completions);
#endif
    case EngineOptions::Kind::kThread:
      return std::make_unique<ThreadPool>(options.pool_size, completions);
    default:
      return nullptr;
  }
}

Result probe_backend(EngineOptions::Kind kind) {
  switch (kind) {
#if CAIO_LINUX
    case EngineOptions::Kind::kUring:
      return probe_uring();
    case EngineOptions::Kind::kLinuxAio:
      return probe_kernel_aio();
#endif
    case EngineOptions::Kind::kThread:
      return 0;
    default:
      return -ENOSYS;
  }
}

}  // namespace caio
