// Threads of ours: small stacks, deaf to the process's signals, but one of ours ends a blocked call.
#pragma once

#include <pthread.h>

#include <chrono>

namespace caio {

constexpr std::chrono::seconds kIdleBeforeRetiring{10};
constexpr std::chrono::milliseconds kInterruptEvery{1};

// A detached thread; false when the system has none to give.
bool start_worker(void* (*run)(void*), void* argument, pthread_t* thread);

inline pthread_t this_thread() { return ::pthread_self(); }

// Makes a blocking call on this thread return EINTR. It may come too early: repeat until the call has returned.
void interrupt(pthread_t thread);

}  // namespace caio
