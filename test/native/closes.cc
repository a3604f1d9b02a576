// Which closes are made at once: those that write nothing back and free nothing.

#include "system/platform.h"

#if CAIO_LINUX

#include "harness.h"

using namespace caio;
using namespace caio::testing;

namespace {

constexpr size_t kLarge = 2 << 20;

}  // namespace

TEST_CASE("what was written is closed at once, unless that may write it back or free it") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "contents");
    make_file(folder / "large", std::string(kLarge, 'x'));
    make_file(folder / "unlinked", "contents");
    TestEngine engine(configuration);
    const auto opened = [&](const char* name, int flags) {
      const Result result = engine.run(Opcode::kOpen, at_path(folder / name, flags, 0600));
      REQUIRE(result >= 0);
      return result;
    };
    const auto hits_after_closing = [&](Result result, int32_t without = 0) {
      const auto close = [&](Operation& operation) {
        operation.fd = static_cast<int>(result % kTraitsShift);
        operation.traits = static_cast<int32_t>(result / kTraitsShift) & ~without;
      };
      CHECK(engine.run(Opcode::kClose, close) == 0);
      return engine.counted(Opcode::kClose, Route::kTryNowHit);
    };
    const Result first = opened("file", O_RDWR);
    if ((first / kTraitsShift & Traits::kClosesDry) == 0) {
      MESSAGE("skipped: the folder's file system may write a file back when it is closed");
      hits_after_closing(first);
      continue;
    }
    const uint64_t hits = configuration.try_now ? 3 : 0;
    hits_after_closing(first);
    hits_after_closing(opened("file", O_WRONLY | O_APPEND | O_CREAT));
    CHECK(hits_after_closing(opened("new", O_RDWR | O_CREAT)) == hits);
    // It was cut to nothing, by its open or since then.
    CHECK(hits_after_closing(opened("file", O_WRONLY | O_CREAT | O_TRUNC)) == hits);
    CHECK(hits_after_closing(opened("file", O_RDWR), Traits::kClosesDry) == hits);
    // There is much that could have to be written, or be freed.
    CHECK(hits_after_closing(opened("large", O_RDWR)) == hits);
    const Result unlinked = opened("unlinked", O_RDWR);
    std::filesystem::remove(folder / "unlinked");
    CHECK(hits_after_closing(unlinked) == hits);
  }
}

#endif
