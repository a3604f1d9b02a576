// What does not pass: a kernel that is older than this one, or that goes on refusing. Each check arms its faults
// itself.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "faults/world.h"

namespace caio::faulty {

namespace {

using faults::Fault;
using Clock = std::chrono::steady_clock;

// As in backends/uring.cc and system/uring.cc.
constexpr uint64_t kMostRefusals = 64;
constexpr auto kLongerThanThePollerLooks = std::chrono::milliseconds(80);
constexpr auto kLongerThanAnyPollerLooks = std::chrono::seconds(20);

constexpr int kErestartsys = 512;
constexpr size_t kMoreThanThePool = 6;

// For as long as it lives, these calls fail, or what else is to happen to them does, at up to two sites.
class Failing {
 public:
  Failing(std::initializer_list<const char*> calls, std::string_view file, int error, bool persistent = true)
      : Failing(calls, file, Fault{nullptr, Fault::Kind::kError, error, 0, 1, persistent}) {}
  Failing(std::initializer_list<const char*> calls, std::string_view file, const Fault& fault) {
    Fault armed[2];
    for (faults::CallSite* site = faults::all_sites(); site != nullptr; site = site->next) {
      for (const char* call : calls) {
        if (std::strcmp(site->name, call) != 0 || !std::string_view(site->file).ends_with(file) || count_ == 2)
          continue;
        armed[count_] = fault;
        armed[count_].site = sites_[count_] = site;
        ++count_;
      }
    }
    faults::arm(armed, count_);
  }
  ~Failing() { faults::disarm(); }
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;

  uint64_t met() const { return count_ == 0 ? 0 : faults::met(0) + (count_ == 2 ? faults::met(1) : 0); }
  bool is_known() const { return count_ > 0; }

