#include <algorithm>
#include <fstream>

#include "harness.h"
#include "system/call_batch.h"
#include "system/stat.h"
#include "system/warm_memory.h"

using namespace caio;
using namespace caio::testing;

namespace {

std::string pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

uint64_t hits(const TestEngine& engine, Opcode opcode) { return engine.counted(opcode, Route::kTryNowHit); }

}  // namespace

TEST_CASE("whole files that are read together are what they are alone") {
  // About the size of what is read without asking how large the file is, and of what is read at all.
  constexpr size_t kPiece = 32 * 1024;
  const size_t sizes[] = {0, 1, kBlock, kPiece - 2, kPiece - 1, kPiece, kPiece + 1, 100'000, 256 * 1024, 300'000};
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (const size_t size : sizes) make_file(folder / std::to_string(size), pattern(size));
    REQUIRE(::mkdir((folder / "directory").c_str(), 0777) == 0);
    for (int round = 0; round < 20; ++round) {
      TestEngine engine(configuration, 256);
      engine.unsettled = 1;
      std::map<int64_t, size_t> expected;
      for (int i = 0; i < 3; ++i) {
        for (const size_t size : sizes) {
          expected[engine.start(Opcode::kReadFile, at_path(folder / std::to_string(size)))] = size;
        }
      }
      const int64_t missing = engine.start(Opcode::kReadFile, at_path(folder / "missing"));
      const int64_t directory = engine.start(Opcode::kReadFile, at_path(folder / "directory"));
      engine.drain();
      CHECK(engine.results.at(missing) == failure(Step::kOpen, -ENOENT));
      CHECK(engine.results.at(directory) == failure(Step::kRead, -EISDIR));
      for (const auto& [ticket, size] : expected) {
        const Result result = engine.results.at(ticket);
        if (size > 0 && size <= 256 * 1024) {
          CHECK(result == static_cast<Result>(size));
          CHECK(engine.bytes.at(ticket) == pattern(size));
        } else {
          // Only opened: a descriptor, at the beginning of its file.
          const FileDescriptor file(static_cast<int>(result % kTraitsShift));
          CHECK(::lseek(file.get(), 0, SEEK_CUR) == 0);
          CHECK((::fcntl(file.get(), F_GETFL) & O_NONBLOCK) == 0);
        }
      }
    }
  }
}

TEST_CASE("a file that grows while files are read together is never half of one size") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    TestEngine engine(configuration, 256);
    engine.unsettled = 1;
    for (int round = 0; round < 50; ++round) {
      const size_t size = 1000 + static_cast<size_t>(round) * 700;
      make_file(folder / "file", pattern(size));
      std::vector<int64_t> reads;
      for (int i = 0; i < 20; ++i) reads.push_back(engine.start(Opcode::kReadFile, at_path(folder / "file")));
      engine.drain();
      for (const int64_t ticket : reads) CHECK(engine.bytes.at(ticket) == pattern(size));
    }
  }
}

TEST_CASE("reads that come with others are shared, and are what they are alone") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const std::string bytes = pattern(100 * kBlock + 123);
    make_file(folder / "file", bytes);
    const FileDescriptor file = open_file(folder / "file", O_RDONLY);
    const auto traits = static_cast<int32_t>(describe(file.get()));
    TestEngine engine(configuration, 64);
    engine.unsettled = kMany;
    struct Read {
      size_t offset;
      std::string into;
    };
    // More than max_requests, beyond the end, across it, and of no length.
    std::vector<Read> reads;
    for (size_t i = 0; i < 200; ++i) reads.push_back({i * 37 % 103 * kBlock, std::string(kBlock, '?')});
    reads.push_back({bytes.size() - 10, std::string(100, '?')});
    reads.push_back({bytes.size(), std::string(100, '?')});
    reads.push_back({0, std::string()});
    reads.push_back({17, std::string(64 * 1024, '?')});
    std::vector<int64_t> tickets;
    const uint64_t before = hits(engine, Opcode::kRead);
    for (Read& read : reads) {
      tickets.push_back(engine.start(Opcode::kRead, transfer(file.get(), read.into.data(), read.into.size(),
                                                             static_cast<int64_t>(read.offset), traits)));
    }
    const bool shared = engine.engine->shares_transfers() && (traits & (Traits::kReadNowait | Traits::kMemory)) != 0 &&
                        TryNow::knows(Opcode::kRead);
    if (shared) {
      CHECK(std::ranges::none_of(tickets, [&](int64_t ticket) { return engine.has(ticket); }));
    }
    engine.drain();
    for (size_t i = 0; i < reads.size(); ++i) {
      const size_t begin = std::min(reads[i].offset, bytes.size());
      const std::string expected = bytes.substr(begin, reads[i].into.size());
      CHECK(engine.results.at(tickets[i]) == static_cast<Result>(expected.size()));
      CHECK(reads[i].into.compare(0, expected.size(), expected) == 0);
    }
    // What has no length goes to read(2), on the pool.
    if (shared) CHECK(hits(engine, Opcode::kRead) == before + reads.size() - 1);
  }
}

