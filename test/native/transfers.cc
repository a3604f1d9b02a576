#include <algorithm>
#include <cstring>
#include <functional>

#include "harness.h"

using namespace caio;
using namespace caio::testing;

namespace {

Route route_of_direct_transfers(const Configuration& configuration) {
  return configuration.kind == Kind::kUring ? Route::kRing : Route::kIoSubmit;
}

// Wherever the kernel has an asynchronous interface, with a file that is open for direct transfers.
void on_each_asynchronous(const std::function<void(const Configuration&, int fd)>& body) {
  for (const auto& configuration : configurations()) {
    if (configuration.kind == Kind::kThread) continue;
    Folder folder;
    const FileDescriptor file = open_file(folder / "file", O_RDWR | O_CREAT | O_DIRECT);
    body(configuration, file.get());
  }
}

}  // namespace

TEST_CASE("what was written is read back, whole, at its offset") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration);
    std::string out(100'000, 'x');
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(i * 7);
    CHECK(engine.run(Opcode::kWrite, transfer(file.get(), out.data(), out.size(), 4096)) == 100'000);
    std::string in(out.size(), '\0');
    CHECK(engine.run(Opcode::kRead, transfer(file.get(), in.data(), in.size(), 4096)) == 100'000);
    CHECK(in == out);
  }
}

TEST_CASE("a read that crosses the end of the file is short, one beyond it is empty") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    REQUIRE(::write(file.get(), "0123456789", 10) == 10);
    TestEngine engine(configuration);
    char in[64];
    CHECK(engine.run(Opcode::kRead, transfer(file.get(), in, sizeof in, 4)) == 6);
    CHECK(std::memcmp(in, "456789", 6) == 0);
    CHECK(engine.run(Opcode::kRead, transfer(file.get(), in, sizeof in, 10)) == 0);
    CHECK(engine.run(Opcode::kRead, transfer(file.get(), in, sizeof in, int64_t{1} << 40)) == 0);
  }
}

TEST_CASE("vectors are filled and written in order, partial tails included") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration);
    char a[] = "one ";
    char b[] = "two ";
    char c[] = "three";
    const auto vectors = [&](Operation& operation) {
      operation.fd = file.get();
      operation.offset = 2;
      operation.vectors = {{a, 4}, {b, 4}, {c, 5}};
    };
    CHECK(engine.run(Opcode::kWritev, vectors) == 13);
    std::memset(a, 0, 4);
    std::memset(b, 0, 4);
    std::memset(c, 0, 5);
    REQUIRE(::ftruncate(file.get(), 12) == 0);
    CHECK(engine.run(Opcode::kReadv, vectors) == 10);
    CHECK(std::string(a, 4) + std::string(b, 4) + std::string(c, 2) == "one two th");
  }
}

TEST_CASE("one bad descriptor does not fail its neighbours of the batch") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file", O_RDWR | O_CREAT | O_DIRECT);
    alignas(4096) static char block[4096];
    REQUIRE(::pwrite(file.get(), block, sizeof block, 0) == sizeof block);
    TestEngine engine(configuration);
    std::vector<int64_t> good;
    std::vector<int64_t> bad;
    std::vector<std::string> memory;
    for (int i = 0; i < 6; ++i) {
      alignas(4096) static char blocks[6][4096];
      good.push_back(engine.start(Opcode::kRead, transfer(file.get(), blocks[i], 4096, 0)));
      bad.push_back(
          engine.start(Opcode::kRead, transfer(1'000'000, blocks[i], 4096, 0, Traits::kRegular | Traits::kDirect)));
    }
    engine.drain();
    for (const int64_t ticket : good) CHECK(engine.results.at(ticket) == 4096);
    for (const int64_t ticket : bad) CHECK(engine.results.at(ticket) == -EBADF);
  }
}

