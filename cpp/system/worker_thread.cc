#include "system/worker_thread.h"

#include <signal.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include <memory>

#include "system/call.h"
#include "system/kept_memory.h"
#include "system/warm_memory.h"

namespace caio {

namespace {

constexpr size_t kWorkerStack = 1024 * 1024;

// A signal that nobody in this process handles; with SA_RESTART unset, its handler's return ends a call with EINTR.
int find_interrupt_signal() {
  struct sigaction quiet = {};
  quiet.sa_handler = [](int) {};
  const auto claim = [&quiet](int candidate) {
    struct sigaction current;
    return ::sigaction(candidate, nullptr, &current) == 0 && current.sa_handler == SIG_DFL &&
           ::sigaction(candidate, &quiet, nullptr) == 0;
  };
#ifdef SIGRTMAX
  for (int candidate = SIGRTMAX; candidate > SIGRTMIN; --candidate) {
    if (claim(candidate)) return candidate;
  }
#endif
  return claim(SIGURG) ? SIGURG : 0;  // ignored by default, so nothing depends on it
}

int interrupt_signal() {
  static const int signal = find_interrupt_signal();
  return signal;
}

struct Errand {
  void* (*run)(void*);
  void* argument;
};

// Whoever looks at the threads of a process (top -H, perf) sees whose they are, as with libuv's.
void* begin(void* argument) {
  const std::unique_ptr<const Errand> errand(static_cast<const Errand*>(argument));
#if defined(__linux__)
  // pthread_setname_np is of glibc 2.34, newer than a prebuild may ask for.
  CAIO_CALL(prctl, PR_SET_NAME, "caio-worker");
#elif defined(__APPLE__)
  CAIO_CALL(pthread_setname_np, "caio-worker");
#endif
  void* const result = errand->run(errand->argument);
  static_assert(kMemoryKept < kIdleBeforeRetiring, "the last thread to end must find it idle");
  let_go_of_warm_memory();
  return result;
}

}  // namespace

bool start_worker(void* (*run)(void*), void* argument, pthread_t* thread) {
  sigset_t wanted;
  sigset_t before;
  ::sigfillset(&wanted);
  if (const int ours = interrupt_signal(); ours != 0) ::sigdelset(&wanted, ours);
  pthread_attr_t attributes;
  if (CAIO_CALL(pthread_attr_init, &attributes) != 0) return false;
  ::pthread_attr_setstacksize(&attributes, kWorkerStack);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_sigmask(SIG_SETMASK, &wanted, &before);
  auto errand = std::make_unique<Errand>(Errand{run, argument});
  const bool started = CAIO_CALL(pthread_create, thread, &attributes, begin, errand.get()) == 0;
  if (started) errand.release();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  return started;
}

void interrupt(pthread_t thread) {
  if (const int signal = interrupt_signal(); signal != 0) ::pthread_kill(thread, signal);
}

}  // namespace caio
