// Faults planted on purpose, in the engine by leaving a call out, in a scenario by hand: each must be found, or the
// other scenarios prove nothing.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "faults/fills.h"
#include "faults/world.h"

namespace caio::faulty {

namespace {

using faults::Fault;

void write_some(World& world) { write_whole_file(world, "planted", false); }

const Outcome& read_some(World& world) {
  return world.run(
      Opcode::kRead,
      [&](Operation& operation) {
        operation.fd = world.fd;
        operation.offset = 0;
        operation.data = world.blocks[0];
        operation.length = 7;
      },
      gives(7));
}

void open_written(World& world) {
  world.write_file("written", "planted");
  world.open(world / "written", O_RDONLY);
}

// What is done about a read that failed, and should not be.
Scenario reading(const char* name, void (*then)(World&, Outcome&)) {
  Scenario scenario{name, open_written, [then](World& world) {
                      if (read_some(world).result < 0) then(world, world.outcomes.back());
                    }};
  scenario.planted = {"pread", "transfer_span", Fault::Kind::kError, EIO};
  return scenario;
}

Scenario leaving_out(const char* name, const char* call, const char* function) {
  Scenario scenario{name, [](World&) {}, write_some};
  scenario.planted = {call, function, Fault::Kind::kLeftOut};
  return scenario;
}

}  // namespace

void add_planted(std::vector<Scenario>& scenarios) {
  scenarios.push_back(leaving_out("writeFile leaves its descriptor open", "close", "perform_close"));
  scenarios.push_back(leaving_out("nobody is woken", "write", "wake"));
  Scenario unlinking{"unlink does nothing", open_written, [](World& world) {
                       world.run(
                           Opcode::kUnlink, [&](Operation& operation) { operation.path = world / "written"; },
                           [&](const Outcome& outcome) { return outcome.result == 0 && !world.exists("written"); });
                     }};
  unlinking.planted = {"unlinkat", "perform_once", Fault::Kind::kLeftOut};
  scenarios.push_back(unlinking);
  scenarios.push_back(reading("an error is kept to oneself", [](World&, Outcome& outcome) {
    outcome.result = 7;
    outcome.right = true;
  }));
  scenarios.push_back(reading("another error is told", [](World&, Outcome& outcome) { outcome.result = -EPERM; }));
  scenarios.push_back(reading("an operation does not end", [](World&, Outcome& outcome) { outcome.ended = false; }));
  scenarios.push_back(reading("a descriptor is forgotten", [](World&, Outcome&) {
    if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) std::abort();
  }));
  scenarios.push_back(reading("a thread is forgotten", [](World&, Outcome&) {
    std::thread([] { std::this_thread::sleep_for(std::chrono::seconds(30)); }).detach();
  }));
}

}  // namespace caio::faulty