 private:
  faults::CallSite* sites_[2] = {};
  size_t count_ = 0;
};

Fill piped(World& world, int fd, size_t block, size_t length) {
  return [&world, fd, block, length](Operation& operation) {
    operation.fd = fd;
    operation.traits = Traits::kPolled;
    operation.data = world.blocks[block];
    operation.length = length;
  };
}

Fill direct_read(World& world, size_t block) {
  return [&world, block](Operation& operation) {
    operation.fd = world.fd;
    operation.traits = Traits::kRegular | Traits::kLocal | Traits::kReadNowait | Traits::kDirect;
    operation.data = world.blocks[block];
    operation.length = 4096;
    operation.offset = 0;
  };
}

Right is_read(World& world, size_t block) {
  return [&world, block](const Outcome& outcome) {
    return outcome.result == 4096 && std::string(world.blocks[block], 4096) == std::string(4096, 'r');
  };
}

void prepare_direct(World& world) {
  world.write_file("file", std::string(4096, 'r'));
  world.open(world / "file", O_RDONLY | O_DIRECT);
}

void turn_for(World& world, std::chrono::milliseconds time) {
  for (const auto end = Clock::now() + time; Clock::now() < end;) world.turn(50);
}

std::string told(World& world, size_t number, const char* what) {
  const Outcome& outcome = world.outcomes[number];
  if (!outcome.ended) return std::string(what) + " has not ended";
  return outcome.right ? "" : std::string(what) + " gave " + std::to_string(outcome.result);
}

uint64_t in_ring(World& world) {
  return world.engine().counters()[static_cast<size_t>(Opcode::kRead)][static_cast<size_t>(Route::kRing)];
}

// On a machine with much to do the kernel's thread comes late to its looking, and so to its sleep.
void wait_until_the_poller_sleeps() {
  const auto latest = Clock::now() + kLongerThanAnyPollerLooks;
  for (bool awake = true; awake && Clock::now() < latest;) {
    std::this_thread::sleep_for(kLongerThanThePollerLooks);
    awake = false;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      std::string stat;
      std::getline(std::ifstream(task.path() / "stat"), stat);
      // proc_pid_stat(5): the name in brackets, then the state.
      const size_t end = stat.rfind(')');
      if (stat.find("(iou-sqp") != std::string::npos && stat.compare(end, 4, ") S ") != 0) awake = true;
    }
  }
}

// The kernel's thread sleeps, and to wake it is refused.
std::string refuse_to_wake(World& world, int error, bool with_something_in_flight) {
  prepare_direct(world);
  world.open_pipe();
  world.make_engine(true);
  if (!world.has_engine())
    return "skipped: SQPOLL is not to be had, errno " + std::to_string(-world.outcomes.back().result);
  // Whatever the ring is entered for by the engine has been seen once, or the fault has no site to be armed at.
  world.run(Opcode::kRead, direct_read(world, 0), is_read(world, 0));
  wait_until_the_poller_sleeps();
  const size_t silent = world.start(Opcode::kRead, piped(world, world.read_end, 1, 1), gives(1));
  if (!with_something_in_flight && ::write(world.write_end, "x", 1) != 1) std::abort();
  for (int turns = 0; turns < 4; ++turns) world.turn(5);
  wait_until_the_poller_sleeps();
  size_t refused = 0;
  {
    const Failing failing({"caio::raw::io_uring_enter"}, "system/uring.cc", error);
    if (!failing.is_known()) return "the ring was never entered";
    refused = world.start(Opcode::kRead, direct_read(world, 2), is_read(world, 2));
    const auto began = Clock::now();
    turn_for(world, std::chrono::milliseconds(300));
    const auto turns = static_cast<uint64_t>((Clock::now() - began) / std::chrono::milliseconds(50)) + 2;
    if (failing.met() == 0) return "the kernel's thread was awake";
    // Each turn of the loop may flush and reap.
    if (failing.met() > kMostRefusals + 4 * turns)
      return "asked " + std::to_string(failing.met()) + " times in " + std::to_string(turns) + " turns";
    if (world.outcomes[refused].ended) return "what the ring has not taken has ended";
    const uint64_t before = in_ring(world);
    const size_t other = world.start(Opcode::kRead, direct_read(world, 3), is_read(world, 3));
    for (int left = 100; left > 0 && !world.outcomes[other].ended; --left) world.turn(50);
    if (const std::string why = told(world, other, "what came later"); !why.empty()) return why;
    if (in_ring(world) != before) return "what came later went into the ring";
  }
  if (with_something_in_flight && ::write(world.write_end, "x", 1) != 1) std::abort();
  world.drain();
  if (const std::string why = told(world, refused, "what was refused"); !why.empty()) return why;
  if (const std::string why = told(world, silent, "the pipe's"); !why.empty()) return why;
  const uint64_t before = in_ring(world);
  const size_t last = world.outcomes.size();
  world.run(Opcode::kRead, direct_read(world, 4), is_read(world, 4));
  if (const std::string why = told(world, last, "what came last"); !why.empty()) return why;
  return in_ring(world) == before + 1 ? "" : "the ring serves no more";
}

// Before 6.4, pipes know no RWF_NOWAIT. More readers wait for a pipe than the pool has threads, and each byte wakes
// all.
std::string read_old_pipe(World& world) {
  world.make_engine();
  world.open_pipe();
  world.write_file("file", "still served");
  const Failing failing({"preadv2", "pwritev2"}, "system/transfer.cc", EOPNOTSUPP);
  for (size_t i = 0; i < kMoreThanThePool; ++i) {
    if (i % 2 == 0) {
      world.start(Opcode::kRead, piped(world, world.read_end, i, 1), gives(1));
    } else {
      world.start(
          Opcode::kReadv,
          [&world, i](Operation& operation) {
            operation.fd = world.read_end;
            operation.traits = Traits::kPolled;
            operation.vectors = {{world.blocks[i], 1}, {world.blocks[i] + 1, 1}};
          },
          gives(1));
    }
  }
  for (size_t i = 0; i < kMoreThanThePool; ++i) {
    if (::write(world.write_end, "x", 1) != 1) std::abort();
    for (int turns = 0; turns < 4; ++turns) world.turn(5);
    const size_t number = world.start(
        Opcode::kReadFile,
        [&](Operation& operation) {
          operation.path = world / "file";
          operation.flags = 0;
        },
        [](const Outcome& read) { return read.bytes == "still served"; });
    for (int left = 100; left > 0 && !world.outcomes[number].ended; --left) world.turn(50);
    if (const std::string why = told(world, number, "readFile beside the pipe"); !why.empty()) return why;
  }
  world.drain();
  for (size_t i = 0; i < kMoreThanThePool; ++i) {
    if (const std::string why = told(world, i, "a reader"); !why.empty()) return why;
  }
  return "";
}

// More than a pipe takes at once; in the ring such a write comes short, and goes on in the pool.
std::string write_old_pipe(World& world) {
  world.make_engine();
  world.open_pipe();
  constexpr size_t kMore = 300 * 1024;
  std::string data(kMore, 'w');
  data[kMore - 1] = 'e';
  const Failing failing({"preadv2", "pwritev2"}, "system/transfer.cc", EOPNOTSUPP);
  const size_t written = world.start(
      Opcode::kWrite,
      [&](Operation& operation) {
        operation.fd = world.write_end;
        operation.traits = Traits::kPolled;
        operation.data = data.data();
        operation.length = kMore;
      },
      gives(kMore));
  std::string received;
  while (received.size() < kMore) {
    world.turn(1);
    char some[16 * 1024];
    const ssize_t count = ::read(world.read_end, some, sizeof some);
    if (count <= 0) return "the pipe gave nothing";
    received.append(some, static_cast<size_t>(count));
  }
  world.drain();
  if (const std::string why = told(world, written, "the write"); !why.empty()) return why;
  if (received != data) return "other bytes came out of the pipe";
  return failing.met() > 0 ? "" : "nothing of it was done as on an old kernel";
}

// pipe(2): with O_DIRECT, each write is a packet, and the rest of one that is read in part is lost.
std::string read_old_packets(World& world) {
  world.make_engine();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_DIRECT) != 0) std::abort();
  const FileDescriptor read_end(ends[0]);
  const FileDescriptor write_end(ends[1]);
  const Failing failing({"preadv2", "pwritev2"}, "system/transfer.cc", EOPNOTSUPP);
  world.start(Opcode::kWrite, piped(world, write_end.get(), 0, 10), gives(10));
  world.drain();
  world.start(Opcode::kWrite, piped(world, write_end.get(), 0, 20), gives(20));
  world.drain();
  world.start(Opcode::kRead, piped(world, read_end.get(), 1, 100), gives(10));
  world.drain();
  world.start(Opcode::kRead, piped(world, read_end.get(), 1, 5), gives(5));
  world.drain();
  for (size_t i = 0; i < 4; ++i) {
    if (const std::string why = told(world, i, "a packet"); !why.empty()) return why;
  }
  return "";
}

