#include <sys/statfs.h>

#include <fstream>
#include <sstream>

#include "harness.h"
#include "system/platform.h"

using namespace caio;
using namespace caio::testing;

namespace {

std::string contents(const std::string& path) {
  std::ostringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str();
}

std::function<void(Operation&)> from_to(const std::string& from, const std::string& to, int flags = 0) {
  return [=](Operation& operation) {
    operation.path = from;
    operation.path2 = to;
    operation.flags = flags;
  };
}

}  // namespace

TEST_CASE("modes, owners and times are set on paths, links and descriptors") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "abc");
    REQUIRE(::symlink("file", (folder / "link").c_str()) == 0);
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kChmod, at_path(folder / "link", 0, 0640)) == 0);
    CHECK(engine.run(Opcode::kStat, at_path(folder / "file")) == 0);
    CHECK((engine.last_stat[1] & 07777) == 0640);
    CHECK(engine.run(Opcode::kFchmod, [&](Operation& operation) {
      operation.fd = file.get();
      operation.mode = 0604;
    }) == 0);
    CHECK(engine.run(Opcode::kStat, at_path(folder / "file")) == 0);
    CHECK((engine.last_stat[1] & 07777) == 0604);
    const auto at_time = [&](Operation& operation) {
      operation.path = folder / "link";
      operation.fd = file.get();
      operation.atime = 1234567890.123456;
      operation.mtime = -1.5;
    };
    for (const Opcode opcode : {Opcode::kUtimes, Opcode::kFutimes}) {
      CHECK(engine.run(opcode, at_time) == 0);
      CHECK(engine.run(Opcode::kStat, at_path(folder / "file")) == 0);
      CHECK(engine.last_stat[10] == 1234567890);
      CHECK(engine.last_stat[11] / 1000 == 123456);
      CHECK(engine.last_stat[12] == -2);
      CHECK(engine.last_stat[13] == 500'000'000);
    }
    CHECK(engine.run(Opcode::kLutimes, at_time) == 0);
    CHECK(engine.run(Opcode::kLstat, at_path(folder / "link")) == 0);
    CHECK(engine.last_stat[12] == -2);
    const auto to_me = [&](Operation& operation) {
      operation.path = folder / "link";
      operation.fd = file.get();
      operation.uid = ::getuid();
      operation.gid = ::getgid();
    };
    for (const Opcode opcode : {Opcode::kChown, Opcode::kLchown, Opcode::kFchown})
      CHECK(engine.run(opcode, to_me) == 0);
    CHECK(engine.run(Opcode::kChmod, at_path(folder / "missing")) == -ENOENT);
  }
}

TEST_CASE("links are made and read, names resolved, and a temporary folder has a name of its own") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "abc");
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kLink, from_to(folder / "file", folder / "hard")) == 0);
    CHECK(contents(folder / "hard") == "abc");
    CHECK(engine.run(Opcode::kSymlink, from_to("file", folder / "soft")) == 0);
    CHECK(engine.run(Opcode::kSymlink, from_to("file", folder / "soft")) == -EEXIST);
    CHECK(engine.run(Opcode::kReadlink, at_path(folder / "soft")) == 4);
    CHECK(engine.last_bytes == "file");
    CHECK(engine.run(Opcode::kReadlink, at_path(folder / "file")) == -EINVAL);
    CHECK(engine.run(Opcode::kRealpath, at_path(folder / "./soft")) > 0);
    CHECK(engine.last_bytes == std::filesystem::canonical(folder / "file").string());
    CHECK(engine.run(Opcode::kMakeTemporary, at_path(folder / "t-XXXXXX")) > 0);
    CHECK(std::filesystem::is_directory(engine.last_bytes));
    CHECK(engine.run(Opcode::kMakeTemporary, at_path(folder / "none/t-XXXXXX")) == -ENOENT);
    CHECK(engine.last_path.substr(0, engine.last_path.size() - 6) == (folder / "none/t-"));
    CHECK(engine.last_path != (folder / "none/t-XXXXXX"));
    struct statfs known;
    REQUIRE(::statfs(folder.path().c_str(), &known) == 0);
    CHECK(engine.run(Opcode::kStatfs, at_path(folder.path())) == 0);
#if CAIO_LINUX
    CHECK(engine.last_stat[0] == known.f_type);  // statvfs(3), which others have, tells no type
#endif
    CHECK(engine.last_stat[2] == static_cast<int64_t>(known.f_blocks));
  }
}

TEST_CASE("a copy has its source's bytes and mode, and half a copy is none") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", std::string(300'000, 'k'));
    REQUIRE(::chmod((folder / "file").c_str(), 04751) == 0);
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kCopyFile, from_to(folder / "file", folder / "copy")) == 0);
    CHECK(contents(folder / "copy") == contents(folder / "file"));
    struct stat known;
    REQUIRE(::stat((folder / "copy").c_str(), &known) == 0);
    CHECK((known.st_mode & 07777) == 04751);
    CHECK(engine.run(Opcode::kCopyFile, from_to(folder / "file", folder / "copy", 1)) == -EEXIST);
    CHECK(std::filesystem::exists(folder / "copy"));
    CHECK(engine.run(Opcode::kCopyFile, from_to(folder / "file", folder / "file")) == 0);
    CHECK(std::filesystem::file_size(folder / "file") == 300'000);
    CHECK(engine.run(Opcode::kCopyFile, from_to(folder.path(), folder / "new")) == -EISDIR);
    CHECK(!std::filesystem::exists(folder / "new"));
    CHECK(engine.run(Opcode::kCopyFile, from_to("/proc/self/status", folder / "empty")) == 0);
    CHECK(std::filesystem::file_size(folder / "empty") == 0);
  }
}
