#include "backends/shared_batch.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness.h"

using namespace caio;
using namespace caio::testing;

namespace {

constexpr int kFiles = 50;

std::string name_of(int index) { return "file-" + std::to_string(index % kFiles); }

void make_files(const Folder& folder) {
  for (int i = 0; i < kFiles; ++i) std::ofstream(folder / name_of(i)) << std::string(static_cast<size_t>(i), 'x');
}

}  // namespace

TEST_CASE("an operation that comes alone is done at once, one that comes with others is shared") {
  FOR_EACH_CONFIGURATION(configuration) {
    if (!configuration.try_now || !TryNow::knows(Opcode::kStat)) continue;
    Folder folder;
    make_files(folder);
    TestEngine engine(configuration);
    engine.engine->turn();
    const int64_t alone = engine.start(Opcode::kStat, at_path(folder / name_of(0)));
    CHECK(engine.has(alone));
    engine.unsettled = 1;
    const int64_t second = engine.start(Opcode::kStat, at_path(folder / name_of(1)));
    engine.unsettled = 0;
    const int64_t third = engine.start(Opcode::kStat, at_path(folder / name_of(2)));
    CHECK_FALSE(engine.has(second));
    CHECK_FALSE(engine.has(third));
    engine.drain();
    CHECK(engine.results.at(second) == 0);
    CHECK(engine.results.at(third) == 0);
    engine.engine->turn();
    CHECK(engine.has(engine.start(Opcode::kStat, at_path(folder / name_of(3)))));
  }
}

TEST_CASE("what follows an operation that waits for its turn of the loop is shared") {
  FOR_EACH_CONFIGURATION(configuration) {
    if (!configuration.try_now || !TryNow::knows(Opcode::kStat)) continue;
    Folder folder;
    make_files(folder);
    TestEngine engine(configuration);
    engine.engine->turn();
    engine.start(Opcode::kStat, at_path(folder / name_of(0)));
    std::this_thread::sleep_for(std::chrono::milliseconds(3));  // more than a turn's budget
    std::vector<const Operation*> late;
    for (int i = 1; i <= 3; ++i) {
      engine.start(Opcode::kStat, [&](Operation& operation) {
        at_path(folder / name_of(i))(operation);
        late.push_back(&operation);
      });
    }
    CHECK(late[0]->state == OperationState::kPostponed);
    CHECK(late[1]->state == OperationState::kShared);
    CHECK(late[2]->state == OperationState::kShared);
    engine.drain();
    CHECK(std::ranges::all_of(engine.results, [](const auto& ended) { return ended.second == 0; }));
  }
}

TEST_CASE("what takes some µs is worth a second thread by itself") {
  const auto is_long = [](Opcode opcode, size_t length) {
    Operation operation;
    operation.opcode = opcode;
    operation.length = length;
    return SharedBatch::is_long(operation);
  };
  CHECK(is_long(Opcode::kReaddir, 0));
  CHECK(is_long(Opcode::kRead, 64 * 1024));
  CHECK_FALSE(is_long(Opcode::kRead, 64 * 1024 - 1));
  CHECK(is_long(Opcode::kWriteFile, 32 * 1024));
  CHECK_FALSE(is_long(Opcode::kWriteFile, 32 * 1024 - 1));
  CHECK_FALSE(is_long(Opcode::kStat, 0));
}

TEST_CASE("large reads that come together are shared, and whole") {
  constexpr size_t kLength = 256 * 1024;
  FOR_EACH_CONFIGURATION(configuration) {
    if (!configuration.try_now || !TryNow::knows(Opcode::kRead)) continue;
    Folder folder;
    std::string contents(8 * kLength, 'x');
    for (size_t i = 0; i < contents.size(); i += 511) contents[i] = static_cast<char>('a' + i % 26);
    std::ofstream(folder / "large") << contents;
    const FileDescriptor file(::open((folder / "large").c_str(), O_RDONLY | O_CLOEXEC));
    TestEngine engine(configuration);
    std::string read(contents.size(), ' ');
    engine.unsettled = 1;
    for (size_t at = 0; at < contents.size(); at += kLength)
      engine.start(Opcode::kRead, [&](Operation& operation) {
        operation.fd = file.get();
        operation.data = read.data() + at;
        operation.length = kLength;
        operation.offset = static_cast<int64_t>(at);
      });
    engine.drain();
    CHECK(engine.results.size() == contents.size() / kLength);
    CHECK(std::ranges::all_of(engine.results, [](const auto& ended) { return ended.second == kLength; }));
    CHECK(read == contents);
  }
}

TEST_CASE("listings are taken one by one, others some at a time") {
  const WakeDescriptor wake;
  Completions completions(wake);
  std::array<Operation, 3> listings;
  std::array<Operation*, 8> room;
  const Folder folder;
  SharedBatch batch(completions, false);
  for (Operation& operation : listings) {
    operation.opcode = Opcode::kReaddir;
    at_path(folder.path())(operation);
    batch.push(operation);
  }
  size_t done = 0;
  while (done < listings.size()) {
    // The helper takes its share meanwhile.
    const size_t taken = batch.take(room).size();
    CHECK(taken <= 1);
    done += taken;
    for (const Operation* reported = completions.take(); reported != nullptr; reported = reported->next) ++done;
  }
  CHECK(batch.empty());
  batch.stop();
  Operation first;
  Operation second;
  for (Operation* operation : {&first, &second}) {
    operation->opcode = Opcode::kStat;
    batch.push(*operation);
  }
  CHECK(batch.take(room).size() == 2);
}

