#include <sys/mount.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>

#include "failing_close.h"
#include "harness.h"

using namespace caio;
using namespace caio::testing;
using namespace std::string_literals;

namespace {

int descriptor(Result opened) { return static_cast<int>(opened % kTraitsShift); }
int32_t traits(Result opened) { return static_cast<int32_t>(opened / kTraitsShift); }

}  // namespace

TEST_CASE("open tells what it opened, and its descriptor is blocking and not inherited") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "abc");
    TestEngine engine(configuration);
    for (int round = 0; round < 2; ++round) {
      const Result opened = engine.run(Opcode::kOpen, at_path(folder / "file", O_RDONLY));
      REQUIRE(opened >= 0);
      CHECK((traits(opened) & Traits::kRegular) != 0);
      CHECK((traits(opened) & Traits::kReadOnly) != 0);
      CHECK((::fcntl(descriptor(opened), F_GETFL) & O_NONBLOCK) == 0);
      CHECK((::fcntl(descriptor(opened), F_GETFD) & FD_CLOEXEC) != 0);
      const auto close = [&](Operation& operation) {
        operation.fd = descriptor(opened);
        operation.traits = traits(opened);
      };
      CHECK(engine.run(Opcode::kClose, close) == 0);
      CHECK(::fcntl(descriptor(opened), F_GETFL) == -1);
      CHECK(engine.run(Opcode::kClose, close) == -EBADF);
    }
  }
}

TEST_CASE("realpath is told at once without a link on the way, or once found, and as realpath(3) tells it everywhere") {
  const auto before = std::filesystem::current_path();
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    std::filesystem::create_directories(folder / "real/inner");
    make_file(folder / "real/inner/file");
    REQUIRE(::symlink("real", (folder / "way").c_str()) == 0);
    std::filesystem::current_path(folder.path());
    TestEngine engine(configuration);
    const auto hits_after = [&](std::initializer_list<std::string> paths) {
      for (const std::string& path : paths) {
        INFO(path);
        const Result result = engine.run(Opcode::kRealpath, at_path(path));
        const std::unique_ptr<char, decltype(&::free)> found(::realpath(path.c_str(), nullptr), &::free);
        CHECK(result == (found ? static_cast<Result>(std::strlen(found.get())) : -errno));
        if (found) CHECK(engine.last_bytes == found.get());
      }
      return engine.counted(Opcode::kRealpath, Route::kTryNowHit);
    };
    const bool tries = configuration.try_now && TryNow::knows(Opcode::kRealpath);
    const uint64_t hits =
        hits_after({"real", "./real/inner//file", "real/inner/..", ".", "/", "/..", folder / "real/inner"});
    CHECK(hits == (tries ? 7 : 0));
    const auto through_links = {"way"s, "way/inner/file"s, "way/../real"s};
    CHECK(hits_after(through_links) == hits);
    CHECK(hits_after(through_links) == hits + (tries ? 3 : 0));
    REQUIRE(::unlink("way") == 0);
    REQUIRE(::symlink("real/inner", "way") == 0);
    CHECK(hits_after(through_links) == hits + (tries ? 6 : 0));
    REQUIRE(::unlink("way") == 0);
    CHECK(hits_after(through_links) == hits + (tries ? 9 : 0));
    REQUIRE(::symlink("real", "way") == 0);
    CHECK(hits_after({"real/inner/file/below"}) == hits + (tries ? 9 : 0));
    hits_after({"real/missing", "way/missing", "real/inner/file/", "", std::string(300, 'n')});
    std::filesystem::create_directory("gone");
    std::filesystem::current_path("gone");
    std::filesystem::remove(folder / "gone");
    const uint64_t with_place = hits_after({});
    CHECK(hits_after({".", ".."}) == with_place);
    std::filesystem::current_path(before);
  }
}

