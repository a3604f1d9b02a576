// Threads that work side by side are on different processors.

#include "system/apart.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "doctest.h"

using caio::Apart;

namespace {

cpu_set_t affinity_of(pid_t thread) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  REQUIRE(::sched_getaffinity(thread, sizeof allowed, &allowed) == 0);
  return allowed;
}

// A thread that notes where it is, once on the given processor.
class Sleeper {
 public:
  Sleeper(Apart& apart, size_t processor) {
    thread_ = std::thread([this, &apart, processor] {
      cpu_set_t only;
      CPU_ZERO(&only);
      CPU_SET(processor, &only);
      ::sched_setaffinity(0, sizeof only, &only);
      apart.note();
      id_ = static_cast<pid_t>(::syscall(SYS_gettid));
      while (!over_) std::this_thread::yield();
    });
    while (id_ == 0) std::this_thread::yield();
  }
  ~Sleeper() {
    over_ = true;
    thread_.join();
  }
  pid_t id() const { return id_; }

 private:
  std::atomic<pid_t> id_{0};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

size_t here() { return static_cast<size_t>(::sched_getcpu()); }

}  // namespace

TEST_CASE("a thread is kept off the processor of who works beside it, and only off that one") {
  const cpu_set_t own = affinity_of(0);
  if (CPU_COUNT(&own) < 2) {
    MESSAGE("skipped: there is one processor");
    return;
  }
  // The scheduler may move this thread between two calls: then there is nothing to see.
  for (int attempt = 0; attempt < 1000; ++attempt) {
    Apart apart;
    const size_t before = here();
    const Sleeper sleeper(apart, before);
    if (here() != before) continue;
    apart.keep();
    if (here() != before) continue;
    const cpu_set_t kept = affinity_of(sleeper.id());
    CHECK_FALSE(CPU_ISSET(before, &kept));
    CHECK(CPU_COUNT(&kept) == CPU_COUNT(&own) - 1);
    return;
  }
  FAIL("this thread never stayed where it was");
}

TEST_CASE("a thread that is elsewhere already, or has nowhere else to go, is left alone") {
  const cpu_set_t own = affinity_of(0);
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(here(), &only);
  REQUIRE(::sched_setaffinity(0, sizeof only, &only) == 0);
  {
    Apart apart;
    const Sleeper sleeper(apart, here());
    apart.keep();
    const cpu_set_t kept = affinity_of(sleeper.id());
    CHECK(CPU_ISSET(here(), &kept));
    Apart never_noted;
    never_noted.keep();
    const cpu_set_t after = affinity_of(0);
    CHECK(CPU_EQUAL(&after, &only));
  }
  REQUIRE(::sched_setaffinity(0, sizeof own, &own) == 0);
}
