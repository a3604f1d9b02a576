#include "system/large_memory.h"

#include <chrono>
#include <thread>
#include <vector>

#include "harness.h"
#include "system/kept_memory.h"

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
  std::this_thread::sleep_for(kMemoryKept + std::chrono::milliseconds(200));
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

TEST_CASE("memory of a long file begins where a line of the cache does, kept or not") {
  for (const size_t size : {size_t{70'000}, kMebibyte - 1, 3 * kMebibyte}) {
    for (int i = 0; i < 2; ++i) {
      Bytes bytes = large_bytes(size);
      REQUIRE(bytes);
      CHECK(bytes.size() == size);
      CHECK(reinterpret_cast<uintptr_t>(bytes.data()) % 64 == 0);
      keep(bytes);
    }
  }
}

TEST_CASE("of memory for long files that is as large as asked for the last that came back is taken") {
  if (!is_kept_here()) return;
  Bytes first = large_bytes(300'000);
  Bytes second = large_bytes(310'000);
  char* const last = second.data();
  REQUIRE(first.capacity() == second.capacity());
  REQUIRE(keep(first));
  REQUIRE(keep(second));
  CHECK(large_bytes(320'000).data() == last);
}

TEST_CASE("of large memory no more than 128 MiB waits, or half of what is in use") {
  if (!is_kept_here()) return;
  let_all_go();
  std::vector<Bytes> blocks;
  for (int i = 0; i < 20; ++i) blocks.push_back(large_bytes(20 * kMebibyte));
  int kept = 0;
  while (kept < 20 && keep(blocks[static_cast<size_t>(kept)])) ++kept;
  // Seven are 140 MiB, half of 260.
  CHECK(kept == 6);
}

TEST_CASE("of large memory 128 MiB waits, and none that nobody has asked for lately") {
  if (!is_kept_here()) return;
  let_all_go();
  constexpr size_t kSize = 40 * kMebibyte;
  std::vector<Bytes> blocks;
  for (int i = 0; i < 6; ++i) blocks.push_back(large_bytes(kSize));
  const auto keep_next = [&blocks] {
    Bytes block = std::move(blocks.back());
    blocks.pop_back();
    return keep(block);
  };
  for (int i = 0; i < 3; ++i) CHECK(keep_next());
  let_go_of_large_memory();
  CHECK_FALSE(keep_next());  // as the others are still there

  let_all_go();
  CHECK_FALSE(keep_next());
  Bytes asked_for = large_bytes(kSize);
  CHECK(keep(asked_for));
  CHECK(keep_next());
}
