// Set-up, registration, cancelling and the end.

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "faults/world.h"
#include "system/apart.h"

namespace caio::faulty {

namespace {

Fill from_pipe(World& world) {
  return [&world](Operation& operation) {
    operation.fd = world.read_end;
    operation.data = world.blocks[0];
    operation.length = 1;
  };
}

Fill direct_read(World& world, size_t block = 1) {
  return [&world, block](Operation& operation) {
    operation.fd = world.fd;
    operation.traits = Traits::kRegular | Traits::kLocal | Traits::kReadNowait | Traits::kDirect;
    operation.data = world.blocks[block];
    operation.length = 4096;
    operation.offset = 0;
  };
}

bool is_read(World& world, const Outcome& outcome) {
  return outcome.result == 4096 && std::string(world.blocks[1], 4096) == std::string(4096, 'r');
}

void prepare(World& world) {
  world.write_file("file", std::string(4096, 'r'));
  world.open(world / "file", O_RDWR | O_DIRECT);
  world.open_pipe();
}

void set_up(World& world) {
  world.make_engine();
  if (!world.has_engine()) return;
  world.run(
      Opcode::kStat, [&](Operation& operation) { operation.path = world / "file"; }, gives(0));
  // Relative: where not every mount is local, the working directory is looked at.
  world.run(
      Opcode::kAccess, [&](Operation& operation) { operation.path = "."; }, gives(0));
  world.run(Opcode::kRead, direct_read(world), [&](const Outcome& outcome) { return is_read(world, outcome); });
  world.end_engine();
}

// Only then is it sure to look at what the system may still take before it makes writers wait: what it saw is believed
// for a while.
void write_first(World& world) {
  world.make_engine();
  if (!world.has_engine()) return;
  world.run(
      Opcode::kWrite,
      [&](Operation& operation) {
        operation.fd = world.fd;
        operation.traits = Traits::kRegular | Traits::kLocal | Traits::kWriteBuffered;
        operation.data = world.blocks[0];
        operation.length = 5;
        operation.offset = 0;
      },
      [&](const Outcome& outcome) { return outcome.result == 5 && world.contents("file") == "first"; });
  world.end_engine();
}

// A registration that fails changes nothing: the same transfer goes its ordinary way.
void register_and_read(World& world) {
  world.make_engine();
  if (!world.has_engine()) return;
  const std::array buffers{iovec{world.blocks[0], 8192}, iovec{world.blocks[1], 8192}};
  const std::array files{world.fd};
  for (int round = 0; round < 2; ++round) {
    const Result of_buffers = world.engine().register_buffers(buffers);
    world.answered(of_buffers == -ENOTSUP ? 0 : of_buffers);
    const Result of_files = world.engine().register_files(files);
    world.answered(of_files == -ENOTSUP ? 0 : of_files);
    world.run(Opcode::kRead, direct_read(world), [&](const Outcome& outcome) { return is_read(world, outcome); });
  }
  world.end_engine();
}

void cancel(World& world) {
  const size_t silent = world.start(Opcode::kRead, from_pipe(world), gives(-ECANCELED));
  world.start(Opcode::kRead, direct_read(world), [&](const Outcome& outcome) { return is_read(world, outcome); });
  world.turn(1);
  world.cancel(silent);
  // Who could not be cancelled is still to end: by the end of its pipe.
  for (int turns = 0; turns < 3 && !world.outcomes[silent].ended; ++turns) world.turn(5);
  if (!world.outcomes[silent].ended) {
    ::close(world.write_end);
    world.write_end = -1;
  }
  world.drain();
  if (world.outcomes[silent].result == 0) world.outcomes[silent].right = true;
}

void end_in_flight(World& world) {
  world.make_engine();
  if (!world.has_engine()) return;
  const size_t before = world.outcomes.size();
  for (size_t i = 1; i <= 3; ++i) {
    world.start(Opcode::kRead, from_pipe(world), [](const Outcome&) { return true; });
    world.start(Opcode::kRead, direct_read(world, i), [](const Outcome&) { return true; });
    world.start(
        Opcode::kStat, [&](Operation& operation) { operation.path = world / "file"; },
        [](const Outcome&) { return true; });
  }
  world.turn(0);
  world.engine().stop();
  if (world.engine().pending() != 0) world.answered(-EBUSY);
  world.end_engine();
  world.outcomes.resize(before);  // whether they ended or were dropped, nobody waits for them
}

// Two threads on one processor, and one of them is asked to leave it: here both are this thread.
void keep_apart(World& world) {
  cpu_set_t own;
  ::sched_getaffinity(0, sizeof own, &own);
  Apart apart;
  apart.note();
  apart.keep();
  ::sched_setaffinity(0, sizeof own, &own);
  world.answered(0);
}

}  // namespace

void add_lifetimes(std::vector<Scenario>& scenarios) {
  scenarios.push_back({"set-up", prepare, set_up, 4096, true});
  const auto prepare_write = [](World& world) {
    world.write_file("file", "");
    world.open(world / "file", O_RDWR);
    std::memcpy(world.blocks[0], "first", 5);
  };
  scenarios.push_back({"an engine's first write", prepare_write, write_first, 1, true});
  scenarios.push_back({"registration", prepare, register_and_read, 4096, true});
  scenarios.push_back({"cancelling", prepare, cancel, 4096});
  scenarios.push_back({"the end, with work in flight", prepare, end_in_flight, 4096, true, true});
  Scenario apart{"keeping apart", prepare, keep_apart, 1, true};
  apart.only_asks = true;
  scenarios.push_back(apart);
  Scenario probing{"probing", prepare, [](World& world) { world.answered(probe_backend(world.configuration.kind)); }, 1,
                   true};
  probing.only_asks = true;
  scenarios.push_back(probing);
}

}  // namespace caio::faulty
