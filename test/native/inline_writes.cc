#include <cstring>
#include <fstream>

#include "harness.h"
#include "system/platform.h"

using namespace caio;
using namespace caio::testing;

namespace {

constexpr int32_t kBuffered = Traits::kRegular | Traits::kLocal | Traits::kReadNowait | Traits::kWriteBuffered;

uint64_t hits(const TestEngine& engine) { return engine.counted(Opcode::kWrite, Route::kTryNowHit); }

std::vector<Configuration> with_try_now() {
#if !CAIO_LINUX
  MESSAGE("skipped: the portable build never writes at once");
  return {};
#endif
  auto all = configurations();
  std::erase_if(all, [](const Configuration& configuration) { return !configuration.try_now; });
  return all;
}

// A sysctl that is what it was before when its owner goes.
class Sysctl {
 public:
  explicit Sysctl(const char* path) : path_(path) { std::getline(std::ifstream(path_), before_); }
  ~Sysctl() { set(before_); }
  bool set(const std::string& value) const {
    std::ofstream file(path_);
    file << value << std::flush;
    return file.good();
  }

 private:
  const std::string path_;
  std::string before_;
};

}  // namespace

TEST_CASE("a buffered write of whole pages is made at once while few pages are dirty") {
  for (const auto& configuration : with_try_now()) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration);
    std::string page(4096, 'i');
    for (int i = 0; i < 100; ++i) {
      CHECK(engine.run(Opcode::kWrite, transfer(file.get(), page.data(), page.size(), i * 4096, kBuffered)) == 4096);
    }
    CHECK(hits(engine) > 0);  // not all: on a busy machine one slow write opens the breaker
  }
}

TEST_CASE("no write is made at once while the kernel is near making writers wait") {
  Sysctl background("/proc/sys/vm/dirty_background_bytes");
  Sysctl foreground("/proc/sys/vm/dirty_bytes");
  Sysctl background_ratio("/proc/sys/vm/dirty_background_ratio");
  Sysctl foreground_ratio("/proc/sys/vm/dirty_ratio");
  if (!background.set("16384") || !foreground.set("32768")) {
    MESSAGE("skipped: vm.dirty_bytes cannot be set here");
    return;
  }
  for (const auto& configuration : with_try_now()) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration);
    std::string page(4096, 'i');
    for (int i = 0; i < 20; ++i) {
      CHECK(engine.run(Opcode::kWrite, transfer(file.get(), page.data(), page.size(), i * 4096, kBuffered)) == 4096);
    }
    CHECK(hits(engine) == 0);
  }
}

TEST_CASE("a log's appends are made at once, and end up whole and in order") {
  for (const auto& configuration : with_try_now()) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "log", O_WRONLY | O_CREAT | O_APPEND);
    TestEngine engine(configuration);
    std::string expected;
    for (int i = 0; i < 500; ++i) {
      std::string line = "line " + std::to_string(i) + "\n";
      expected += line;
      CHECK(engine.run(Opcode::kWrite, transfer(file.get(), line.data(), line.size(), -1,
                                                kBuffered | Traits::kAppend)) == static_cast<Result>(line.size()));
    }
    CHECK(hits(engine) > 0);
    std::string found(expected.size(), '\0');
    const FileDescriptor reader = open_file(folder / "log", O_RDONLY);
    CHECK(::read(reader.get(), found.data(), found.size()) == static_cast<ssize_t>(found.size()));
    CHECK(found == expected);
  }
}

TEST_CASE("a part of a page that is not in memory is written by a worker") {
  for (const auto& configuration : with_try_now()) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    std::string pages(64 * 4096, 'd');
    REQUIRE(::pwrite(file.get(), pages.data(), pages.size(), 0) == static_cast<ssize_t>(pages.size()));
    REQUIRE(::fsync(file.get()) == 0);
    REQUIRE(::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
    TestEngine engine(configuration);
    char word[] = "word";
    CHECK(engine.run(Opcode::kWrite, transfer(file.get(), word, 4, 20 * 4096 + 100, kBuffered)) == 4);
    CHECK(hits(engine) == 0);
    CHECK(engine.run(Opcode::kWrite, transfer(file.get(), word, 4, 20 * 4096 + 200, kBuffered)) == 4);
    CHECK(hits(engine) == 1);
  }
}

TEST_CASE("while a write of the same descriptor is on its way, none is made at once") {
  for (const auto& configuration : with_try_now()) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration);
    std::string large(8 << 20, 'l');
    std::string page(4096, 's');
    engine.start(Opcode::kWrite, transfer(file.get(), large.data(), large.size(), 0, kBuffered));
    engine.start(Opcode::kWrite, transfer(file.get(), page.data(), page.size(), 16 << 20, kBuffered));
    CHECK(hits(engine) == 0);
    engine.drain();
    CHECK(engine.run(Opcode::kWrite, transfer(file.get(), page.data(), page.size(), 0, kBuffered)) == 4096);
    CHECK(hits(engine) == 1);
  }
}