TEST_CASE("errors of paths are those of the system calls") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "abc");
    REQUIRE(::symlink("loop", (folder / "loop").c_str()) == 0);
    TestEngine engine(configuration);
    for (const Opcode opcode :
         {Opcode::kOpen, Opcode::kStat, Opcode::kAccess, Opcode::kRmdir, Opcode::kUnlink, Opcode::kReaddir}) {
      CHECK(engine.run(opcode, at_path(folder / "missing")) == -ENOENT);
      CHECK(engine.run(opcode, at_path(folder / "file/below")) == -ENOTDIR);
      CHECK(engine.run(opcode, at_path("")) == -ENOENT);
      CHECK(engine.run(opcode, at_path(folder / std::string(300, 'n'))) == -ENAMETOOLONG);
    }
    CHECK(engine.run(Opcode::kStat, at_path(folder / "loop")) == -ELOOP);
    CHECK(engine.run(Opcode::kLstat, at_path(folder / "loop")) == 0);
    CHECK(engine.run(Opcode::kReadFile, at_path(folder / "missing")) == failure(Step::kOpen, -ENOENT));
    CHECK(engine.run(Opcode::kMkdir, at_path(folder / "file")) == -EEXIST);
  }
}

TEST_CASE("stat agrees with the system's") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "abc");
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kStat, at_path(folder / "file")) == 0);
    struct stat known;
    REQUIRE(::stat((folder / "file").c_str(), &known) == 0);
    CHECK(engine.last_stat[1] == known.st_mode);
    CHECK(engine.last_stat[7] == static_cast<int64_t>(known.st_ino));
    CHECK(engine.last_stat[8] == 3);
    CHECK(engine.last_stat[12] == known.st_mtim.tv_sec);
    CHECK(engine.last_stat[13] == known.st_mtim.tv_nsec);
  }
}

TEST_CASE("a listing is sorted bytewise and leaves the dots out") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    for (const char* name : {"b", "a", "B", "ab", "\xff", "z", "\xc3\xa4"}) make_file(folder / name, "");
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kReaddir, at_path(folder.path())) == 7);
    CHECK(engine.last_names == std::vector<std::string>{"B", "a", "ab", "b", "z", "\xc3\xa4", "\xff"});
  }
}

TEST_CASE("mkdir -p tells the first directory that it made") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "");
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kMakePath, at_path(folder / "a/b/c")) > 0);
    CHECK(engine.last_path == (folder / "a"));
    CHECK(std::filesystem::is_directory(folder / "a/b/c"));
    CHECK(engine.run(Opcode::kMakePath, at_path(folder / "a/b/c")) == 0);
    CHECK(engine.run(Opcode::kMakePath, at_path(folder / "file")) == -EEXIST);
    CHECK(engine.run(Opcode::kMakePath, at_path(folder / ("new/" + std::string(300, 'n') + "/below"))) ==
          -ENAMETOOLONG);
    CHECK(engine.last_path == (folder / ("new/" + std::string(300, 'n'))));
    REQUIRE(::symlink("nowhere", (folder / "dangling").c_str()) == 0);
    CHECK(engine.run(Opcode::kMakePath, at_path(folder / "dangling/below")) == -ENOTDIR);
    CHECK(engine.last_path == (folder / "dangling"));
    CHECK(engine.run(Opcode::kMakePath, at_path(folder / "file/below")) == -ENOTDIR);
    CHECK(engine.run(Opcode::kMakePath, at_path("/proc/none/below")) == -ENOENT);
    CHECK(engine.run(Opcode::kMakePath, at_path("")) == -ENOENT);
  }
}

TEST_CASE("rm -r removes the tree and nothing that its links point at") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    std::filesystem::create_directories(folder / "tree/one/two");
    std::filesystem::create_directories(folder / "kept");
    make_file(folder / "kept/file", "");
    make_file(folder / "tree/one/file", "");
    std::filesystem::create_directory_symlink(folder / "kept", folder / "tree/one/link");
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kRemoveTree, at_path(folder / "tree")) == 0);
    CHECK(!std::filesystem::exists(folder / "tree"));
    CHECK(std::filesystem::exists(folder / "kept/file"));
    CHECK(engine.run(Opcode::kRemoveTree, at_path(folder / "kept/file")) == 0);
    CHECK(engine.run(Opcode::kRemoveTree, at_path(folder / "missing")) == failure(Step::kUnlink, -ENOENT));
  }
}