// What cannot be opened once more waits on threads of its own, beside the pool.
std::string read_old_socket(World& world) {
  world.make_engine();
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  const FileDescriptor here(ends[0]);
  const FileDescriptor there(ends[1]);
  const Failing failing({"preadv2", "pwritev2"}, "system/transfer.cc", EOPNOTSUPP);
  for (size_t i = 0; i < kMoreThanThePool; ++i) world.start(Opcode::kRead, piped(world, here.get(), i, 1), gives(1));
  for (size_t i = 0; i < kMoreThanThePool; ++i) {
    world.turn(5);
    if (::write(there.get(), "x", 1) != 1) std::abort();
  }
  world.drain();
  for (size_t i = 0; i < kMoreThanThePool; ++i) {
    if (const std::string why = told(world, i, "a reader"); !why.empty()) return why;
  }
  return "";
}

// Without RWF_NOWAIT a pipe is read by a thread of the ring's own, and a cancelled read(2) there may tell of a restart
// that never comes.
std::string cancel_in_old_ring(World& world) {
  world.make_engine();
  world.open_pipe();
  const size_t silent = world.start(Opcode::kRead, piped(world, world.read_end, 0, 1), gives(-ECANCELED));
  world.turn(5);
  const Failing failing({"(completion)"}, "backends/uring.cc", kErestartsys);
  world.cancel(silent);
  world.drain();
  if (const std::string why = told(world, silent, "the read"); !why.empty()) return why;
  return failing.met() > 0 ? "" : "nothing came of the ring";
}

// So may one that a signal has interrupted: nobody has cancelled it, and it is made again.
std::string interrupt_in_old_ring(World& world) {
  prepare_direct(world);
  world.make_engine();
  const Failing failing({"(completion)"}, "backends/uring.cc", kErestartsys, false);
  const size_t number = world.start(Opcode::kRead, direct_read(world, 0), is_read(world, 0));
  world.drain();
  if (const std::string why = told(world, number, "the read"); !why.empty()) return why;
  return failing.met() == 1 ? "" : "the read was not interrupted";
}

// A ring may be smaller than it was asked to be (IORING_SETUP_CLAMP; RLIMIT_MEMLOCK before Linux 5.12). Completions
// that have no room in it wait in the kernel.
std::string overflow_a_small_ring(World& world) {
  prepare_direct(world);
  world.make_engine();
  world.end_engine();
  {
    const Failing small({"caio::raw::io_uring_setup"}, "system/uring.cc", {nullptr, Fault::Kind::kShort, 0, 1});
    world.make_engine();
    if (small.met() == 0) return "the ring has the size that it was to have";
  }
  std::vector<size_t> reads;
  for (size_t block = 0; block < 6; ++block)
    reads.push_back(world.start(Opcode::kRead, direct_read(world, block), is_read(world, block)));
  world.engine().flush();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  for (int turns = 0; turns < 20 && world.engine().pending() > 0; ++turns) world.turn(50);
  for (const size_t number : reads) {
    if (const std::string why = told(world, number, "a read"); !why.empty()) return why;
  }
  return "";
}

}  // namespace

void add_checks(std::vector<Check>& checks) {
  for (const int error : {EAGAIN, EBUSY, ENOMEM}) {
    for (const bool with_something : {false, true}) {
      checks.push_back({std::string("a polling thread that will not be woken, ") + ::strerrorname_np(error) +
                            (with_something ? ", with something in flight" : ""),
                        [=](World& world) { return refuse_to_wake(world, error, with_something); }, true});
    }
  }
  checks.push_back({"readers of a pipe before Linux 6.4", read_old_pipe});
  checks.push_back({"a writer to a pipe before Linux 6.4", write_old_pipe});
  checks.push_back({"packets in a pipe before Linux 6.4", read_old_packets});
  checks.push_back({"readers of a socket that knows no RWF_NOWAIT", read_old_socket});
  checks.push_back({"more completions than a small ring has room for", overflow_a_small_ring, true});
  checks.push_back({"a read in the ring, cancelled before Linux 6.4", cancel_in_old_ring, true});
  checks.push_back({"a read in the ring, interrupted before Linux 6.4", interrupt_in_old_ring, true});
}

}  // namespace caio::faulty
