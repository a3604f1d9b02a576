// What is changed at once because it lies in memory, and what is not, although it does.

#include "system/platform.h"

#if CAIO_LINUX

#include <functional>
#include <string>
#include <vector>

#include "harness.h"
#include "memory_place.h"
#include "system/mounts.h"
#include "system/perform.h"

using namespace caio;
using namespace caio::testing;

namespace {

bool is_memory_there() {
  if (memory_place() == nullptr) {
    MESSAGE("skipped: there is no file system in memory to be had");
    return false;
  }
  if (Mounts().all_local()) return true;
  MESSAGE("skipped: a remote file system is mounted, and any name may lead there");
  return false;
}

std::function<void(Operation&)> at_paths(const std::string& path, const std::string& path2, int flags = 0) {
  return [=](Operation& operation) {
    operation.path = path;
    operation.path2 = path2;
    operation.flags = flags;
  };
}

std::function<void(Operation&)> write_whole(const std::string& path, std::string& text, int flags) {
  return [=, &text](Operation& operation) {
    operation.path = path;
    operation.flags = flags;
    operation.mode = 0644;
    operation.data = text.data();
    operation.length = text.size();
  };
}

void make_large(const std::string& path) {
  make_file(path);
  REQUIRE(::truncate(path.c_str(), 64 << 20) == 0);
}

constexpr int kAnew = O_WRONLY | O_CREAT | O_TRUNC;

// Each change of a kind of its own: how often they were made at once.
uint64_t change_all(TestEngine& engine, const Folder& folder) {
  make_file(folder / "file", "contents");
  std::string text = "written";
  std::vector<std::pair<Opcode, std::function<void(Operation&)>>> changes = {
      {Opcode::kChmod, at_path(folder / "file", 0, 0640)},
      {Opcode::kUtimes, at_path(folder / "file")},
      {Opcode::kLutimes, at_path(folder / "file")},
      {Opcode::kMkdir, at_path(folder / "made")},
      {Opcode::kRmdir, at_path(folder / "made/")},
      {Opcode::kLink, at_paths(folder / "file", folder / "second")},
      {Opcode::kSymlink, at_paths("elsewhere/and/not/there", folder / "link")},
      {Opcode::kRename, at_paths(folder / "second", folder / "third")},
      {Opcode::kRename, at_paths(folder / "third", folder / "link")},
      {Opcode::kUnlink, at_path(folder / "link")},
      {Opcode::kCopyFile, at_paths(folder / "file", folder / "copy")},
      {Opcode::kWriteFile, write_whole(folder / "copy", text, kAnew)},
      {Opcode::kWriteFile, write_whole(folder / "copy", text, O_WRONLY | O_CREAT | O_APPEND)},
      {Opcode::kUnlink, at_path(folder / "not-there")},
  };
  for (const auto& [opcode, fill] : changes) {
    const bool fails = &fill == &changes.back().second;
    CHECK(engine.run(opcode, fill) == (fails ? -ENOENT : 0));
  }
  const Result opened = engine.run(Opcode::kOpen, at_path(folder / "opened", O_RDWR | O_CREAT, 0600));
  REQUIRE(opened >= 0);
  const FileDescriptor file(static_cast<int>(opened % kTraitsShift));
  CHECK((::fcntl(file.get(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK(engine.run(Opcode::kMakeTemporary, at_path(folder / "temporary-XXXXXX")) > 0);
  CHECK(std::filesystem::file_size(folder / "copy") == 14);
  struct stat changed;
  CHECK(::stat((folder / "file").c_str(), &changed) == 0);
  CHECK((changed.st_mode & 07777) == 0640);
  CHECK(changed.st_mtime == 0);
  uint64_t hits = 0;
  for (const Opcode opcode : {Opcode::kChmod, Opcode::kUtimes, Opcode::kLutimes, Opcode::kMkdir, Opcode::kRmdir,
                              Opcode::kLink, Opcode::kSymlink, Opcode::kRename, Opcode::kUnlink, Opcode::kCopyFile,
                              Opcode::kWriteFile, Opcode::kOpen, Opcode::kMakeTemporary})
    hits += engine.counted(opcode, Route::kTryNowHit);
  return hits;
}

}  // namespace

TEST_CASE("what lies in memory is changed at once, what lies on a disk is not") {
  if (!is_memory_there()) return;
  FOR_EACH_CONFIGURATION(configuration) {
    const Folder memory(memory_place());
    const Folder disk;
    TestEngine engine(configuration);
    const bool tries = configuration.try_now && TryNow::knows(Opcode::kStat);
    const uint64_t in_memory = change_all(engine, memory);
    CHECK(in_memory == (tries ? 16 : 0));
    CHECK(change_all(engine, disk) == in_memory);
  }
}

TEST_CASE("files in the shared memory below /dev are opened at once, devices are not") {
  if (!is_memory_there()) return;
  FOR_EACH_CONFIGURATION(configuration) {
    const Folder memory(memory_place());
    make_file(memory / "file");
    TestEngine engine(configuration);
    const auto hits_after_opening = [&](const std::string& path) {
      const Result opened = engine.run(Opcode::kOpen, at_path(path, O_RDONLY));
      REQUIRE(opened >= 0);
      const FileDescriptor file(static_cast<int>(opened % kTraitsShift));
      return engine.counted(Opcode::kOpen, Route::kTryNowHit);
    };
    const bool tries = configuration.try_now && TryNow::knows(Opcode::kOpen);
    CHECK(hits_after_opening(memory / "file") == (tries ? 1 : 0));
    CHECK(hits_after_opening("/dev/null") == (tries ? 1 : 0));
    CHECK(hits_after_opening(memory.path() + "/../../null") == (tries ? 1 : 0));
  }
}

TEST_CASE("what lies in memory is synced at once, what lies on a disk is not") {
  if (!is_memory_there()) return;
  FOR_EACH_CONFIGURATION(configuration) {
    const Folder memory(memory_place());
    const Folder disk;
    TestEngine engine(configuration);
    const bool tries = configuration.try_now && TryNow::knows(Opcode::kStat);
    for (const Opcode opcode : {Opcode::kFsync, Opcode::kFdatasync}) {
      for (const Folder* folder : {&memory, &disk}) {
        const FileDescriptor file = open_file(*folder / "file");
        CHECK(engine.run(opcode, [&](Operation& operation) { operation.fd = file.get(); }) == 0);
        CHECK(engine.counted(opcode, Route::kTryNowHit) == (tries ? 1 : 0));
      }
      CHECK(engine.run(opcode, [](Operation& operation) { operation.fd = 1 << 20; }) == -EBADF);
    }
  }
}

TEST_CASE("several changes in memory are shared with the helper, and each is made once") {
  if (!is_memory_there()) return;
  FOR_EACH_CONFIGURATION(configuration) {
    const Folder memory(memory_place());
    TestEngine engine(configuration);
    constexpr int kFiles = 200;
    std::vector<int64_t> tickets;
    const auto name = [&](const char* kind, int i) { return memory / (kind + std::to_string(i)); };
    std::string text = "written";
    engine.engine->turn();
    engine.unsettled = 200;
    for (int i = 0; i < kFiles; ++i) {
      tickets.push_back(engine.start(Opcode::kWriteFile, write_whole(name("file-", i), text, kAnew)));
      tickets.push_back(engine.start(Opcode::kMkdir, at_path(name("folder-", i))));
    }
    engine.drain();
    for (int i = 0; i < kFiles; ++i) {
      tickets.push_back(engine.start(Opcode::kRename, at_paths(name("file-", i), name("moved-", i))));
      tickets.push_back(engine.start(Opcode::kRmdir, at_path(name("folder-", i))));
    }
    engine.drain();
    for (const int64_t ticket : tickets) CHECK(engine.results.at(ticket) == 0);
    for (int i = 0; i < kFiles; ++i) {
      CHECK(std::filesystem::file_size(name("moved-", i)) == text.size());
      CHECK_FALSE(std::filesystem::exists(name("folder-", i)));
    }
  }
}

TEST_CASE("a change in memory that would free or copy much is another thread's") {
  if (!is_memory_there()) return;
  FOR_EACH_CONFIGURATION(configuration) {
    const Folder memory(memory_place());
    TestEngine engine(configuration);
    make_file(memory / "file", "contents");
    std::string text = "written";
    const std::pair<Opcode, std::function<void(Operation&)>> changes[] = {
        {Opcode::kUnlink, at_path(memory / "large")},
        {Opcode::kWriteFile, write_whole(memory / "large", text, kAnew)},
        {Opcode::kOpen, at_path(memory / "large", kAnew)},
        {Opcode::kCopyFile, at_paths(memory / "file", memory / "large")},
        {Opcode::kCopyFile, at_paths(memory / "large", memory / "copy")},
        {Opcode::kRename, at_paths(memory / "file", memory / "large")},
    };
    for (const auto& [opcode, fill] : changes) {
      make_large(memory / "large");
      const uint64_t before = engine.counted(opcode, Route::kTryNowHit);
      const Result result = engine.run(opcode, fill);
      CHECK(result >= 0);
      if (opcode == Opcode::kOpen) ::close(static_cast<int>(result % kTraitsShift));
      CHECK(engine.counted(opcode, Route::kTryNowHit) == before);
    }
  }
}

TEST_CASE("what may lead out of memory, or wait, is another thread's") {
  if (!is_memory_there()) return;
  FOR_EACH_CONFIGURATION(configuration) {
    const Folder memory(memory_place());
    const Folder disk;
    TestEngine engine(configuration);
    make_file(disk / "target", "old");
    make_file(memory / "file", "contents");
    REQUIRE(::symlink((disk / "target").c_str(), (memory / "link").c_str()) == 0);
    REQUIRE(::symlink(disk.path().c_str(), (memory / "folder").c_str()) == 0);
    std::string text = "written";
    const std::pair<Opcode, std::function<void(Operation&)>> changes[] = {
        {Opcode::kWriteFile, write_whole(memory / "link", text, kAnew)},
        {Opcode::kUtimes, at_path(memory / "link")},
        {Opcode::kChmod, at_path(memory / "link", 0, 0600)},
        {Opcode::kCopyFile, at_paths(memory / "file", memory / "link")},
        {Opcode::kMkdir, at_path(memory / "folder/made")},
        {Opcode::kRmdir, at_path(memory / "folder/made")},
    };
    for (const auto& [opcode, fill] : changes) {
      CHECK(engine.run(opcode, fill) == 0);
      CHECK(engine.counted(opcode, Route::kTryNowHit) == 0);
    }
    CHECK(std::filesystem::file_size(disk / "target") == 8);
  }
}

TEST_CASE("an open at once waits for no FIFO's other side, though a look has found a file there") {
  const Folder folder;
  const std::string fifo = folder / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  make_file(folder / "file", "contents");
  std::string text = "written";
  const std::pair<Opcode, std::function<void(Operation&)>> changes[] = {
      {Opcode::kWriteFile, write_whole(fifo, text, kAnew)},
      {Opcode::kOpen, at_path(fifo, kAnew)},
      {Opcode::kCopyFile, at_paths(folder / "file", fifo)},
  };
  for (const auto& [opcode, fill] : changes) {
    Operation operation;
    operation.opcode = opcode;
    fill(operation);
    operation.at_once = true;
    CHECK(perform(operation) == kWantsOwnThread);
  }
}

#endif