TEST_CASE("writeFile writes all, and says which step failed") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    TestEngine engine(configuration);
    std::string contents(3'000'000, 'w');
    const auto write = [&](const std::string& path, int flags) {
      return [&contents, path, flags](Operation& operation) {
        operation.path = path;
        operation.flags = flags;
        operation.mode = 0644;
        operation.data = contents.data();
        operation.length = contents.size();
        operation.flush = true;
      };
    };
    CHECK(engine.run(Opcode::kWriteFile, write(folder / "file", O_WRONLY | O_CREAT | O_TRUNC)) == 0);
    CHECK(std::filesystem::file_size(folder / "file") == contents.size());
    CHECK(engine.run(Opcode::kWriteFile, write(folder / "no/file", O_WRONLY | O_CREAT)) ==
          failure(Step::kOpen, -ENOENT));
    CHECK(engine.run(Opcode::kWriteFile, write(folder / "file", O_RDONLY)) == failure(Step::kWrite, -EBADF));
  }
}

TEST_CASE("writeFile tells of a file that could not be closed, also when it could not be written") {
  if (!FailingClose::works()) {
    MESSAGE("skipped: this linker cannot put another close(2) in the place of the system's");
    return;
  }
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "file", "");
    TestEngine engine(configuration);
    char contents[] = "contents";
    const auto write = [&](int flags) {
      return [&contents, &folder, flags](Operation& operation) {
        operation.path = folder / "file";
        operation.flags = flags;
        operation.data = contents;
        operation.length = sizeof contents;
      };
    };
    {
      const FailingClose failing(EIO);
      CHECK(engine.run(Opcode::kWriteFile, write(O_WRONLY)) == failure(Step::kClose, -EIO));
    }
    {
      const FailingClose failing(EDQUOT);
      CHECK(engine.run(Opcode::kWriteFile, write(O_RDONLY)) ==
            not_closed_either(failure(Step::kWrite, -EBADF), -EDQUOT));
    }
    {
      const FailingClose failing(EINTR);  // closed all the same
      CHECK(engine.run(Opcode::kWriteFile, write(O_WRONLY)) == 0);
    }
    CHECK(engine.run(Opcode::kWriteFile, write(O_WRONLY)) == 0);
  }
}

TEST_CASE("a small file is read by one job, a large one is only opened, and a directory is refused") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    make_file(folder / "small", "contents");
    make_file(folder / "large", std::string(1'000'000, 'l'));
    TestEngine engine(configuration);
    const Result opened = engine.run(Opcode::kReadFile, at_path(folder / "large", O_RDONLY));
    REQUIRE(opened >= 0);
    CHECK((::fcntl(descriptor(opened), F_GETFL) & O_NONBLOCK) == 0);
    ::close(descriptor(opened));
    CHECK(engine.run(Opcode::kReadFile, at_path(folder / "small", O_RDONLY)) == 8);
    CHECK(engine.run(Opcode::kReadFile, at_path(folder.path(), O_RDONLY)) == failure(Step::kRead, -EISDIR));
  }
}

TEST_CASE("a large tree is removed by several threads, to the last entry or up to the one that would not go") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const std::string tree = folder / "tree";
    const auto plant = [&] {
      for (int branch = 0; branch < 12; ++branch) {
        const std::string below = tree + "/branch-" + std::to_string(branch);
        for (const char* part : {"", "/a", "/a/b", "/c"}) {
          std::filesystem::create_directories(below + part);
          for (int file = 0; file < 10; ++file) open_file(below + part + "/file-" + std::to_string(file));
        }
      }
    };
    plant();
    TestEngine engine(configuration);
    CHECK(engine.run(Opcode::kRemoveTree, at_path(tree)) == 0);
    CHECK_FALSE(std::filesystem::exists(tree));

    // What is mounted cannot go (mount(2) needs privileges; without them only the first half is tested).
    plant();
    const std::string stuck = tree + "/branch-7/a/b";
    if (::mount("none", stuck.c_str(), "tmpfs", 0, nullptr) != 0) {
      MESSAGE("skipped: what cannot be removed, since nothing may be mounted here");
      continue;
    }
    const Result result = engine.run(Opcode::kRemoveTree, at_path(tree));
    const std::string where = engine.last_path;
    CHECK(::umount(stuck.c_str()) == 0);
    CHECK(result == failure(Step::kRmdir, -EBUSY));
    CHECK(where == stuck);
    CHECK(engine.run(Opcode::kRemoveTree, at_path(tree)) == 0);
  }
}
