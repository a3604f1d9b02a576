// What a scenario acts in: a folder, an engine, and an account of how each operation ended.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine.h"
#include "native/event_loop.h"
#include "system/faults.h"

namespace caio::faulty {

using testing::Configuration;
using Fill = std::function<void(Operation&)>;

// One operation's end, as far as its caller sees it.
struct Outcome {
  Opcode opcode = Opcode::kRead;
  bool ended = false;
  Result result = 0;
  bool right = false;  // what a scenario asks of a success, and of an error that it expects
  std::string bytes;
  std::string path;
  std::vector<std::string> names;
  StatFields stat{};
};
using Right = std::function<bool(const Outcome&)>;

// Files are the kernel's here, without FileDescriptor: closing them is no call of the engine's.
class World {
 public:
  World(const Configuration& configuration, std::string folder);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const Configuration configuration;
  // Spelt anew in each case: no name is one that the engine saw a moment ago.
  std::string operator/(const std::string& name) const {
    return std::string(1 + cases_ % 1000, '/') + folder_ + "/" + name;
  }

  // The engine as most scenarios have it. Those about set-up and end make their own.
  void make_engine(bool sqpoll = false);
  // Until the case ends, in a folder in memory: the names begun with before are others' then. On the disk where there
  // is no such folder.
  void act_in_memory();
  // Until the engine's helper has done something: from then on it has its ring, which stays.
  void begin_helper();
  // Until kernel AIO takes the syncs of `fd`, where the backend sends them there.
  void begin_syncs();
  void end_engine();
  bool has_engine() const { return engine_ != nullptr; }
  Engine& engine() { return *engine_; }

  // One operation, to its end.
  const Outcome& run(Opcode opcode, const Fill& fill, const Right& right);
  // On the calling thread.
  const Outcome& run_here(Opcode opcode, const Fill& fill, const Right& right);
  // Several at once: begun, and ended together by `drain`. The number of the outcome.
  size_t start(Opcode opcode, const Fill& fill, const Right& right);
  void cancel(size_t number) { engine_->cancel(static_cast<int64_t>(number)); }
  void turn(int milliseconds);
  void drain();
  // An answer that is no operation's: of set-up and registration. True when it is 0.
  bool answered(Result result);

  // For a while, others are under way: what comes now is shared or gathered.
  void set_unsettled(bool unsettled) { unsettled_ = unsettled ? testing::kMany : 0; }

  std::vector<Outcome> outcomes;  // of this case
  void begin_case();

  // Of this case, closed when the next one begins.
  int open(const std::string& path, int flags, unsigned mode = 0644);
  void open_pipe();
  void close_ends();
  int read_end = -1;
  int write_end = -1;
  int fd = -1;
  std::vector<char*> blocks;  // 8 KiB each, aligned for direct transfers

  void write_file(const std::string& name, const std::string& contents) const;
  std::string contents(const std::string& name) const;
  void empty_folder() const;
  bool exists(const std::string& name) const;

 private:
  void take(Operation& operation, Result result);
  testing::EventLoop loop();

  const std::string disk_folder_;
  std::string memory_folder_;
  std::string folder_;  // one of them
  std::unique_ptr<Engine> engine_;
  std::vector<Right> rights_;
  std::vector<int> opened_;
  uint8_t unsettled_ = 0;
  size_t ended_ = 0;
  size_t cases_ = 0;
};

inline Right gives(Result expected) {
  return [expected](const Outcome& outcome) { return outcome.result == expected; };
}

// A fault of the engine's or of a scenario's, made on purpose: one that must be found (planted.cc).
struct Planted {
  const char* call;
  const char* function;
  faults::Fault::Kind kind;
  int error = 0;
};

struct Scenario {
  std::string name;
  std::function<void(World&)> prepare;
  std::function<void(World&)> body;
  size_t grain = 1;         // transfers come short by multiples of this only
  bool own_engine = false;  // the body makes and ends it
  bool may_retry = false;   // what failed may be tried again and succeed, or is not waited for
  // The transfer moves a cursor, or takes bytes from a pipe: once the kernel has done it, a completion that denies it
  // would be one that no kernel gives.
  bool once = false;
  // The kernel polls the ring's queue: of the backend `uring` only, and once, since try-now is for what it does not
  // see.
  bool polled = false;
  bool awaited = false;    // the file's readiness is waited for
  bool only_asks = false;  // makes no engine: whatever fails may be the answer
  std::optional<Planted> planted = std::nullopt;
};

// One that arms its faults itself (persisting.cc).
struct Check {
  std::string name;
  // Why it is wrong, "skipped: " and why it cannot be made here, or nothing.
  std::function<std::string(World&)> body;
  bool of_ring = false;  // of the backend `uring` only
};

void add_checks(std::vector<Check>& checks);
void add_transfers(std::vector<Scenario>& scenarios);
void add_names(std::vector<Scenario>& scenarios);
void add_jobs(std::vector<Scenario>& scenarios);
void add_batches(std::vector<Scenario>& scenarios);
void add_lifetimes(std::vector<Scenario>& scenarios);
void add_planted(std::vector<Scenario>& scenarios);

}  // namespace caio::faulty