TEST_CASE("shared reads of a closed descriptor, or one that only writes, fail as others do") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", pattern(kBlock));
    const FileDescriptor writes = open_file(folder / "file", O_WRONLY);
    const FileDescriptor reads = open_file(folder / "file", O_RDONLY);
    const auto traits = static_cast<int32_t>(describe(reads.get()));
    TestEngine engine(configuration, 64);
    engine.unsettled = kMany;
    std::vector<std::string> into(10, std::string(kBlock, '?'));
    std::vector<int64_t> tickets;
    for (std::string& block : into) {
      tickets.push_back(engine.start(Opcode::kRead, transfer(writes.get(), block.data(), kBlock, 0, traits)));
      tickets.push_back(engine.start(Opcode::kRead, transfer(reads.get(), block.data(), kBlock, 0, traits)));
    }
    engine.drain();
    for (size_t i = 0; i < tickets.size(); ++i)
      CHECK(engine.results.at(tickets[i]) == (i % 2 == 0 ? -EBADF : static_cast<Result>(kBlock)));
  }
}

TEST_CASE("shared reads can be cancelled, and end with their engine") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", pattern(kBlock));
    const FileDescriptor file = open_file(folder / "file", O_RDONLY);
    const auto traits = static_cast<int32_t>(describe(file.get()));
    TestEngine engine(configuration, 64);
    engine.unsettled = kMany;
    std::vector<std::string> into(20, std::string(kBlock, '?'));
    std::vector<int64_t> tickets;
    for (size_t i = 0; i < 10; ++i)
      tickets.push_back(engine.start(Opcode::kRead, transfer(file.get(), into[i].data(), kBlock, 0, traits)));
    for (const int64_t ticket : tickets) engine.engine->cancel(ticket);
    engine.drain();
    for (const int64_t ticket : tickets) {
      const Result result = engine.results.at(ticket);
      CHECK((result == -ECANCELED || result == static_cast<Result>(kBlock)));
    }
    for (size_t i = 10; i < 20; ++i)
      engine.start(Opcode::kRead, transfer(file.get(), into[i].data(), kBlock, 0, traits));
    engine.engine->stop();
  }
}

#if CAIO_LINUX

TEST_CASE("calls that are made together return what each would alone") {
  CallBatch calls;
  if (!calls.available()) {
    MESSAGE("skipped: no ring is to be had");
    return;
  }
  Folder folder;
  make_file(folder / "file", "contents");
  constexpr raw::OpenHow kHow{O_RDONLY | O_CLOEXEC, 0, 0x20};
  for (int round = 0; round < 100; ++round) {
    const std::string present = folder / "file";
    calls.open(present.c_str(), kHow);
    const std::string missing = folder / "missing";
    REQUIRE(::access(missing.c_str(), F_OK) != 0);  // the kernel remembers that there is none
    calls.open(missing.c_str(), kHow);
    const auto opened = calls.run();
    REQUIRE(opened.size() == 2);
    CHECK(opened[1] == -ENOENT);
    const int fd = opened[0];
    REQUIRE(fd >= 0);
    char into[16] = {};
    calls.read(fd, into, sizeof into, CallBatch::kAtCursor);
    calls.read(fd, into + 15, 1, CallBatch::kAtCursor);
    calls.read(fd, into + 8, 3, 2);
    calls.close(fd);
    calls.close(fd);
    const auto done = calls.run();
    REQUIRE(done.size() == 5);
    CHECK(done[0] == 8);
    CHECK(done[1] == 0);
    CHECK(done[2] == 3);
    CHECK(done[3] == 0);
    CHECK(done[4] == -EBADF);
    CHECK(std::string(into) == "contentsnte");
  }
  CHECK(calls.run().empty());
}

TEST_CASE("memory that was given back is given out again, and never more than there is") {
  for (const size_t size : {size_t{1}, size_t{1023}, size_t{1024}, size_t{1025}, size_t{64 * 1024}, size_t{70'000}}) {
    std::vector<Bytes> blocks;
    for (int i = 0; i < 100; ++i) {
      Bytes bytes = warm_bytes(size);
      REQUIRE(bytes.size() == size);
      REQUIRE(bytes.capacity() >= size);
      std::fill_n(bytes.data(), bytes.capacity(), 'x');
      blocks.push_back(std::move(bytes));
    }
    std::ranges::sort(blocks, {}, &Bytes::data);
    CHECK(std::ranges::adjacent_find(blocks, {}, &Bytes::data) == blocks.end());
    for (Bytes& bytes : blocks) {
      // As what was read may turn out to be shorter.
      bytes.shrink(size / 2);
      give_back(bytes);
    }
  }
}

#endif
