#include "system/fresh_names.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "harness.h"

using namespace caio;
using namespace caio::testing;
using namespace std::chrono_literals;
using Way = FreshNames::Way;

TEST_CASE("a name is fresh for a while, for the way it was looked up, and until mounts change") {
  FreshNames names;
  const auto now = FreshNames::Clock::now();
  CHECK_FALSE(names.has("/a", Way::kFollowed, now));
  names.note("/a", Way::kFollowed, now);
  CHECK(names.has("/a", Way::kFollowed, now + 400ms));
  CHECK_FALSE(names.has("/a", Way::kNotFollowed, now));
  CHECK_FALSE(names.has("/b", Way::kFollowed, now));
  CHECK_FALSE(names.has("/a", Way::kFollowed, now + 600ms));
  names.clear();
  CHECK_FALSE(names.has("/a", Way::kFollowed, now));
}

TEST_CASE("hundreds of names do not take each other's place, and the one not seen for longest goes first") {
  FreshNames names;
  const auto now = FreshNames::Clock::now();
  const auto name = [](int number) { return "/folder/file-" + std::to_string(number) + ".txt"; };
  for (int i = 0; i < 512; ++i) names.note(name(i), Way::kFollowed, now);
  int found = 0;
  for (int i = 0; i < 512; ++i) found += names.has(name(i), Way::kFollowed, now) ? 1 : 0;
  CHECK(found >= 500);
  for (int i = 0; i < 100'000; ++i) names.note(name(i), Way::kFollowed, now + 1ms * (i / 1000));
  CHECK(names.has(name(99'999), Way::kFollowed, now + 100ms));
  CHECK_FALSE(names.has(name(0), Way::kFollowed, now + 100ms));
}

TEST_CASE("one plain call that took very long sends all names the sure way, each further one for longer") {
  FreshNames names;
  const auto now = FreshNames::Clock::now();
  names.note("/a", Way::kFollowed, now);
  names.report(now, now + 1ms);
  CHECK(names.has("/a", Way::kFollowed, now + 1ms));
  names.report(now, now + 11ms);
  CHECK_FALSE(names.has("/a", Way::kFollowed, now + 12ms));
  CHECK(names.has("/a", Way::kFollowed, now + 115ms));
  names.report(now + 115ms, now + 130ms);
  CHECK_FALSE(names.has("/a", Way::kFollowed, now + 320ms));
}

TEST_CASE("one that took long may have lost its processor, two of a few have not") {
  FreshNames names;
  const auto now = FreshNames::Clock::now();
  names.note("/a", Way::kFollowed, now);
  const auto report = [&](int calls, auto took) {
    for (int i = 0; i < calls; ++i) names.report(now, now + took);
  };
  report(1, 3ms);
  CHECK(names.has("/a", Way::kFollowed, now + 4ms));
  report(100, 0ms);
  report(1, 3ms);
  CHECK(names.has("/a", Way::kFollowed, now + 4ms));
  report(10, 0ms);
  report(1, 3ms);
  CHECK_FALSE(names.has("/a", Way::kFollowed, now + 4ms));
}

TEST_CASE("what is fresh is still answered as it is now") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    TestEngine engine(configuration);
    const std::string path = folder / "name";
    const auto stat_size = [&] {
      const Result result = engine.run(Opcode::kStat, at_path(path));
      return result < 0 ? result : engine.last_stat[8];
    };
    const auto write = [&](const char* text) {
      const FileDescriptor file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
      CHECK(::write(file.get(), text, std::strlen(text)) == static_cast<ssize_t>(std::strlen(text)));
    };
    write("one");
    CHECK(stat_size() == 3);
    write("three");
    CHECK(stat_size() == 5);
    CHECK(::unlink(path.c_str()) == 0);
    CHECK(stat_size() == -ENOENT);
    CHECK(engine.run(Opcode::kAccess, at_path(path)) == -ENOENT);
    CHECK(::symlink("target", path.c_str()) == 0);
    CHECK(stat_size() == -ENOENT);
    CHECK(engine.run(Opcode::kLstat, at_path(path)) == 0);
    CHECK(engine.last_stat[8] == 6);
    for (int entries = 1; entries < 5; ++entries) {
      CHECK(engine.run(Opcode::kReaddir, at_path(folder.path())) == entries);
      open_file(folder / ("another-" + std::to_string(entries)));
    }
    CHECK(engine.last_names == std::vector<std::string>{"another-1", "another-2", "another-3", "name"});
  }
}