TEST_CASE("more operations than max_requests wait, and none fails") {
  FOR_EACH_CONFIGURATION(configuration) {
    for (const unsigned most : {1u, 3u, 8u}) {
      Folder folder;
      const FileDescriptor file = open_file(folder / "file");
      TestEngine engine(configuration, most, 2);
      std::vector<char> bytes(2000);
      for (size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(i);
        engine.start(Opcode::kWrite, transfer(file.get(), &bytes[i], 1, static_cast<int64_t>(i)));
        if (i % 64 == 0) engine.turn(0);
      }
      engine.drain();
      std::vector<char> in(bytes.size());
      REQUIRE(::pread(file.get(), in.data(), in.size(), 0) == static_cast<ssize_t>(in.size()));
      CHECK(in == bytes);
    }
  }
}

TEST_CASE("a direct transfer goes to the kernel's asynchronous interface, not to the pool") {
  on_each_asynchronous([](const Configuration& configuration, int fd) {
    alignas(4096) static char block[8192];
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kWrite, transfer(fd, block, sizeof block, 0)) == 8192);
    CHECK(engine.run(Opcode::kRead, transfer(fd, block, 4096, 4096)) == 4096);
    const Route route = route_of_direct_transfers(configuration);
    for (const Opcode opcode : {Opcode::kRead, Opcode::kWrite}) {
      CHECK(engine.counted(opcode, route) == 1);
      CHECK(engine.counted(opcode, Route::kPool) == 0);
    }
  });
}

// Of io_uring, its own workers would do it.
TEST_CASE("syncs go to kernel AIO, but the first few to the pool, unless there is a context") {
  on_each_asynchronous([](const Configuration& configuration, int fd) {
    alignas(4096) static char block[4096];
    const auto sync = [&](Operation& operation) { operation.fd = fd; };
    constexpr size_t kFew = 16;
    TestEngine engine(configuration);
    for (size_t i = 0; i < kFew + 2; ++i)
      REQUIRE(engine.run(i % 2 == 0 ? Opcode::kFsync : Opcode::kFdatasync, sync) == 0);
    const auto syncs = [](const TestEngine& of, Route route) {
      return of.counted(Opcode::kFsync, route) + of.counted(Opcode::kFdatasync, route);
    };
    CHECK(syncs(engine, Route::kPool) == kFew);
    CHECK(syncs(engine, Route::kIoSubmit) == 2);
    if (configuration.kind == Kind::kUring) return;
    TestEngine other(configuration);
    REQUIRE(other.run(Opcode::kWrite, transfer(fd, block, sizeof block, 0)) == sizeof block);
    REQUIRE(other.run(Opcode::kFsync, sync) == 0);
    CHECK(syncs(other, Route::kIoSubmit) == 1);
  });
}

TEST_CASE("a device that has nothing to do gets a transfer at once, then as many as it has, up to eight; syncs wait") {
  on_each_asynchronous([](const Configuration& configuration, int fd) {
    alignas(4096) static char block[4096];
    TestEngine engine(configuration);
    const Route route = route_of_direct_transfers(configuration);
    const auto sent = [&](Opcode opcode) {
      return engine.counted(opcode, opcode == Opcode::kFsync ? Route::kPool : route);
    };
    const auto sync = [&](Operation& operation) { operation.fd = fd; };
    engine.start(Opcode::kFsync, sync);
    CHECK(sent(Opcode::kFsync) == 0);
    engine.drain();
    CHECK(sent(Opcode::kFsync) == 1);
    for (const size_t expected : {1, 1, 3, 3, 3, 3, 7, 7, 7, 7, 7, 7, 7, 7, 15}) {
      engine.start(Opcode::kRead, transfer(fd, block, sizeof block, 0));
      CHECK(sent(Opcode::kRead) == expected);
    }
    engine.drain();
  });
}

TEST_CASE("an unaligned direct read fails with EINVAL, as read(2) does") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file", O_RDWR | O_CREAT | O_DIRECT);
    alignas(4096) static char block[8192];
    REQUIRE(::pwrite(file.get(), block, 8192, 0) == 8192);
    TestEngine engine(configuration);
    const bool plain_refuses = ::pread(file.get(), block + 1, 100, 3) == -1 && errno == EINVAL;
    const Result result = engine.run(Opcode::kRead, transfer(file.get(), block + 1, 100, 3));
    CHECK((result == -EINVAL) == plain_refuses);
  }
}

