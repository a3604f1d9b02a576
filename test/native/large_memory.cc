#include "system/large_memory.h"

#include <cstring>
#include <thread>
#include <vector>

#include "harness.h"
#include "system/large_pages.h"
#include "system/worker_thread.h"

using namespace caio;

namespace {

constexpr size_t kMebibyte = 1 << 20;

bool is_kept_here() {
#if defined(__SANITIZE_ADDRESS__)
  MESSAGE("skipped: under the address sanitizer no memory is kept, so that its use after its end is seen");
  return false;
#else
  return true;
#endif
}

bool keep(Bytes& bytes) {
  const size_t capacity = bytes.capacity();
  char* const data = bytes.release();
  if (keep_large(data, capacity)) return true;
  ::free(data);
  return false;
}

// As nobody asks for any for a while.
void let_all_go() {
  std::this_thread::sleep_for(kIdleBeforeRetiring / 2 + std::chrono::milliseconds(200));
  let_go_of_large_memory();
}

}  // namespace

TEST_CASE("memory of a large file is given out again for another one that is about as large") {
  if (!is_kept_here()) return;
  Bytes first = large_bytes(9 * kMebibyte + 1);
  REQUIRE(first);
  CHECK(first.size() == 9 * kMebibyte + 1);
  CHECK(first.capacity() == 10 * kMebibyte);
  char* const data = first.data();
  REQUIRE(keep(first));
  Bytes much_smaller = large_bytes(6 * kMebibyte);
  Bytes larger = large_bytes(10 * kMebibyte + 1);
  Bytes smaller = large_bytes(7 * kMebibyte + 1);
  CHECK(much_smaller.data() != data);
  CHECK(larger.data() != data);
  CHECK(smaller.data() == data);
  CHECK(smaller.size() == 7 * kMebibyte + 1);
  CHECK(smaller.capacity() == 10 * kMebibyte);
}

TEST_CASE("of what waits for a large file the smallest is taken that will do") {
  if (!is_kept_here()) return;
  std::vector<Bytes> blocks;
  for (const size_t size : {24, 20, 22}) blocks.push_back(large_bytes(size * kMebibyte));
  for (Bytes& block : blocks) REQUIRE(keep(block));
  CHECK(large_bytes(19 * kMebibyte).capacity() == 20 * kMebibyte);
  CHECK(large_bytes(19 * kMebibyte).capacity() == 22 * kMebibyte);
  CHECK(large_bytes(19 * kMebibyte).capacity() == 24 * kMebibyte);
  CHECK(large_bytes(19 * kMebibyte).capacity() == 20 * kMebibyte);
}

TEST_CASE("of large memory no more than 128 MiB waits, and none that nobody has asked for lately") {
  if (!is_kept_here()) return;
  let_all_go();
  constexpr size_t kSize = 40 * kMebibyte;  // so much the C library unmaps when it is freed
  std::vector<Bytes> blocks;
  for (int i = 0; i < 4; ++i) blocks.push_back(large_bytes(kSize));
  for (Bytes& block : blocks) std::memset(block.data(), 'x', block.size());
  int kept = 0;
  for (Bytes& block : blocks) kept += keep(block) ? 1 : 0;
  CHECK(kept == 3);

  let_go_of_large_memory();
  Bytes again = large_bytes(kSize);
  CHECK(again.data()[kSize - 1] == 'x');

  let_all_go();
  CHECK_FALSE(keep(again));
  CHECK(large_bytes(kSize).data()[kSize - 1] == '\0');
}
