// What the rings of a thread share: the kernel's workers.

#include "system/platform.h"

#if CAIO_LINUX

#include <linux/io_uring.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <thread>

#include "harness.h"

using namespace caio;
using namespace caio::testing;

TEST_CASE("a look whether there are rings leaves their thread as many workers as the kernel gives it") {
  if (probe_backend(Kind::kUring) < 0) {
    MESSAGE("skipped: no ring is to be had");
    return;
  }
  std::thread([] {
    CHECK(probe_backend(Kind::kUring) == 0);
    io_uring_params params{};
    const FileDescriptor ring(static_cast<int>(::syscall(__NR_io_uring_setup, 8, &params)));
    REQUIRE(ring.valid());
    std::array<uint32_t, 2> workers{};  // 0: unchanged, and told
    if (::syscall(__NR_io_uring_register, ring.get(), IORING_REGISTER_IOWQ_MAX_WORKERS, workers.data(), 2) != 0) {
      MESSAGE("skipped: this kernel does not tell how many workers there may be");
      return;
    }
    CHECK(workers[0] >= std::min(256u, 4 * std::thread::hardware_concurrency()));
  }).join();
}

#endif
