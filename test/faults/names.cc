// Operations on names: each of one step.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string_view>

#include "faults/fills.h"
#include "faults/world.h"

namespace caio::faulty {

namespace {

struct OnName {
  const char* name;
  Opcode opcode;
  void (*fill)(Operation&);  // the path is that of "file" already, and path2 that of "other"
  bool (*right)(World&, const Outcome&);
};

bool succeeds(World&, const Outcome& outcome) { return outcome.result == 0; }
bool made_other(World& world, const Outcome& outcome) { return outcome.result == 0 && world.exists("other"); }
bool removed_file(World& world, const Outcome& outcome) { return outcome.result == 0 && !world.exists("file"); }
bool tells_size(World&, const Outcome& outcome) { return outcome.result == 0 && outcome.stat[8] == 5; }

bool leads_to_file(World&, const Outcome& outcome) {
  return outcome.result > 0 && std::string_view(outcome.bytes).ends_with("/file");
}

void set_owner(Operation& operation) {
  operation.uid = ::getuid();
  operation.gid = ::getgid();
}
void set_times(Operation& operation) { operation.atime = operation.mtime = 7; }

// The suffix of a path, changed to another name of the same folder.
void rename_path(Operation& operation, const std::string& name) {
  operation.path.replace(operation.path.rfind('/') + 1, std::string::npos, name);
}

const OnName kOnNames[] = {
    {"stat", Opcode::kStat, [](Operation&) {}, tells_size},
    {"lstat", Opcode::kLstat, [](Operation&) {}, tells_size},
    {"statfs", Opcode::kStatfs, [](Operation&) {}, succeeds},
    {"access F_OK", Opcode::kAccess, [](Operation& operation) { operation.flags = F_OK; }, succeeds},
    {"access R_OK", Opcode::kAccess, [](Operation& operation) { operation.flags = R_OK; }, succeeds},
    {"chmod", Opcode::kChmod, [](Operation& operation) { operation.mode = 0600; }, succeeds},
    {"chown", Opcode::kChown, set_owner, succeeds},
    {"lchown", Opcode::kLchown, set_owner, succeeds},
    {"utimes", Opcode::kUtimes, set_times, succeeds},
    {"lutimes", Opcode::kLutimes, set_times, succeeds},
    {"mkdir", Opcode::kMkdir,
     [](Operation& operation) {
       operation.path = operation.path2;
       operation.mode = 0755;
     },
     made_other},
    {"mkdtemp", Opcode::kMakeTemporary, [](Operation& operation) { rename_path(operation, "temporary-XXXXXX"); },
     [](World&, const Outcome& outcome) {
       struct stat found;
       return outcome.result > 0 && ::stat(outcome.bytes.c_str(), &found) == 0;
     }},
    {"rmdir", Opcode::kRmdir, [](Operation& operation) { rename_path(operation, "empty"); },
     [](World& world, const Outcome& outcome) { return outcome.result == 0 && !world.exists("empty"); }},
    {"unlink", Opcode::kUnlink, [](Operation&) {}, removed_file},
    {"rename", Opcode::kRename, [](Operation&) {}, made_other},
    {"link", Opcode::kLink, [](Operation&) {}, made_other},
    {"symlink", Opcode::kSymlink, [](Operation&) {}, made_other},
    {"readlink", Opcode::kReadlink, [](Operation& operation) { rename_path(operation, "alias"); },
     [](World&, const Outcome& outcome) { return outcome.result == 4 && outcome.bytes == "file"; }},
    {"realpath", Opcode::kRealpath, [](Operation& operation) { rename_path(operation, "alias"); }, leads_to_file},
    {"realpath without a link", Opcode::kRealpath, [](Operation&) {}, leads_to_file},
    {"realpath from here", Opcode::kRealpath, [](Operation& operation) { operation.path = "."; },
     [](World&, const Outcome& outcome) { return outcome.bytes == std::filesystem::current_path().string(); }},
};

void rename_twice(World& world) {
  for (const char* name : {"file", "second"}) {
    world.run(
        Opcode::kRename,
        [&](Operation& operation) {
          operation.path = world / name;
          operation.path2 = world / "other";
        },
        [&](const Outcome& outcome) { return outcome.result == 0 && !world.exists(name); });
  }
}

void prepare(World& world) {
  world.empty_folder();
  world.write_file("file", "five.");
  ::mkdir((world / "empty").c_str(), 0755);
  if (::symlink("file", (world / "alias").c_str()) != 0) std::abort();
}

void prepare_in_memory(World& world) {
  world.act_in_memory();
  prepare(world);
  world.write_file("second", "second");
}

// Those whose names can be looked up from an open directory.
bool takes_a_directory(Opcode opcode) {
  switch (opcode) {
    case Opcode::kChmod:
    case Opcode::kUtimes:
    case Opcode::kLutimes:
    case Opcode::kMkdir:
    case Opcode::kUnlink:
    case Opcode::kSymlink:
    case Opcode::kReadlink:
      return true;
    default:
      return false;
  }
}

bool is_descriptor(const Outcome& outcome) {
  if (outcome.result < 0) return false;
  const int fd = static_cast<int>(outcome.result % kTraitsShift);
  const int flags = ::fcntl(fd, F_GETFL);
  return ::close(fd) == 0 && (flags & O_NONBLOCK) == 0;
}

Fill to_open(const std::string& path, int flags) {
  return [=](Operation& operation) {
    operation.path = path;
    operation.flags = flags;
    operation.mode = 0644;
  };
}

}  // namespace

void add_names(std::vector<Scenario>& scenarios) {
  for (const OnName& kind : kOnNames) {
    const auto run = [&kind](World& world) {
      world.run(
          kind.opcode,
          [&](Operation& operation) {
            operation.path = world / "file";
            operation.path2 = world / "other";
            kind.fill(operation);
          },
          [&](const Outcome& outcome) { return kind.right(world, outcome); });
    };
    scenarios.push_back({kind.name, prepare, run});
    scenarios.push_back({std::string(kind.name) + " in memory", prepare_in_memory, run});
    scenarios.back().may_retry = kind.opcode == Opcode::kMakeTemporary;  // by the pool, which can tell the name
    const bool remembered =
        kind.opcode == Opcode::kStat || kind.opcode == Opcode::kLstat || kind.opcode == Opcode::kAccess;
    if (!remembered) continue;
    scenarios.push_back({std::string(kind.name) + " of what was seen a moment ago", prepare, [run](World& world) {
                           run(world);
                           run(world);
                         }});
  }
  for (const OnName& kind : kOnNames) {
    if (!takes_a_directory(kind.opcode)) continue;
    scenarios.push_back({std::string(kind.name) + " in an open directory", prepare, [&kind](World& world) {
                           const int directory = world.open(world / "", O_PATH | O_DIRECTORY);
                           world.run(
                               kind.opcode,
                               [&](Operation& operation) {
                                 operation.at = operation.at2 = directory;
                                 operation.path = "./file";
                                 operation.path2 = "./other";
                                 kind.fill(operation);
                               },
                               [&](const Outcome& outcome) { return kind.right(world, outcome); });
                         }});
  }
  scenarios.push_back({"open to read", prepare, [](World& world) {
                         world.run(Opcode::kOpen, to_open(world / "file", O_RDONLY), is_descriptor);
                       }});
  scenarios.push_back({"open in an open directory", prepare, [](World& world) {
                         const int directory = world.open(world / "", O_PATH | O_DIRECTORY);
                         world.run(Opcode::kOpen, in_directory(directory, "file"), is_descriptor);
                       }});
  scenarios.push_back({"open to write", prepare, [](World& world) {
                         world.run(Opcode::kOpen, to_open(world / "new", O_RDWR | O_CREAT | O_TRUNC), is_descriptor);
                       }});
  scenarios.push_back({"open to write in memory", prepare_in_memory, [](World& world) {
                         for (const char* name : {"new", "file"})
                           world.run(Opcode::kOpen, to_open(world / name, O_RDWR | O_CREAT | O_TRUNC), is_descriptor);
                       }});
  scenarios.push_back({"rename in memory, and again over what is there", prepare_in_memory, rename_twice});
  scenarios.push_back({"open of a FIFO's two ends",
                       [](World& world) {
                         prepare(world);
                         if (::mkfifo((world / "fifo").c_str(), 0600) != 0) std::abort();
                       },
                       [](World& world) {
                         // Should one of them fail, the other has somebody to wait for all the same.
                         const int other = world.open(world / "fifo", O_RDWR | O_NONBLOCK);
                         static_cast<void>(other);
                         world.start(Opcode::kOpen, to_open(world / "fifo", O_RDONLY), is_descriptor);
                         world.start(Opcode::kOpen, to_open(world / "fifo", O_WRONLY), is_descriptor);
                         world.drain();
                       }});
  for (const int32_t traits : {Traits::kReadOnly | Traits::kLocal | Traits::kRegular, Traits::kRegular + 0}) {
    scenarios.push_back({"close", prepare, [traits](World& world) {
                           const int fd = ::open((world / "file").c_str(), O_RDONLY | O_CLOEXEC);
                           world.run(
                               Opcode::kClose,
                               [&](Operation& operation) {
                                 operation.fd = fd;
                                 operation.traits = traits;
                               },
                               gives(0));
                           // A close that failed has given its descriptor up all the same, or was never made.
                           if (world.outcomes.back().result < 0) ::close(fd);
                         }});
  }
}

}  // namespace caio::faulty
