// Several operations at once: as AsyncContext hands them in, and as a program that awaits many promises does.

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "faults/world.h"

namespace caio::faulty {

namespace {

constexpr size_t kBlock = 4096;
constexpr size_t kCount = 12;

// Reads and writes side by side, each at its place, and a sync among them: more than the engine has capacity for.
void run_batch(World& world, int32_t traits) {
  const size_t first = world.outcomes.size();
  for (size_t i = 0; i < kCount; ++i) {
    char* block = world.blocks[i];
    const bool writes = i % 2 == 1;
    std::memset(block, writes ? static_cast<int>('A' + i) : 0, kBlock);
    world.start(
        writes ? Opcode::kWrite : Opcode::kRead,
        [&, i, block](Operation& operation) {
          operation.fd = world.fd;
          operation.traits = traits;
          operation.data = block;
          operation.length = kBlock;
          operation.offset = static_cast<int64_t>(i * kBlock);
        },
        [i, block, writes](const Outcome& outcome) {
          const std::string expected(kBlock, static_cast<char>((writes ? 'A' : 'a') + i));
          return outcome.result == kBlock && expected == std::string(block, kBlock);
        });
    if (i == kCount / 2) {
      for (const Opcode opcode : {Opcode::kFsync, Opcode::kFdatasync})
        world.start(
            opcode, [&](Operation& operation) { operation.fd = world.fd; }, gives(0));
    }
  }
  world.drain();
  const std::string all = world.contents("file");
  for (size_t i = 0; i < kCount; ++i) {
    Outcome& outcome = world.outcomes[first + (i <= kCount / 2 ? i : i + 2)];
    const std::string expected(kBlock, static_cast<char>('A' + i));
    if (i % 2 == 1 && outcome.result >= 0 && all.substr(i * kBlock, kBlock) != expected) outcome.right = false;
  }
}

void prepare_batch(World& world, int flags) {
  std::string text;
  for (size_t i = 0; i < kCount; ++i) text += std::string(kBlock, static_cast<char>('a' + i));
  world.write_file("file", text);
  world.open(world / "file", O_RDWR | flags);
}

Fill with_path(const std::string& path, int flags) {
  return [=](Operation& operation) {
    operation.path = path;
    operation.flags = flags;
  };
}

bool closes(const Outcome& outcome) {
  return outcome.result >= 0 && ::close(static_cast<int>(outcome.result % kTraitsShift)) == 0;
}

void run_shared(World& world) {
  world.set_unsettled(true);
  for (int i = 0; i < 4; ++i) {
    world.start(Opcode::kStat, with_path(world / "file", 0), gives(0));
    world.start(Opcode::kAccess, with_path(world / "file", R_OK), gives(0));
    world.start(Opcode::kReadFile, with_path(world / "file", O_RDONLY),
                [](const Outcome& outcome) { return outcome.result == 6 && outcome.bytes == "shared"; });
    world.start(Opcode::kOpen, with_path(world / "file", O_RDONLY), closes);
  }
  world.set_unsettled(false);
  world.drain();
}

// Too large for the read that asks nobody how large a file is.
constexpr size_t kLarge = 40'000;

void run_large(World& world) {
  world.set_unsettled(true);
  for (int i = 0; i < 4; ++i) {
    world.start(Opcode::kReadFile, with_path(world / "file", O_RDONLY),
                [](const Outcome& outcome) { return outcome.bytes == std::string(kLarge, 'l'); });
  }
  world.set_unsettled(false);
  world.drain();
}

void run_closes(World& world) {
  constexpr size_t kFiles = 4;
  constexpr int32_t kTraits =
      Traits::kRegular | Traits::kLocal | Traits::kReadNowait | Traits::kReadOnly | Traits::kSmall;
  struct stat file {};
  if (::stat((world / "file").c_str(), &file) != 0) std::abort();
  std::vector<int> fds;
  for (size_t i = 0; i < kFiles; ++i) fds.push_back(::open((world / "file").c_str(), O_RDONLY | O_CLOEXEC));
  world.set_unsettled(true);
  for (const int fd : fds) {
    world.start(
        Opcode::kClose,
        [fd](Operation& operation) {
          operation.fd = fd;
          operation.traits = kTraits;
        },
        gives(0));
  }
  world.set_unsettled(false);
  world.drain();
  for (size_t i = 0; i < kFiles; ++i) {
    // One that failed has given its descriptor up all the same, or was never made; the number may be the engine's now.
    struct stat now {};
    if (world.outcomes[i].result < 0 && ::fstat(fds[i], &now) == 0 && now.st_ino == file.st_ino) ::close(fds[i]);
  }
}

void run_shared_reads(World& world) {
  world.set_unsettled(true);
  for (size_t i = 0; i < 8; ++i) {
    char* block = world.blocks[i];
    world.start(
        Opcode::kRead,
        [&world, i, block](Operation& operation) {
          operation.fd = world.fd;
          operation.traits = Traits::kRegular | Traits::kLocal | Traits::kReadNowait;
          operation.data = block;
          operation.length = kBlock;
          operation.offset = static_cast<int64_t>(i * kBlock);
        },
        [i, block](const Outcome& outcome) {
          return outcome.result == kBlock &&
                 std::string(block, kBlock) == std::string(kBlock, static_cast<char>('a' + i));
        });
  }
  world.set_unsettled(false);
  world.drain();
}

// Those of one buffer are gathered, the others shared.
void run_writes(World& world, Opcode opcode) {
  static char text[] = "gathered";
  world.set_unsettled(true);
  for (size_t i = 0; i < 8; ++i) {
    world.start(
        opcode,
        [&](Operation& operation) {
          operation.fd = world.fd;
          operation.traits = Traits::kRegular | Traits::kLocal | Traits::kReadNowait | Traits::kWriteBuffered;
          if (opcode == Opcode::kWritev) operation.vectors = {{&text[i], 1}};
          operation.data = &text[i];
          operation.length = 1;
          operation.offset = static_cast<int64_t>(i);
        },
        gives(1));
  }
  world.set_unsettled(false);
  world.drain();
  const std::string written = world.contents("file");
  for (size_t i = 0; i < 8; ++i) {
    Outcome& outcome = world.outcomes[i];
    if (outcome.result == 1 && (i >= written.size() || written[i] != text[i])) outcome.right = false;
  }
}

// Syncs of one descriptor share what comes after them: those that are asked for together, and those that come while one
// is under way.
void run_syncs(World& world, bool cancels) {
  const auto start = [&world](Opcode opcode, const Right& right) {
    return world.start(
        opcode, [&world](Operation& operation) { operation.fd = world.fd; }, right);
  };
  world.engine().turn();
  for (const Opcode opcode : {Opcode::kFdatasync, Opcode::kFsync, Opcode::kFdatasync}) start(opcode, gives(0));
  world.turn(0);
  for (const Opcode opcode : {Opcode::kFsync, Opcode::kFdatasync, Opcode::kFsync}) start(opcode, gives(0));
  if (cancels) {
    const size_t silent = start(
        Opcode::kFsync, [](const Outcome& outcome) { return outcome.result == -ECANCELED || outcome.result == 0; });
    world.cancel(silent);
  }
  world.drain();
}

// What comes after the turn's budget is spent waits for another turn.
void run_postponed(World& world) {
  world.engine().turn();
  world.start(Opcode::kStat, with_path(world / "file", 0), gives(0));
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < std::chrono::microseconds(1100)) {
  }
  world.start(Opcode::kStat, with_path(world / "file", 0), gives(0));
  world.start(Opcode::kReadFile, with_path(world / "file", O_RDONLY),
              [](const Outcome& outcome) { return outcome.bytes == "shared"; });
  world.drain();
}

// The process belongs to other groups for a while.
class ChangedGroups {
 public:
  ChangedGroups() {
    const int count = ::getgroups(0, nullptr);
    before_.resize(static_cast<size_t>(count));
    if (::getgroups(count, before_.data()) != count) std::abort();
    set({1});
  }
  ~ChangedGroups() { set(before_); }
  void change() const { set({1, 2}); }

