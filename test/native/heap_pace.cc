#include "border/heap_pace.h"

#include <thread>

#include "harness.h"

using namespace caio;

namespace {

constexpr size_t kLong = 1 << 20;

void report_each(HeapPace& pace, std::chrono::nanoseconds each_byte, int times) {
  for (int i = 0; i < times; ++i) pace.report(kLong, each_byte * kLong);
}

int outside_of(HeapPace& pace, int texts) {
  int outside = 0;
  for (int i = 0; i < texts; ++i) outside += pace.is_dear_for(kLong) ? 1 : 0;
  return outside;
}

}  // namespace

TEST_CASE("a text is made in the heap before it is known to be dear there") {
  HeapPace pace;
  CHECK_FALSE(pace.is_dear_for(kLong));
  CHECK(pace.is_dear_for(HeapPace::kLargeText));
}

TEST_CASE("texts stay outside of a heap whose pages are dear, but for one in many that tries it anew") {
  HeapPace pace;
  report_each(pace, std::chrono::nanoseconds(5), 3);
  CHECK(outside_of(pace, 2560) == 2550);
  CHECK_FALSE(pace.is_dear_for(128 * 1024));
}

TEST_CASE("one text that took long, as where a collection came between, keeps none outside") {
  HeapPace pace;
  pace.report(kLong, std::chrono::seconds(1));
  CHECK(outside_of(pace, 1000) == 0);
}

TEST_CASE("texts come into the heap again when that has become cheap") {
  HeapPace pace;
  report_each(pace, std::chrono::nanoseconds(5), 3);
  REQUIRE(pace.is_dear_for(kLong));
  report_each(pace, std::chrono::nanoseconds(0), 3);
  CHECK(outside_of(pace, 1000) == 0);
}

TEST_CASE("what short texts take says nothing of long ones") {
  HeapPace pace;
  for (int i = 0; i < 8; ++i) {
    const auto slowly = [] { return std::this_thread::sleep_for(std::chrono::milliseconds(1)), 7; };
    CHECK(pace.timed(1024, slowly) == 7);
  }
  CHECK_FALSE(pace.is_dear_for(kLong));
}