TEST_CASE("reads beyond 4 GiB reach their offset") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "sparse");
    TestEngine engine(configuration);
    char out[] = "far";
    CHECK(engine.run(Opcode::kWrite, transfer(file.get(), out, 3, int64_t{5} << 30)) == 3);
    char in[3] = {};
    CHECK(engine.run(Opcode::kRead, transfer(file.get(), in, 3, int64_t{5} << 30)) == 3);
    CHECK(std::memcmp(in, "far", 3) == 0);
  }
}

TEST_CASE("a cold file, evicted from the cache, is read whole") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    std::string out(1 << 20, 'y');
    REQUIRE(::pwrite(file.get(), out.data(), out.size(), 0) == static_cast<ssize_t>(out.size()));
    REQUIRE(::fsync(file.get()) == 0);
    REQUIRE(::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
    const auto traits = static_cast<int32_t>(Traits::kRegular | Traits::kReadNowait | Traits::kLocal);
    TestEngine engine(configuration);
    std::string in(out.size(), '\0');
    for (size_t at = 0; at < in.size(); at += 65536) {
      engine.start(Opcode::kRead, transfer(file.get(), in.data() + at, 65536, static_cast<int64_t>(at), traits));
    }
    engine.drain();
    for (const auto& [ticket, result] : engine.results) CHECK(result == 65536);
    CHECK(in == out);
  }
}

TEST_CASE("vectors of which the end alone is cold are filled in order") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    constexpr size_t kHalf = 65536;
    std::string out(2 * kHalf, '\0');
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(i * 7 + i / 256);
    for (const size_t at : {size_t{0}, kHalf})
      REQUIRE(::pwrite(file.get(), out.data() + at, kHalf, static_cast<off_t>(at)) == static_cast<ssize_t>(kHalf));
    REQUIRE(::fsync(file.get()) == 0);
    REQUIRE(::posix_fadvise(file.get(), kHalf, kHalf, POSIX_FADV_DONTNEED) == 0);
    TestEngine engine(configuration);
    std::string in(out.size() - 300, '\0');
    const auto vectors = [&](Operation& operation) {
      operation.fd = file.get();
      operation.offset = 300;
      operation.vectors = {{in.data(), 1000}, {in.data() + 1000, in.size() - 1000}};
      operation.traits = Traits::kRegular | Traits::kReadNowait | Traits::kLocal;
    };
    CHECK(engine.run(Opcode::kReadv, vectors) == static_cast<Result>(in.size()));
    CHECK((in == out.substr(300)));
  }
}

TEST_CASE("vectors that were begun before a backend has them go on where they were left") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file", O_RDWR | O_CREAT | O_DIRECT);
    alignas(kBlock) static char blocks[4 * kBlock];
    for (size_t i = 0; i < sizeof blocks; ++i) blocks[i] = static_cast<char>('a' + i / kBlock);
    const std::string out(blocks, sizeof blocks);
    REQUIRE(::pwrite(file.get(), blocks, kBlock, 0) == kBlock);
    TestEngine engine(configuration);
    const auto vectors = [&](Operation& operation) {
      operation.fd = file.get();
      operation.offset = 0;
      operation.done = kBlock;
      operation.vectors = {{blocks, 2 * kBlock}, {blocks + 2 * kBlock, 2 * kBlock}};
      operation.traits = Traits::kRegular | Traits::kDirect | Traits::kLocal;
    };
    CHECK(engine.run(Opcode::kWritev, vectors) == sizeof blocks);
    std::memset(blocks + kBlock, 0, sizeof blocks - kBlock);
    CHECK(engine.run(Opcode::kReadv, vectors) == sizeof blocks);
    CHECK((std::string(blocks, sizeof blocks) == out));
    std::memset(blocks, 0, sizeof blocks);
    REQUIRE(::pread(file.get(), blocks, sizeof blocks, 0) == sizeof blocks);
    CHECK((std::string(blocks, sizeof blocks) == out));
  }
}
