#include <dirent.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "harness.h"
#include "system/platform.h"

using namespace caio;
using namespace caio::testing;

namespace {

std::function<void(Operation&)> some(Result directory, size_t count) {
  return [=](Operation& operation) {
    operation.directory = directory;
    operation.length = count;
  };
}

std::function<void(Operation&)> of(Result directory) { return some(directory, 0); }

Result open_directory(TestEngine& engine, const std::string& path) {
  const Result directory = engine.run(Opcode::kOpenDirectory, at_path(path));
  REQUIRE(directory > 0);
  return directory;
}

}  // namespace

TEST_CASE("an open directory gives every entry once, so many at a time, and then none") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (int i = 0; i < 2500; ++i) make_file(folder / ("file-" + std::to_string(i)));
    TestEngine engine(configuration);
    const Result directory = open_directory(engine, folder.path());
    std::vector<std::string> names;
    for (;;) {
      const Result count = engine.run(Opcode::kReadDirectory, some(directory, 100));
      REQUIRE(count >= 0);
      if (count == 0) break;
      CHECK(count == 100);
      names.insert(names.end(), engine.last_names.begin(), engine.last_names.end());
    }
    CHECK(names.size() == 2500);
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == 2500);
    CHECK(engine.run(Opcode::kCloseDirectory, of(directory)) == 0);
  }
}

TEST_CASE("an open directory is read in its own order") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (int i = 0; i < 200; ++i) make_file(folder / ("file-" + std::to_string(i)));
    std::vector<std::string> expected;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      expected.push_back(entry.path().filename().string());
    TestEngine engine(configuration);
    const Result directory = open_directory(engine, folder.path());
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 1000)) == 200);
    CHECK(engine.last_names == expected);
  }
}

TEST_CASE("nothing of a directory is read before somebody asks") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    TestEngine engine(configuration);
    const Result directory = open_directory(engine, folder.path());
    make_file(folder / "late");
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 10)) == 1);
    CHECK(engine.last_names == std::vector<std::string>{"late"});
  }
}

TEST_CASE("a directory that was removed has come to its end") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    std::filesystem::create_directory(folder / "inner");
    TestEngine engine(configuration);
    const Result directory = open_directory(engine, folder / "inner");
    std::filesystem::remove(folder / "inner");
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 10)) == 0);
    CHECK(engine.run(Opcode::kCloseDirectory, of(directory)) == 0);
  }
}

TEST_CASE("what is no directory is not opened as one") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file");
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kOpenDirectory, at_path(folder / "missing")) == -ENOENT);
    CHECK(engine.run(Opcode::kOpenDirectory, at_path(folder / "file")) == -ENOTDIR);
    CHECK(engine.run(Opcode::kReadDirectory, some(1, 10)) == -EBADF);
  }
}

TEST_CASE("a directory is closed once, by its number or with its engine") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const size_t before = open_descriptors();
    {
      TestEngine engine(configuration);
      const size_t with_engine = open_descriptors();
      const Result closed = open_directory(engine, folder.path());
      const Result forgotten = open_directory(engine, folder.path());
      CHECK(forgotten != closed);
      CHECK(open_descriptors() == with_engine + 2);
      CHECK(engine.run(Opcode::kCloseDirectory, of(closed)) == 0);
      CHECK(engine.run(Opcode::kCloseDirectory, of(closed)) == -EBADF);
      CHECK(engine.run(Opcode::kReadDirectory, some(closed, 1)) == -EBADF);
      CHECK(open_descriptors() == with_engine + 1);
    }
    CHECK(open_descriptors() == before);
  }
}

TEST_CASE("a directory can be read on the calling thread, beside what the backend reads") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (int i = 0; i < 10; ++i) make_file(folder / ("file-" + std::to_string(i)));
    TestEngine engine(configuration);
    const auto here = [&engine](Opcode opcode, const std::function<void(Operation&)>& fill) {
      Operation& operation = engine.engine->prepare(opcode);
      fill(operation);
      const Result result = engine.engine->perform_here(operation);
      engine.engine->recycle(operation);
      return result;
    };
    const Result directory = here(Opcode::kOpenDirectory, at_path(folder.path()));
    REQUIRE(directory > 0);
    CHECK(here(Opcode::kReadDirectory, some(directory, 4)) == 4);
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 4)) == 4);
    CHECK(here(Opcode::kReadDirectory, some(directory, 4)) == 2);
    CHECK(here(Opcode::kCloseDirectory, of(directory)) == 0);
    CHECK(here(Opcode::kCloseDirectory, of(directory)) == -EBADF);
  }
}

#if CAIO_LINUX
TEST_CASE("what the last reading brought along is there at once") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (int i = 0; i < 500; ++i) make_file(folder / ("file-" + std::to_string(i)));
    TestEngine engine(configuration);
    const Result directory = open_directory(engine, folder.path());
    const auto hits = [&engine] { return engine.counted(Opcode::kReadDirectory, Route::kTryNowHit); };
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 100)) == 100);
    CHECK(hits() == 0);
    for (int i = 0; i < 4; ++i) CHECK(engine.run(Opcode::kReadDirectory, some(directory, 100)) == 100);
    CHECK(hits() == (configuration.try_now ? 4 : 0));
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 100)) == 0);
    CHECK(hits() == (configuration.try_now ? 4 : 0));
  }
}

TEST_CASE("an end that was met behind other entries is told at once") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (int i = 0; i < 3; ++i) make_file(folder / ("file-" + std::to_string(i)));
    TestEngine engine(configuration);
    const Result directory = open_directory(engine, folder.path());
    const auto hits = [&engine] { return engine.counted(Opcode::kReadDirectory, Route::kTryNowHit); };
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 10)) == 3);
    CHECK(hits() == 0);
    CHECK(engine.run(Opcode::kReadDirectory, some(directory, 10)) == 0);
    CHECK(hits() == (configuration.try_now ? 1 : 0));
  }
}

TEST_CASE("a small directory that was read to its end a moment ago is read at once") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (int i = 0; i < 100; ++i) make_file(folder / ("file-" + std::to_string(i)));
    TestEngine engine(configuration);
    const auto hits = [&engine] { return engine.counted(Opcode::kReadDirectory, Route::kTryNowHit); };
    const auto read_all = [&engine, &folder] {
      const Result directory = open_directory(engine, folder.path());
      std::set<std::string> names;
      while (engine.run(Opcode::kReadDirectory, some(directory, 32)) > 0)
        names.insert(engine.last_names.begin(), engine.last_names.end());
      CHECK(engine.run(Opcode::kCloseDirectory, of(directory)) == 0);
      return names.size();
    };
    const Result left = open_directory(engine, folder.path());
    CHECK(engine.run(Opcode::kReadDirectory, some(left, 32)) == 32);
    CHECK(read_all() == 100);
    const auto before = hits();
    make_file(folder / "another");
    CHECK(read_all() == 101);
    CHECK(hits() - before == (configuration.try_now ? 5 : 0));
  }
}
#endif
