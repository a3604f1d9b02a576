#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "harness.h"
#include "system/stat.h"

using namespace caio;
using namespace caio::testing;

namespace {

std::string read_back(const FileDescriptor& file, size_t size) {
  std::string contents(size, '\0');
  const ssize_t count = ::pread(file.get(), contents.data(), size, 0);
  contents.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return contents;
}

// No file of this process grows beyond the limit while this lives (setrlimit(2): SIGXFSZ, or EFBIG without it).
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit lower{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lower);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("writes that come together land where they belong, in whatever order they come") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration, 256);
    std::mt19937 random(7);
    constexpr size_t kBlocks = 200;
    std::vector<std::string> blocks(kBlocks);
    for (int round = 0; round < 10; ++round) {
      engine.unsettled = kMany;
      std::vector<size_t> order(kBlocks);
      std::iota(order.begin(), order.end(), 0);
      if (round % 2 == 1) std::shuffle(order.begin(), order.end(), random);
      for (size_t i = 0; i < kBlocks; ++i) blocks[i] = std::string(kBlock, static_cast<char>('a' + (i + round) % 26));
      std::vector<int64_t> tickets;
      for (const size_t at : order)
        tickets.push_back(engine.start(
            Opcode::kWrite, transfer(file.get(), blocks[at].data(), kBlock, static_cast<int64_t>(at * kBlock),
                                     static_cast<int32_t>(describe(file.get())))));
      engine.drain();
      for (const int64_t ticket : tickets) CHECK(engine.results.at(ticket) == kBlock);
      const std::string all = std::accumulate(blocks.begin(), blocks.end(), std::string());
      CHECK(read_back(file, all.size() + 1) == all);
    }
  }
}

TEST_CASE("of writes that came together and did not all fit, each says what became of it") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration, 64);
    std::string block(kBlock, 'x');
    std::vector<int64_t> tickets;
    {
      const FileSizeLimit limit(5 * kBlock + 100);
      engine.unsettled = 1;
      for (int64_t i = 0; i < 8; ++i)
        tickets.push_back(engine.start(Opcode::kWrite, transfer(file.get(), block.data(), kBlock, i * 4096,
                                                                static_cast<int32_t>(describe(file.get())))));
      engine.drain();
    }
    for (int i = 0; i < 5; ++i) CHECK(engine.results.at(tickets[static_cast<size_t>(i)]) == kBlock);
    CHECK(engine.results.at(tickets[5]) == 100);
    for (int i = 6; i < 8; ++i) CHECK(engine.results.at(tickets[static_cast<size_t>(i)]) == -EFBIG);
    CHECK(read_back(file, 8 * kBlock).size() == 5 * kBlock + 100);
  }
}

TEST_CASE("gathered writes can be cancelled, and an engine ends with them undone") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    std::string block(kBlock, 'x');
    for (const bool ends : {false, true}) {
      TestEngine engine(configuration, 64);
      engine.unsettled = 1;
      std::vector<int64_t> tickets;
      for (int64_t i = 0; i < 20; ++i)
        tickets.push_back(engine.start(Opcode::kWrite, transfer(file.get(), block.data(), kBlock, i * 4096,
                                                                static_cast<int32_t>(describe(file.get())))));
      if (ends) {
        engine.engine->stop();
        continue;
      }
      for (const int64_t ticket : tickets)
        if (!engine.has(ticket)) engine.engine->cancel(ticket);
      engine.drain();
      for (const int64_t ticket : tickets) {
        const Result result = engine.results.at(ticket);
        CHECK((result == static_cast<Result>(kBlock) || result == -ECANCELED));
      }
    }
  }
}

TEST_CASE("writes that continue none are shared, and wait for whatever holds their file") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    const auto traits = static_cast<int32_t>(describe(file.get()));
    TestEngine engine(configuration, 64);
    constexpr size_t kBlocks = 300;
    std::vector<std::string> blocks(kBlocks);
    for (int round = 0; round < 4; ++round) {
      engine.unsettled = kMany;
      std::vector<int64_t> tickets;
      std::vector<int64_t> syncs;
      for (size_t i = 0; i < kBlocks; ++i) {
        // Backwards, every second one vectored, and some that begin and end within a page.
        const size_t at = kBlocks - 1 - i;
        const size_t length = i % 3 == 0 ? kBlock - 7 : kBlock;
        blocks[at] = std::string(length, static_cast<char>('a' + (i + static_cast<size_t>(round)) % 26));
        const auto offset = static_cast<int64_t>(at * 2 * kBlock + i % 3);
        tickets.push_back(engine.start(i % 2 == 0 ? Opcode::kWrite : Opcode::kWritev, [&](Operation& operation) {
          operation.fd = file.get();
          operation.traits = traits;
          operation.offset = offset;
          operation.data = blocks[at].data();
          operation.length = length;
          if (operation.opcode == Opcode::kWritev) operation.vectors = {{blocks[at].data(), length}};
        }));
        if (i % 50 == 49) {
          syncs.push_back(engine.start(Opcode::kFdatasync, [&](Operation& operation) { operation.fd = file.get(); }));
          engine.turn(0);
        }
      }
      engine.drain();
      for (const int64_t sync : syncs) CHECK(engine.results.at(sync) == 0);
      for (size_t i = 0; i < kBlocks; ++i) {
        const size_t at = kBlocks - 1 - i;
        CHECK(engine.results.at(tickets[i]) == static_cast<Result>(blocks[at].size()));
        std::string found(blocks[at].size(), '\0');
        CHECK(::pread(file.get(), found.data(), found.size(), static_cast<off_t>(at * 2 * kBlock + i % 3)) ==
              static_cast<ssize_t>(found.size()));
        CHECK(found == blocks[at]);
      }
    }
  }
}