TEST_CASE("what is shared ends once each, with the result it would have alone") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_files(folder);
    TestEngine engine(configuration, 4096);
    engine.unsettled = 1;
    std::map<int64_t, Result> expected;
    // More than the batch has room for.
    for (int i = 0; i < 3000; ++i) {
      expected[engine.start(Opcode::kStat, at_path(folder / name_of(i)))] = 0;
      expected[engine.start(Opcode::kReadFile, at_path(folder / name_of(i * 7 / 3 * 2 + 1)))] = -1;
      expected[engine.start(Opcode::kAccess, at_path(folder / "missing"))] = -ENOENT;
      if (i % 100 == 0) engine.turn(0);
    }
    engine.drain();
    CHECK(engine.results.size() == expected.size());
    for (const auto& [ticket, result] : expected) {
      if (result >= 0 || result == -ENOENT) {
        CHECK(engine.results.at(ticket) == result);
      } else {
        CHECK(engine.results.at(ticket) >= 0);
      }
    }
  }
}

TEST_CASE("descriptors of a batch are opened, and closed in another") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_files(folder);
    TestEngine engine(configuration, 512);
    for (int round = 0; round < 20; ++round) {
      engine.unsettled = 1;
      std::vector<int64_t> opens;
      for (int i = 0; i < 100; ++i)
        opens.push_back(engine.start(Opcode::kOpen, at_path(folder / name_of(i), O_RDONLY)));
      engine.drain();
      for (const int64_t ticket : opens) {
        const Result opened = engine.results.at(ticket);
        REQUIRE(opened >= 0);
        const int fd = static_cast<int>(opened % kTraitsShift);
        CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0);
        engine.start(Opcode::kClose, [&](Operation& operation) {
          operation.fd = fd;
          operation.traits = static_cast<int32_t>(opened / kTraitsShift);
        });
      }
      engine.drain();
      for (size_t i = 0; i < opens.size(); ++i) {
        // The number may have another owner by now, another thread of the engine: so its link is asked, and not
        // fstat, which the thread sanitizer takes for a use of what that thread has just opened.
        const int fd = static_cast<int>(engine.results.at(opens[i]) % kTraitsShift);
        std::error_code gone;
        const auto target = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), gone);
        CHECK(target != folder / name_of(static_cast<int>(i)));
      }
    }
  }
}

TEST_CASE("a FIFO in a batch holds up nobody") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_files(folder);
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    TestEngine engine(configuration, 256);
    for (int round = 0; round < 20; ++round) {
      engine.unsettled = 1;
      const int64_t fifo = engine.start(Opcode::kOpen, at_path(folder / "fifo", O_RDONLY));
      std::vector<int64_t> others;
      for (int i = 0; i < 20; ++i) others.push_back(engine.start(Opcode::kReadFile, at_path(folder / name_of(i))));
      const auto all = [&] {
        return std::all_of(others.begin(), others.end(), [&](int64_t ticket) { return engine.has(ticket); });
      };
      for (int turns = 0; turns < 500 && !all(); ++turns) engine.turn(10);
      CHECK(all());
      CHECK_FALSE(engine.has(fifo));
      const FileDescriptor other_side(::open((folder / "fifo").c_str(), O_WRONLY | O_CLOEXEC));
      engine.drain();
      REQUIRE(engine.results.at(fifo) >= 0);
      ::close(static_cast<int>(engine.results.at(fifo) % kTraitsShift));
    }
  }
}

TEST_CASE("an operation of a batch can be cancelled until somebody has begun it") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_files(folder);
    TestEngine engine(configuration, 256);
    for (int round = 0; round < 50; ++round) {
      engine.unsettled = 1;
      std::vector<int64_t> tickets;
      for (int i = 0; i < 20; ++i) tickets.push_back(engine.start(Opcode::kStat, at_path(folder / name_of(i))));
      for (const int64_t ticket : tickets)
        if (!engine.has(ticket)) engine.engine->cancel(ticket);
      engine.drain();
      for (const int64_t ticket : tickets) {
        const Result result = engine.results.at(ticket);
        CHECK((result == 0 || result == -ECANCELED));
      }
    }
  }
}

TEST_CASE("an engine ends with a batch half done") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_files(folder);
    for (int round = 0; round < 30; ++round) {
      TestEngine engine(configuration, 1024);
      engine.unsettled = 1;
      for (int i = 0; i < 300; ++i) engine.start(Opcode::kStat, at_path(folder / name_of(i)));
      engine.engine->stop();
    }
  }
}

TEST_CASE("an engine of one request shares nothing") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_files(folder);
    TestEngine engine(configuration, 1);
    engine.unsettled = 1;
    std::vector<int64_t> tickets;
    for (int i = 0; i < 100; ++i) tickets.push_back(engine.start(Opcode::kStat, at_path(folder / name_of(i))));
    engine.drain();
    for (const int64_t ticket : tickets) CHECK(engine.results.at(ticket) == 0);
    CHECK(engine.counted(Opcode::kStat, Route::kTryNowHit) + engine.counted(Opcode::kStat, Route::kPool) +
              engine.counted(Opcode::kStat, Route::kRing) ==
          100);
  }
}
