#include <sys/resource.h>

#include <thread>

#include "backends/thread_pool.h"
#include "harness.h"

using namespace caio;
using namespace caio::testing;

namespace {

constexpr int kTries = 100'000;
constexpr int kDeliveries = 2000;

// As short as a call can be, even under a sanitizer: no descriptor to truncate.
void truncate_nothing(Operation& operation) {
  operation.opcode = Opcode::kFtruncate;
  operation.fd = -1;
  operation.offset = 0;
}

bool several_processors() {
  if (std::thread::hardware_concurrency() > 1) return true;
  MESSAGE("skipped: waiting awake needs another processor for the one that is waited for");
  return false;
}

// How often another thread or program has taken the processor from this process.
long preempted() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nivcsw;
}

template <typename Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < kTries; ++i) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace

TEST_CASE("a pool says that it reports soon once what it is given has been seen to be short, until it has reported") {
  if (!several_processors()) return;
  const WakeDescriptor wake;
  Completions completions(wake);
  ThreadPool pool(4, completions);
  Operation operation;
  const auto give = [&] {
    operation.reset();
    truncate_nothing(operation);
    pool.accept(operation);
    pool.flush();
    return pool.reports_soon();
  };
  const auto reported = [&] { return completions.take() != nullptr; };
  CHECK_FALSE(pool.reports_soon());
  CHECK_FALSE(give());
  CHECK(comes_true(reported));
  CHECK(operation.result == -EBADF);
  int given = 0;
  for (bool soon = false; !soon && given < 1000; ++given) {
    soon = give();
    CHECK(comes_true(reported));
  }
  CHECK(given < 1000);
  CHECK(comes_true([&] { return !pool.reports_soon(); }));
  pool.stop();
}

TEST_CASE("an engine delivers what its pool has nearly done without having slept") {
  if (!several_processors()) return;
  for (const Configuration& configuration : configurations()) {
    CAPTURE(configuration.name);
    TestEngine test(configuration);
    int delivered = 0;
    const long before = preempted();
    for (int i = 0; i < kDeliveries; ++i) {
      Operation& operation = test.engine->prepare(Opcode::kFtruncate);
      truncate_nothing(operation);
      operation.ticket = 0;
      CHECK(test.engine->attempt(operation) == kMiss);
      test.engine->enqueue(operation);
      test.engine->turn();
      if (test.engine->work()) ++delivered;
      Operation* finished = nullptr;
      CHECK(comes_true([&] { return (finished = test.engine->reap()) != nullptr; }));
      CHECK(finished->result == -EBADF);
      test.engine->recycle(*finished);
      test.engine->clear_wake();
    }
    if (delivered == 0 && preempted() - before > kDeliveries / 10) {
      MESSAGE("skipped: no processor has nothing else to do, so that nothing is done soon");
      continue;
    }
    CHECK(delivered > 0);
  }
}