 private:
  static void set(const std::vector<gid_t>& groups) {
    if (::setgroups(groups.size(), groups.data()) != 0) std::abort();
  }
  std::vector<gid_t> before_;
};

}  // namespace

void add_batches(std::vector<Scenario>& scenarios) {
  constexpr int32_t kFile = Traits::kRegular | Traits::kLocal | Traits::kReadNowait;
  scenarios.push_back({"a batch of direct transfers", [](World& world) { prepare_batch(world, O_DIRECT); },
                       [](World& world) { run_batch(world, kFile | Traits::kDirect); }, kBlock});
  scenarios.push_back({"a batch of buffered transfers", [](World& world) { prepare_batch(world, 0); },
                       [](World& world) { run_batch(world, kFile | Traits::kWriteBuffered); }, 512});
  scenarios.push_back({"a batch of which nothing is known", [](World& world) { prepare_batch(world, 0); },
                       [](World& world) { run_batch(world, Traits::kUnknown); }, 512});
  scenarios.push_back(
      {"names and files, shared", [](World& world) { world.write_file("file", "shared"); }, run_shared});
  scenarios.push_back(
      {"large files, shared", [](World& world) { world.write_file("file", std::string(kLarge, 'l')); }, run_large});
  scenarios.push_back({"closes, shared", [](World& world) { world.write_file("file", "closed"); }, run_closes});
  scenarios.push_back(
      {"reads, shared", [](World& world) { prepare_batch(world, 0); }, run_shared_reads, 512, false, true});
  for (const Opcode opcode : {Opcode::kWrite, Opcode::kWritev}) {
    scenarios.push_back({opcode == Opcode::kWrite ? "writes, gathered" : "writes, shared",
                         [](World& world) {
                           world.write_file("file", "");
                           world.open(world / "file", O_RDWR);
                         },
                         [opcode](World& world) { run_writes(world, opcode); }, 1, false, true});
  }
  scenarios.push_back(
      {"what a turn has no time for", [](World& world) { world.write_file("file", "shared"); }, run_postponed});
  for (const bool cancels : {false, true}) {
    scenarios.push_back({cancels ? "syncs of one descriptor, one of them cancelled" : "syncs of one descriptor",
                         [](World& world) {
                           world.write_file("file", "synced");
                           world.open(world / "file", O_RDWR);
                           world.begin_syncs();
                         },
                         [cancels](World& world) { run_syncs(world, cancels); }, 1, false, cancels});
  }
  const auto batch_of_its_own = [](bool sqpoll) {
    return [sqpoll](World& world) {
      world.make_engine(sqpoll);
      if (!world.has_engine()) return;
      run_batch(world, kFile | Traits::kDirect);
      if (sqpoll) {
        // Longer than the kernel's thread looks for more (kSqpollIdleMilliseconds): then it must be woken.
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        prepare_batch(world, O_DIRECT);
        run_batch(world, kFile | Traits::kDirect);
      }
      world.end_engine();
    };
  };
  scenarios.push_back({"an engine's first batch", [](World& world) { prepare_batch(world, O_DIRECT); },
                       batch_of_its_own(false), kBlock, true});
  Scenario polled{"an engine's first batch, its queue polled by the kernel",
                  [](World& world) { prepare_batch(world, O_DIRECT); }, batch_of_its_own(true), kBlock, true};
  polled.polled = true;
  scenarios.push_back(polled);
  // Without a new ring the pool does the second half.
  polled.name = "a ring made anew after a change of groups";
  polled.may_retry = true;
  polled.body = [](World& world) {
    const ChangedGroups changed;
    world.make_engine(true);
    if (!world.has_engine()) return;
    run_batch(world, kFile | Traits::kDirect);
    changed.change();
    prepare_batch(world, O_DIRECT);
    run_batch(world, kFile | Traits::kDirect);
    world.end_engine();
  };
  if (::geteuid() == 0) scenarios.push_back(polled);
}

}  // namespace caio::faulty
