// Goes through every call site × every fault, in every scenario on every backend, with try-now on and off: the n-th
// call fails, n = 1, 2, 3 … until the scenario ends without meeting the fault (as SQLite's tests of I/O errors do).
// Usage: caio_fault_tests [--long] [--backend NAME] [--only TEXT]

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <string_view>

#include "faults/expectations.h"

namespace caio::faulty {
namespace {

using faults::CallSite;
using faults::Fault;
using faults::Shape;

// Those first that somebody tells from the others.
constexpr int kErrors[] = {EINTR, EAGAIN, EIO, EBUSY, EMFILE, ENOMEM, ENOSPC, EDQUOT, ENFILE};
constexpr int kPersistentErrors[] = {EAGAIN, ENOMEM, EIO};
constexpr size_t kAmounts[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 4095, 4096};

struct SpecialError {
  const char* name;
  int error;
};
// What single calls answer where a kernel, a file system or a filter does not know them.
constexpr SpecialError kSpecialErrors[] = {
    {"copy_file_range", EXDEV},
    {"copy_file_range", EINVAL},
    {"ioctl", EOPNOTSUPP},
    {"unlinkat", EPERM},
    {"unlink", EPERM},
    {"preadv2", EOPNOTSUPP},
    {"pwritev2", EOPNOTSUPP},
    {"caio::raw::openat2", ENOSYS},
    {"caio::raw::faccessat2", ENOSYS},
    {"caio::raw::io_uring_setup", EINVAL},
    {"caio::raw::io_uring_setup", ENOSYS},
    {"caio::raw::io_uring_setup", EPERM},
    {"caio::raw::io_submit", EINVAL},
};

struct Limits {
  uint64_t calls = 1;        // how far n goes
  size_t errors = 6;         // of the errors that a call meets
  size_t errors_own = 3;     // … where each case sets an engine up and ends it: io_destroy(2) takes its time
  size_t second_errors = 1;  // of the errors that a call meets after a first one
  bool all_amounts = false;
};

char current[1024];  // what is under way, for the one who finds that it hangs

void report_hang(int) {
  static const char text[] = "\nwrong: does not end: ";
  [[maybe_unused]] ssize_t written = ::write(2, text, sizeof text - 1);
  written = ::write(2, current, std::strlen(current));
  written = ::write(2, "\n", 1);
  ::_exit(3);
}

size_t count_in(const char* folder, bool (*counts)(const std::string&)) {
  DIR* open = ::opendir(folder);
  if (open == nullptr) return 0;
  size_t count = 0;
  while (const dirent* entry = ::readdir(open)) {
    if (entry->d_name[0] != '.' && counts(std::string(folder) + "/" + entry->d_name)) ++count;
  }
  ::closedir(open);
  return count;
}

// The engine's view of the mount table is opened by whoever needs one first.
size_t open_descriptors() {
  return count_in("/proc/self/fd", [](const std::string& path) {
    char target[256];
    const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    return length < 0 || !std::string_view(target, static_cast<size_t>(length)).ends_with("mountinfo");
  });
}

size_t threads() {
  return count_in("/proc/self/task", [](const std::string&) { return true; });
}

// What ends on another thread may take its time.
bool comes_down_to(size_t (*count)(), size_t expected) {
  for (int i = 0; i < 2000; ++i) {
    if (count() <= expected) return true;
    ::usleep(1000);
  }
  return false;
}

class Run {
 public:
  // Of a part of the scenarios nobody asks that it meets every site.
  Run(const Limits& limits, std::string folder, std::string only, bool partial)
      : limits_(limits), folder_(std::move(folder)), only_(std::move(only)), partial_(partial) {}

  void go_through(const Configuration& configuration, const Scenario& scenario);
  int report(const std::set<std::string>& unavailable) const;
  size_t scenarios = 0;

 private:
  struct Case {
    bool met = false;
    std::set<CallSite*> sites;        // called at all
    std::set<CallSite*> after_first;  // called once the fault was met
  };

  Case run_case(World& world, const Scenario& scenario, const Fault* armed, size_t count);
  void fail_at(World& world, const Scenario& scenario, CallSite* site);
  void fail_after(World& world, const Scenario& scenario, const Fault& first, CallSite* site);
  bool try_all(World& world, const Scenario& scenario, Fault fault);
  void wrong(const std::string& why);
  void works_on(World& world);

