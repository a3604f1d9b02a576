#include "backends/readiness.h"

#include <atomic>

#include "harness.h"

using namespace caio;

// A cancelled operation's place is soon another one's. What poll(2) said of the first must not be taken for an answer
// about the second: it would wait on a thread of the pool.
TEST_CASE("readiness of an operation that was taken back is not laid to the one that is at its address since") {
  int noisy[2];
  int silent[2];
  REQUIRE(::pipe2(noisy, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(silent, O_CLOEXEC) == 0);
  REQUIRE(::write(noisy[1], "x", 1) == 1);  // readable for ever
  std::atomic<int> taken_for_ready{0};
  std::atomic<int> ready{0};
  Readiness readiness([&](Operation& operation, bool) { ++(operation.fd == silent[0] ? taken_for_ready : ready); });
  Operation operation;
  for (int round = 0; round < 20000; ++round) {
    operation.fd = noisy[0];
    const int before = ready;
    REQUIRE(readiness.add(operation));
    if (!readiness.remove(operation)) {
      while (ready == before) {
      }
    }
    operation.fd = silent[0];
    REQUIRE(readiness.add(operation));
    for (int spin = round % 64; spin > 0; --spin) std::atomic_signal_fence(std::memory_order_seq_cst);
    if (!readiness.remove(operation)) break;
  }
  CHECK(readiness.stop() == nullptr);
  CHECK(taken_for_ready == 0);
  for (const int fd : {noisy[0], noisy[1], silent[0], silent[1]}) ::close(fd);
}
