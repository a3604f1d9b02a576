// Jobs of several steps, and open directories.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "faults/fills.h"
#include "faults/world.h"
#include "system/large_pages.h"

namespace caio::faulty {

namespace {

constexpr size_t kLarge = 300 * 1024;

std::string large_text() {
  std::string text(kLarge, 'l');
  for (size_t i = 0; i < text.size(); i += 7) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

void prepare_file(World& world) {
  world.empty_folder();
  world.write_file("file", "contents");
}

void make_tree(World& world) {
  world.empty_folder();
  for (const char* folder : {"tree", "tree/inner", "tree/inner/deep", "tree/empty"})
    ::mkdir((world / folder).c_str(), 0755);
  for (const char* file : {"tree/a", "tree/b", "tree/inner/c", "tree/inner/deep/d"}) world.write_file(file, "x");
}

Fill with_path(const std::string& path, int flags = 0, const std::string& path2 = "") {
  return [=](Operation& operation) {
    operation.path = path;
    operation.path2 = path2;
    operation.flags = flags;
    operation.mode = 0755;
  };
}

Fill of_directory(Result directory) {
  return [directory](Operation& operation) {
    operation.directory = directory;
    operation.length = 100;
  };
}

bool lists_tree(const Outcome& outcome) {
  std::vector<std::string> names = outcome.names;
  std::sort(names.begin(), names.end());
  return outcome.result == 4 && names == std::vector<std::string>{"a", "b", "empty", "inner"};
}

void add_files(std::vector<Scenario>& scenarios) {
  scenarios.push_back({"readFile", prepare_file, [](World& world) {
                         world.run(Opcode::kReadFile, with_path(world / "file", O_RDONLY), [](const Outcome& outcome) {
                           return outcome.result == 8 && outcome.bytes == "contents";
                         });
                       }});
  scenarios.push_back({"readFile to write as well", prepare_file, [](World& world) {
                         world.run(Opcode::kReadFile, with_path(world / "file", O_RDWR), [](const Outcome& outcome) {
                           return outcome.result == 8 && outcome.bytes == "contents";
                         });
                       }});
  scenarios.push_back({"readFile of a large file", [](World& world) { world.write_file("large", large_text()); },
                       [](World& world) {
                         world.run(Opcode::kReadFile, with_path(world / "large", O_RDONLY), [](const Outcome& outcome) {
                           return outcome.result > 0 && !outcome.bytes.size() &&
                                  ::close(static_cast<int>(outcome.result % kTraitsShift)) == 0;
                         });
                       }});
  scenarios.push_back({"readFile of a large text", [](World& world) { world.write_file("large", large_text()); },
                       [](World& world) {
                         const auto as_text = [path = world / "large"](Operation& operation) {
                           operation.path = path;
                           operation.flags = O_RDONLY;
                           operation.as_text = true;
                         };
                         world.run(Opcode::kReadFile, as_text, [](const Outcome& outcome) {
                           return outcome.result == static_cast<Result>(kLarge) && outcome.bytes == large_text();
                         });
                       }});
  // Where it cannot be read in one go, it is only opened.
  scenarios.push_back({"readFile of what the kernel makes up", [](World&) {},
                       [](World& world) {
                         const auto made_up = with_path("/proc/sys/kernel/ostype", O_RDONLY);
                         world.run(Opcode::kReadFile, made_up, [](const Outcome& outcome) {
                           if (outcome.bytes == "Linux\n") return outcome.result == 6;
                           return outcome.result > 0 && outcome.bytes.empty() &&
                                  ::close(static_cast<int>(outcome.result % kTraitsShift)) == 0;
                         });
                       }});
  scenarios.push_back({"decode", [](World&) {},
                       [](World& world) {
                         static std::string text = large_text() + "\xE2\x82\xAC";
                         const auto with_text = [](Operation& operation) {
                           operation.data = text.data();
                           operation.length = text.size();
                         };
                         world.run(Opcode::kDecode, with_text, [](const Outcome& outcome) {
                           const bool decoded = outcome.bytes.size() == 2 * (kLarge + 1) && outcome.bytes[0] == 'a';
                           return outcome.result == 0 && (decoded || outcome.bytes.empty());
                         });
                       }});
  for (const bool memory : {false, true}) {
    const std::string where = memory ? " in memory" : "";
    const auto prepare = [memory](World& world) {
      if (memory) world.act_in_memory();
      prepare_file(world);
    };
    for (const bool flush : {true, false}) {
      scenarios.push_back({(flush ? "writeFile and flush" : "writeFile") + where, prepare, [flush](World& world) {
                             write_whole_file(world, "written in one job", flush);
                             write_whole_file(world, "written again", flush);
                           }});
    }
    for (const int mode : {0, 1, 2, 4}) {
      const char* name = mode == 0   ? "copyFile"
                         : mode == 1 ? "copyFile COPYFILE_EXCL"
                         : mode == 2 ? "copyFile COPYFILE_FICLONE"
                                     : "copyFile COPYFILE_FICLONE_FORCE";
      scenarios.push_back({name + where, prepare, [mode](World& world) {
                             world.run(Opcode::kCopyFile, with_path(world / "file", mode, world / "copy"),
                                       [&](const Outcome& outcome) {
                                         // Not every file system can share blocks.
                                         if (mode == 4 && (outcome.result == -EOPNOTSUPP || outcome.result == -ENOTTY))
                                           return true;
                                         return outcome.result == 0 && world.contents("copy") == "contents";
                                       });
                           }});
    }
  }
}

// Our own flag of copyFile (copy_file.cc): the target is made by this call or not at all.
constexpr int kAnew = 8;

Fill from_to(int from, int to, int flags, const std::string& source, const std::string& target, mode_t mode = 0) {
  return [=](Operation& operation) {
    operation.at = from;
    operation.at2 = to;
    operation.flags = flags;
    operation.mode = mode;
    operation.path = source;
    operation.path2 = target;
  };
}

bool has_mode(const std::string& path, mode_t mode) {
  struct stat found;
  return ::stat(path.c_str(), &found) == 0 && (found.st_mode & 07777) == mode;
}

void prepare_folders(World& world) {
  world.empty_folder();
  for (const char* folder : {"from", "from/inner", "to", "flat"}) ::mkdir((world / folder).c_str(), 0755);
  for (const char* file : {"from/a", "from/b", "from/c", "flat/a", "flat/b"}) world.write_file(file, "contents");
  ::chmod((world / "from/a").c_str(), 0700);
}

Fill folder_to(World& world, const char* source, const char* target) {
  return from_to(kWorkingDirectory, kWorkingDirectory, kAnew, world / source, world / target, 0750);
}

// A failure to open or to list leaves nothing behind.
void check_failure(World& world, const Outcome& failed) {
  const auto step = static_cast<Step>(-failed.result / kStepStride);
  if ((step == Step::kOpen || step == Step::kScandir) && world.exists("copy")) world.answered(-EEXIST);
}

// As cp does it: the directory and all its regular files in one job, and what that has left one by one.
void copy_folder(World& world) {
  const Outcome& together = world.run(Opcode::kCopyDirectory, folder_to(world, "from", "copy"),
                                      [](const Outcome& outcome) { return outcome.result >= 1; });
  if (together.result < 0) return check_failure(world, together);
  const std::vector<std::string> left = together.names;
  const int from = world.open(world / "from", O_PATH | O_DIRECTORY);
  const int to = world.open(world / "copy", O_PATH | O_DIRECTORY);
  if (std::count(left.begin(), left.end(), "inner") != 1) world.answered(-ENOTDIR);
  for (const char* name : {"a", "b", "c"}) {
    const auto is_copied = [&world, name] {
      const std::string copy = std::string("copy/") + name;
      return world.contents(copy) == "contents" && has_mode(world / copy, *name == 'a' ? 0700 : 0644);
    };
    if (std::count(left.begin(), left.end(), name) == 0) {
      if (!is_copied()) world.answered(-ENOENT);
      continue;
    }
    world.run(Opcode::kCopyFile, from_to(from, to, 0, name, name),
              [&](const Outcome& outcome) { return outcome.result == 0 && is_copied(); });
  }
}

// Nothing but files: the copy is done with, its mode included.
void copy_flat_folder(World& world) {
  const auto has_all = [&world] {
    return world.contents("copy/a") == "contents" && world.contents("copy/b") == "contents";
  };
  const Outcome& done =
      world.run(Opcode::kCopyDirectory, folder_to(world, "flat", "copy"), [&](const Outcome& outcome) {
        return outcome.result > 0 || (outcome.result == 0 && has_all() && has_mode(world / "copy", 0750));
      });
  if (done.result >= 0) return;
  check_failure(world, done);
  if (done.result <= failure(Step::kChmod, 0) && !has_all()) world.answered(-ENOENT);
}

void add_copies(std::vector<Scenario>& scenarios) {
  for (const bool clone : {false, true}) {
    scenarios.push_back(
        {clone ? "copyFile anew COPYFILE_FICLONE" : "copyFile anew", prepare_folders, [clone](World& world) {
           world.run(Opcode::kCopyFile, with_path(world / "from/a", kAnew | (clone ? 2 : 0), world / "copy"),
                     [&](const Outcome& outcome) {
                       return outcome.result == 0 && world.contents("copy") == "contents" &&
                              has_mode(world / "copy", 0700);
                     });
         }});
  }
  scenarios.push_back({"copyFile between open directories", prepare_folders, [](World& world) {
                         const int from = world.open(world / "from", O_PATH | O_DIRECTORY);
                         const int to = world.open(world / "to", O_PATH | O_DIRECTORY);
                         world.run(Opcode::kCopyFile, from_to(from, to, 0, "a", "b"), [&](const Outcome& outcome) {
                           return outcome.result == 0 && world.contents("to/b") == "contents";
                         });
                       }});
  for (const auto& [name, body] :
       {std::pair{"copyDirectory", &copy_folder}, {"copyDirectory of files", &copy_flat_folder}}) {
    Scenario folder{name, prepare_folders, body};
    folder.may_retry = true;
    scenarios.push_back(folder);
  }
}

// So large that others help to remove it: links of one file, which are made faster than files.
void make_large_tree(World& world) {
  constexpr int kBranches = 5;
  constexpr int kLinks = 24;
  world.empty_folder();
  ::mkdir((world / "tree").c_str(), 0755);
  world.write_file("file", "linked");
  const std::string file = world / "file";
  for (int branch = 0; branch < kBranches; ++branch) {
    const std::string folder = (world / "tree/") + std::to_string(branch);
    ::mkdir(folder.c_str(), 0755);
    for (int link = 0; link < kLinks; ++link) {
      if (::link(file.c_str(), (folder + "/" + std::to_string(link)).c_str()) != 0) std::abort();
    }
  }
}

void add_memory(std::vector<Scenario>& scenarios) {
  scenarios.push_back({"memory in large pages", [](World&) {},
                       [](World& world) {
                         constexpr size_t kSize = 2 * kLargePage + 100;
                         const Bytes bytes = in_large_pages(kSize);
                         if (bytes) bytes.data()[kSize - 1] = 'x';
                         world.answered(bytes ? 0 : -ENOMEM);
                       }});
  scenarios.push_back({"the cost of small pages", [](World&) {},
                       [](World& world) {
                         static_cast<void>(small_pages_are_dear());
                         world.answered(0);
                       }});
}

void add_trees(std::vector<Scenario>& scenarios) {
  scenarios.push_back({"makePath", [](World& world) { world.empty_folder(); },
                       [](World& world) {
                         world.run(Opcode::kMakePath, with_path(world / "one/two/three"), [&](const Outcome& outcome) {
                           return outcome.result > 0 && outcome.path == world / "one" && world.exists("one/two/three");
                         });
                       }});
  scenarios.push_back({"makePath of what is there", make_tree,
                       [](World& world) { world.run(Opcode::kMakePath, with_path(world / "tree/inner"), gives(0)); }});
  const auto remove = [](World& world) {
    world.run(Opcode::kRemoveTree, with_path(world / "tree"),
              [&](const Outcome& outcome) { return outcome.result == 0 && !world.exists("tree"); });
  };
  scenarios.push_back({"removeTree", make_tree, remove});
  scenarios.push_back({"removeTree by several", make_large_tree, remove});
  scenarios.push_back({"readdir of an open directory", make_tree, [](World& world) {
                         const int directory = world.open(world / "tree", O_PATH | O_DIRECTORY);
                         world.run(Opcode::kReaddir, in_directory(directory, "."), lists_tree);
                       }});
  scenarios.push_back(
      {"readdir", make_tree, [](World& world) { world.run(Opcode::kReaddir, with_path(world / "tree"), lists_tree); }});
  scenarios.push_back({"readdir of what was listed a moment ago", make_tree, [](World& world) {
                         for (int i = 0; i < 2; ++i) world.run(Opcode::kReaddir, with_path(world / "tree"), lists_tree);
                       }});
  const auto use_directory = [](World& world, bool here) {
    const auto run = [&](Opcode opcode, const Fill& fill, const Right& right) {
      return here ? world.run_here(opcode, fill, right).result : world.run(opcode, fill, right).result;
    };
    const Result directory = run(Opcode::kOpenDirectory, with_path(world / "tree"),
                                 [](const Outcome& outcome) { return outcome.result > 0; });
    if (directory < 0) return;
    run(Opcode::kReadDirectory, of_directory(directory), lists_tree);
    run(Opcode::kCloseDirectory, of_directory(directory), gives(0));
  };
  scenarios.push_back({"an open directory", make_tree, [use_directory](World& world) { use_directory(world, false); }});
  scenarios.push_back(
      {"an open directory, here", make_tree, [use_directory](World& world) { use_directory(world, true); }});
}

}  // namespace

void add_jobs(std::vector<Scenario>& scenarios) {
  add_files(scenarios);
  add_copies(scenarios);
  add_memory(scenarios);
  add_trees(scenarios);
}

}  // namespace caio::faulty