  const Limits limits_;
  const std::string folder_;
  const std::string only_;
  const bool partial_;
  size_t cases_ = 0;
  size_t wrong_ = 0;
  size_t descriptors_ = 0;
  std::set<CallSite*> known_;     // met without any fault in this scenario
  std::set<CallSite*> followed_;  // in this scenario, after another fault
  std::set<CallSite*> injected_;
};

void Run::wrong(const std::string& why) {
  if (++wrong_ <= 200) std::printf("wrong: %s\n  %s\n", current, why.c_str());
}

void Run::works_on(World& world) {
  const size_t before = world.outcomes.size();
  world.write_file("after", "still works");
  const Outcome& outcome = world.run(
      Opcode::kReadFile,
      [&](Operation& operation) {
        operation.path = world / "after";
        operation.flags = 0;
      },
      [](const Outcome& read) { return read.result == 11 && read.bytes == "still works"; });
  if (!outcome.right) wrong("the next operation fails: " + std::to_string(outcome.result));
  world.outcomes.resize(before);
}

Run::Case Run::run_case(World& world, const Scenario& scenario, const Fault* armed, size_t count) {
  std::string name =
      std::string(world.configuration.name) + (world.configuration.try_now ? ", try-now" : "") + ": " + scenario.name;
  for (size_t i = 0; i < count; ++i) name += "\n  " + describe(armed[i]);
  std::snprintf(current, sizeof current, "%s", name.c_str());
  ::alarm(20);
  world.begin_case();
  scenario.prepare(world);
  faults::arm(armed, count);
  scenario.body(world);
  Case done;
  done.met = count > 0 && faults::met(count - 1) > 0;
  for (CallSite* site = faults::all_sites(); site != nullptr; site = site->next) {
    if (site->calls > 0) done.sites.insert(site);
    if (site->calls_after > 0) done.after_first.insert(site);
  }
  faults::disarm();
  if (count == 0 || done.met) {
    if (count > 0) ++cases_;
    if (const std::string why = judge(world, scenario, armed, count); !why.empty()) wrong(why);
  }
  if (scenario.own_engine) {
    world.make_engine();
    if (!world.has_engine()) std::abort();
  }
  works_on(world);
  if (scenario.own_engine) world.end_engine();
  if (world.has_engine() && world.engine().pending() != 0) wrong("operations are left pending");
  world.begin_case();
  if (descriptors_ != 0 && !comes_down_to(open_descriptors, descriptors_)) {
    wrong("a descriptor is left open");
    descriptors_ = open_descriptors();
  }
  return done;
}

// Whether the fault was met at all.
bool Run::try_all(World& world, const Scenario& scenario, Fault fault) {
  if (!is_possible(fault, scenario)) return false;
  for (fault.nth = 1; fault.nth <= limits_.calls; ++fault.nth) {
    const Case done = run_case(world, scenario, &fault, 1);
    if (!done.met) return fault.nth > 1;
    injected_.insert(fault.site);
    if (fault.persistent) return true;
    const bool leads_on = fault.kind == Fault::Kind::kError || fault.kind == Fault::Kind::kUntyped;
    if (!leads_on || fault.nth > 1) continue;
    // What the failure leads to can fail as well: what nobody calls otherwise, and closing.
    for (CallSite* site : done.after_first) {
      const bool closes = site->shape == Shape::kClose && site != fault.site &&
                          (!scenario.own_engine || limits_.errors_own == limits_.errors);
      if (known_.count(site) == 0 || closes) fail_after(world, scenario, fault, site);
    }
  }
  return true;
}

void Run::fail_after(World& world, const Scenario& scenario, const Fault& first, CallSite* site) {
  size_t tried = 0;
  for (const int error : {EIO, EINTR, ENOSPC, ENOMEM, EAGAIN, EBUSY}) {
    if (tried++ == limits_.second_errors) return;
    Fault both[] = {first, {site, Fault::Kind::kError, error}};
    both[1].after_first = true;
    if (!is_possible(both[1], scenario)) continue;
    if (run_case(world, scenario, both, 2).met) injected_.insert(site);
  }
}

void Run::fail_at(World& world, const Scenario& scenario, CallSite* site) {
  const size_t errors = scenario.own_engine ? limits_.errors_own : limits_.errors;
  for (size_t i = 0; i < errors; ++i) try_all(world, scenario, {site, Fault::Kind::kError, kErrors[i]});
  for (const int error : kPersistentErrors) {
    Fault fault{site, Fault::Kind::kError, error};
    fault.persistent = true;
    try_all(world, scenario, fault);
  }
  for (const SpecialError& special : kSpecialErrors) {
    if (std::strcmp(special.name, site->name) == 0)
      try_all(world, scenario, {site, Fault::Kind::kError, special.error});
  }
  if (site->shape == Shape::kSpan || site->shape == Shape::kVectors || site->shape == Shape::kCopy ||
      site->shape == Shape::kCount || site->shape == Shape::kRing || site->shape == Shape::kCompletion) {
    for (const size_t amount : kAmounts) {
      const bool counts = site->shape == Shape::kCount || site->shape == Shape::kRing;
      if (!counts && amount % scenario.grain != 0) continue;
      if (!limits_.all_amounts && amount != 1 && amount != 4 && amount != 7 && amount != 12 && amount != 4096) continue;
      if (std::strcmp(site->name, "caio::raw::getdents64") == 0 && amount < 4000) continue;
      if (!try_all(world, scenario, {site, Fault::Kind::kShort, 0, amount}) && amount > 1) break;
    }
  }
  try_all(world, scenario, {site, Fault::Kind::kLate});
  if (std::strcmp(site->name, "caio::raw::getdents64") == 0) try_all(world, scenario, {site, Fault::Kind::kUntyped});
  if (site->shape == Shape::kOrder) try_all(world, scenario, {site, Fault::Kind::kSwap});
}

void Run::go_through(const Configuration& configuration, const Scenario& scenario) {
  if (scenario.name.find(only_) == std::string_view::npos) return;
  ++scenarios;
  const size_t threads_before = threads();
  const size_t descriptors_before = open_descriptors();
  {
    World world(configuration, folder_);
    if (!scenario.own_engine) {
      world.make_engine();
      if (!world.has_engine()) std::abort();
    }
    known_.clear();
    descriptors_ = 0;
    // Twice: a second run may meet what the first has made.
    for (int round = 0; round < 2; ++round) known_.merge(run_case(world, scenario, nullptr, 0).sites);
    descriptors_ = open_descriptors();
    const std::set<CallSite*> first_known = known_;
    for (CallSite* site : first_known) fail_at(world, scenario, site);
  }
  descriptors_ = 0;
  if (!comes_down_to(open_descriptors, descriptors_before)) wrong("descriptors outlive the engine");
  if (!comes_down_to(threads, threads_before)) wrong("threads outlive the engine");
}

int Run::report(const std::set<std::string>& unavailable) const {
  size_t sites = 0;
  size_t unmet = 0;
  for (const CallSite* site = faults::all_sites(); site != nullptr; site = site->next) {
    bool excused = false;
    for (const std::string& file : unavailable)
      excused = excused || std::string_view(site->file).find(file) != std::string_view::npos;
    if (excused) continue;
    ++sites;
    if (site->calls_ever > 0) continue;
    ++unmet;
    std::printf("never met by any scenario: %s\n", describe(*site).c_str());
  }
  std::printf(
      "faults: %zu call sites, %zu of them made to fail, %zu never met; %zu scenarios, %zu cases injected, %zu wrong\n",
      sites, injected_.size(), unmet, scenarios, cases_, wrong_);
  return wrong_ == 0 && (unmet == 0 || partial_) ? 0 : 1;
}

int run(int count, char** arguments) {
  Limits limits;
  std::string only;
  std::string backend;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--long") {
      limits = {1000, std::size(kErrors), std::size(kErrors), 6, true};
    } else if (argument == "--only" && i + 1 < count) {
      only = arguments[++i];
    } else if (argument == "--backend" && i + 1 < count) {
      backend = arguments[++i];
    } else {
      std::fprintf(stderr, "usage: caio_fault_tests [--long] [--backend NAME] [--only TEXT]\n");
      return 2;
    }
  }
  struct sigaction alarm_action = {};
  alarm_action.sa_handler = report_hang;
  ::sigaction(SIGALRM, &alarm_action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  std::string folder = (std::filesystem::current_path() / "faults-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  std::vector<Scenario> scenarios;
  add_transfers(scenarios);
  add_names(scenarios);
  add_jobs(scenarios);
  add_batches(scenarios);
  add_lifetimes(scenarios);

  Run all(limits, folder, only, !only.empty() || !backend.empty());
  std::set<std::string> unavailable;
  const std::tuple<EngineOptions::Kind, const char*, const char*> kinds[] = {
      {EngineOptions::Kind::kUring, "uring", "system/uring.cc"},
      {EngineOptions::Kind::kLinuxAio, "linux", "system/kernel_aio.cc"},
      {EngineOptions::Kind::kThread, "thread", ""}};
  for (const auto& [kind, name, file] : kinds) {
    if (!backend.empty() && backend != name) continue;
    if (const Result missing = probe_backend(kind); missing < 0) {
      std::printf("skipped: backend %s is not available, errno %d\n", name, static_cast<int>(-missing));
      unavailable.insert(file);
      continue;
    }
    for (const bool try_now : {true, false}) {
      for (const Scenario& scenario : scenarios) all.go_through({kind, try_now, name}, scenario);
      std::fflush(stdout);
    }
  }
  std::filesystem::remove_all(folder);
  return all.report(unavailable);
}

}  // namespace
}  // namespace caio::faulty

int main(int count, char** arguments) { return caio::faulty::run(count, arguments); }
