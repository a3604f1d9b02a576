// Reads, writes and syncs of a descriptor, by every way that one can go.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "faults/world.h"

namespace caio::faulty {

namespace {

constexpr size_t kLength = 13;
const std::string kText = "0123456789abc";
constexpr size_t kDirectLength = 8192;

struct Way {
  const char* name;
  int32_t traits;
  int flags;
  size_t length;
};

// What is said of a descriptor decides its way, on whatever file system it lies.
constexpr int32_t kFile = Traits::kRegular | Traits::kLocal;
constexpr Way kWays[] = {
    {"unknown", Traits::kUnknown, 0, kLength},
    {"cached", kFile | Traits::kReadNowait, 0, kLength},
    {"in memory", kFile | Traits::kMemory, 0, kLength},
    {"buffered", kFile | Traits::kReadNowait | Traits::kWriteBuffered, 0, kLength},
    {"without waiting", kFile | Traits::kReadNowait | Traits::kWriteNowait, 0, kLength},
    {"direct", kFile | Traits::kReadNowait | Traits::kDirect, O_DIRECT, kDirectLength},
};

std::string text_of(size_t length) {
  std::string text;
  while (text.size() < length) text += kText;
  text.resize(length);
  return text;
}

void fill_transfer(World& world, Operation& operation, const Way& way, int64_t offset) {
  operation.fd = world.fd;
  operation.traits = way.traits;
  operation.offset = offset;
  char* block = world.blocks[0];
  if (operation.opcode == Opcode::kRead || operation.opcode == Opcode::kWrite) {
    operation.data = block;
    operation.length = way.length;
    return;
  }
  const size_t first = way.length == kLength ? 4 : 4096;
  operation.vectors = {{block, first}, {block + first, way.length - first}};
}

Scenario transfer(const char* name, Opcode opcode, const Way& way, int64_t offset, int more_flags = 0) {
  const bool writes = opcode == Opcode::kWrite || opcode == Opcode::kWritev;
  return {name,
          [=, &way](World& world) {
            world.write_file("file", writes ? "" : text_of(way.length));
            world.open(world / "file", O_RDWR | way.flags | more_flags);
            std::memset(world.blocks[0], 0, way.length);
            if (writes) std::memcpy(world.blocks[0], text_of(way.length).data(), way.length);
          },
          [=, &way](World& world) {
            world.run(
                opcode, [&](Operation& operation) { fill_transfer(world, operation, way, offset); },
                [&](const Outcome& outcome) {
                  const std::string moved = writes ? world.contents("file") : std::string(world.blocks[0], way.length);
                  return outcome.result == static_cast<Result>(way.length) && moved == text_of(way.length);
                });
          },
          way.flags == O_DIRECT ? 4096u : 1u,
          false,
          false,
          offset < 0};
}

void on_descriptor(std::vector<Scenario>& scenarios, const char* name, Opcode opcode, const Fill& fill,
                   const std::function<bool(World&, const Outcome&)>& right) {
  scenarios.push_back({name,
                       [](World& world) {
                         world.write_file("file", kText);
                         world.open(world / "file", O_RDWR);
                       },
                       [=](World& world) {
                         world.run(
                             opcode,
                             [&](Operation& operation) {
                               operation.fd = world.fd;
                               fill(operation);
                             },
                             [&](const Outcome& outcome) { return right(world, outcome); });
                       }});
}

// A read of a pipe takes what is there: a part of it, when it comes short.
Right takes_from_pipe(World& world) {
  return [&world](const Outcome& outcome) {
    return outcome.result > 0 && outcome.result <= 5 &&
           std::memcmp(world.blocks[0], "piped", static_cast<size_t>(outcome.result)) == 0;
  };
}

Fill on_pipe(World& world, bool writes, int64_t offset = -1) {
  return [&world, writes, offset](Operation& operation) {
    operation.fd = writes ? world.write_end : world.read_end;
    operation.offset = offset;
    operation.data = world.blocks[0];
    operation.length = 5;
  };
}

void add_pipes(std::vector<Scenario>& scenarios) {
  const size_t first = scenarios.size();
  const auto prepare = [](World& world) {
    world.open_pipe();
    std::memset(world.blocks[0], 'w', 5);
  };
  const auto send = [](World& world) {
    if (::write(world.write_end, "piped", 5) != 5) std::abort();
  };
  scenarios.push_back({"read of a pipe that is ready", prepare,
                       [=](World& world) {
                         send(world);
                         world.run(Opcode::kRead, on_pipe(world, false), takes_from_pipe(world));
                       },
                       1, false, false, true});
  scenarios.push_back({"read of a pipe that becomes ready", prepare,
                       [=](World& world) {
                         world.start(Opcode::kRead, on_pipe(world, false), takes_from_pipe(world));
                         world.turn(1);
                         send(world);
                         world.drain();
                       },
                       1, false, false, true});
  scenarios.push_back({"write to a pipe", prepare, [=](World& world) {
                         world.run(Opcode::kWrite, on_pipe(world, true),
                                   [](const Outcome& outcome) { return outcome.result > 0 && outcome.result <= 5; });
                       }});
  scenarios.push_back({"read of a pipe at an offset", prepare,
                       [=](World& world) { world.run(Opcode::kRead, on_pipe(world, false, 3), gives(-ESPIPE)); }});
  for (size_t at = first; at < scenarios.size(); ++at) scenarios[at].awaited = true;
}

}  // namespace

void add_transfers(std::vector<Scenario>& scenarios) {
  for (const Way& way : kWays) {
    for (const Opcode opcode : {Opcode::kRead, Opcode::kWrite, Opcode::kReadv, Opcode::kWritev}) {
      scenarios.push_back(transfer(way.name, opcode, way, 0));
      if (way.flags != O_DIRECT) scenarios.push_back(transfer(way.name, opcode, way, -1));
    }
  }
  static constexpr Way kAppending = {"appending", kFile | Traits::kWriteBuffered | Traits::kAppend, 0, kLength};
  scenarios.push_back(transfer(kAppending.name, Opcode::kWrite, kAppending, -1, O_APPEND));

  scenarios.push_back(
      {"write within a page",
       [](World& world) {
         world.write_file("file", std::string(kDirectLength, 'o'));
         world.open(world / "file", O_RDWR);
         std::memcpy(world.blocks[0], kText.data(), kLength);
       },
       [](World& world) {
         static constexpr Way kBuffered = {"buffered", kFile | Traits::kWriteBuffered, 0, kLength};
         world.run(
             Opcode::kWrite, [&](Operation& operation) { fill_transfer(world, operation, kBuffered, 100); },
             [&](const Outcome& outcome) {
               return outcome.result == kLength && world.contents("file").substr(99, 15) == "o" + kText + "o";
             });
       }});

  on_descriptor(
      scenarios, "fsync", Opcode::kFsync, [](Operation&) {},
      [](World&, const Outcome& outcome) { return outcome.result == 0; });
  on_descriptor(
      scenarios, "fdatasync", Opcode::kFdatasync, [](Operation&) {},
      [](World&, const Outcome& outcome) { return outcome.result == 0; });
  on_descriptor(
      scenarios, "ftruncate", Opcode::kFtruncate, [](Operation& operation) { operation.offset = 4; },
      [](World& world, const Outcome& outcome) {
        return outcome.result == 0 && world.contents("file") == kText.substr(0, 4);
      });
  on_descriptor(
      scenarios, "fstat", Opcode::kFstat, [](Operation&) {},
      [](World&, const Outcome& outcome) { return outcome.result == 0 && outcome.stat[8] == kLength; });
  on_descriptor(
      scenarios, "fchmod", Opcode::kFchmod, [](Operation& operation) { operation.mode = 0600; },
      [](World&, const Outcome& outcome) { return outcome.result == 0; });
  on_descriptor(
      scenarios, "fchown", Opcode::kFchown,
      [](Operation& operation) {
        operation.uid = ::getuid();
        operation.gid = ::getgid();
      },
      [](World&, const Outcome& outcome) { return outcome.result == 0; });
  on_descriptor(
      scenarios, "futimes", Opcode::kFutimes, [](Operation& operation) { operation.mtime = 5; },
      [](World&, const Outcome& outcome) { return outcome.result == 0; });
  add_pipes(scenarios);
}

}  // namespace caio::faulty
