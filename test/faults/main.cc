// Goes through every call site × every fault, in every scenario on every backend, with try-now on and off: the n-th
// call fails, n = 1, 2, 3 … until the scenario ends without meeting the fault (as SQLite's tests of I/O errors do).
// The short form lets the first call fail, by all errors in the scenario that meets its site first, and by some in the
// others. Usage: caio_fault_tests [--long] [--backend NAME] [--only TEXT]; or --planted: whether faults planted on
// purpose are found.

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <thread>

#include "faults/expectations.h"
#include "system/raw.h"

namespace caio::faulty {
namespace {

using faults::CallSite;
using faults::Fault;
using faults::Shape;

// Those first that lead on to another way: they are tried everywhere.
constexpr int kErrors[] = {EINTR, EAGAIN, EIO, EBUSY, EMFILE, ENOMEM, ENOSPC, EDQUOT, ENFILE};
constexpr size_t kTriedEverywhere = 2;
constexpr int kPersistentErrors[] = {EAGAIN, ENOMEM, EIO};
constexpr size_t kAmounts[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 4095, 4096};
constexpr size_t kFewAmounts[] = {1, 4, 7, 12, 4096};

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
    {"openat", ENOTDIR},
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
  size_t second_errors = 1;  // of the errors that a call meets after a first one
  bool all = false;          // of errors and amounts
};

// A site that need not be met, and why.
struct Excuse {
  const char* call;
  const char* file;
  bool (*holds)();
  const char* reason;
};
bool may_not_change_groups() { return ::geteuid() != 0; }
constexpr Excuse kExcuses[] = {
    {"getgroups", "system/credentials.cc", may_not_change_groups, "only root may change the groups of a process"},
};

constexpr int kFoundHanging = 3;
constexpr int kFoundWrong = 4;

// In seconds, of a machine that others use as well.
unsigned longest_case = 60;
unsigned longest_wait = 10;
char current[1024];  // what is under way, for the one who finds that it hangs

void write_out(const char* text) { [[maybe_unused]] const ssize_t written = ::write(2, text, std::strlen(text)); }

// In which system call each thread is (proc(5)). By system calls alone: somebody may hold the lock of malloc(3).
void report_hang(int) {
  write_out("\nwrong: does not end: ");
  write_out(current);
  const int tasks = ::open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  alignas(dirent64) char records[4096];
  const long size = tasks < 0 ? 0 : raw::getdents64(tasks, records, sizeof records);
  for (long at = 0; at < size; at += reinterpret_cast<const dirent64*>(records + at)->d_reclen) {
    const char* thread = reinterpret_cast<const dirent64*>(records + at)->d_name;
    char text[256] = "/proc/self/task/";
    std::strcat(std::strcat(text, thread), "/syscall");
    const int file = ::open(text, O_RDONLY | O_CLOEXEC);
    const ssize_t length = file < 0 ? -1 : ::read(file, text, sizeof text - 1);
    if (length <= 0) continue;
    text[length] = '\0';
    write_out("\n  a thread in call ");
    write_out(text);
  }
  write_out("\n");
  ::_exit(kFoundHanging);
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
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(longest_wait);
  do {
    if (count() <= expected) return true;
    ::usleep(1000);
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

// The sanitizer for threads begins one of its own with a process's first.
void begin_sanitizer_thread() {
  std::thread([] {}).join();
}

class Run {
 public:
  // Of a part of the scenarios nobody asks that it meets every site.
  Run(const Limits& limits, std::string folder, std::string only, bool partial)
      : limits_(limits), folder_(std::move(folder)), only_(std::move(only)), partial_(partial) {}

  void go_through(const Configuration& configuration, const Scenario& scenario);
  void make(const Configuration& configuration, const Check& check);
  bool found_wrong() const { return wrong_ > 0; }
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
  void fail_as_planted(World& world, const Scenario& scenario);
  bool try_all(World& world, const Scenario& scenario, Fault fault, bool and_closing = true);
  void wrong(const std::string& why);
  void works_on(World& world);

  const Limits limits_;
  const std::string folder_;
  const std::string only_;
  const bool partial_;
  size_t cases_ = 0;
  size_t checks_ = 0;
  size_t skipped_ = 0;
  size_t wrong_ = 0;
  size_t descriptors_ = 0;
  std::set<CallSite*> known_;  // met without any fault in this scenario
  std::set<CallSite*> injected_;
  std::map<CallSite*, size_t> visits_;  // scenarios in which it was made to fail
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
  ::alarm(longest_case);
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
bool Run::try_all(World& world, const Scenario& scenario, Fault fault, bool and_closing) {
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
      const bool closes = and_closing && site->shape == Shape::kClose && site != fault.site;
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
  const size_t visit = visits_[site]++;
  const bool all = limits_.all || visit == 0;
  // One of several, another in each scenario.
  const auto has_turn = [&](size_t at, size_t count) { return all || at == visit % count; };
  for (size_t i = 0; i < std::size(kErrors); ++i) {
    const bool everywhere = i < kTriedEverywhere;
    if (!everywhere && !has_turn(i - kTriedEverywhere, std::size(kErrors) - kTriedEverywhere)) continue;
    try_all(world, scenario, {site, Fault::Kind::kError, kErrors[i]}, limits_.all || !everywhere);
  }
  for (size_t i = 0; i < std::size(kPersistentErrors); ++i) {
    if (!has_turn(i, std::size(kPersistentErrors))) continue;
    Fault fault{site, Fault::Kind::kError, kPersistentErrors[i]};
    fault.persistent = true;
    try_all(world, scenario, fault);
  }
  for (const SpecialError& special : kSpecialErrors) {
    if (std::strcmp(special.name, site->name) == 0)
      try_all(world, scenario, {site, Fault::Kind::kError, special.error});
  }
  if (site->shape == Shape::kSpan || site->shape == Shape::kVectors || site->shape == Shape::kCopy ||
      site->shape == Shape::kCount || site->shape == Shape::kRing || site->shape == Shape::kCompletion) {
    for (const size_t amount : limits_.all ? std::span<const size_t>(kAmounts) : kFewAmounts) {
      const bool counts = site->shape == Shape::kCount || site->shape == Shape::kRing;
      if (!counts && amount % scenario.grain != 0) continue;
      if (std::strcmp(site->name, "caio::raw::getdents64") == 0 && amount < 4000) continue;
      if (!try_all(world, scenario, {site, Fault::Kind::kShort, 0, amount}) && amount > 1) break;
    }
  }
  try_all(world, scenario, {site, Fault::Kind::kLate});
  if (std::strcmp(site->name, "caio::raw::getdents64") == 0) try_all(world, scenario, {site, Fault::Kind::kUntyped});
  if (site->shape == Shape::kOrder) try_all(world, scenario, {site, Fault::Kind::kSwap});
}

void Run::fail_as_planted(World& world, const Scenario& scenario) {
  for (CallSite* site : known_) {
    const Planted& planted = *scenario.planted;
    if (std::strcmp(site->name, planted.call) == 0 && std::strcmp(site->function, planted.function) == 0)
      run_case(world, scenario, std::array{Fault{site, planted.kind, planted.error}}.data(), 1);
  }
}

void Run::go_through(const Configuration& configuration, const Scenario& scenario) {
  if (scenario.name.find(only_) == std::string_view::npos) return;
  if (scenario.polled && (configuration.kind != EngineOptions::Kind::kUring || !configuration.try_now)) return;
  ++scenarios;
  const size_t threads_before = threads();
  const size_t descriptors_before = open_descriptors();
  {
    World world(configuration, folder_);
    if (!scenario.own_engine) {
      world.make_engine();
      if (!world.has_engine()) std::abort();
      world.begin_helper();
    }
    known_.clear();
    descriptors_ = 0;
    // Twice: a second run may meet what the first has made.
    for (int round = 0; round < 2; ++round) known_.merge(run_case(world, scenario, nullptr, 0).sites);
    descriptors_ = open_descriptors();
    const std::set<CallSite*> first_known = known_;
    if (scenario.planted) {
      fail_as_planted(world, scenario);
    } else {
      for (CallSite* site : first_known) fail_at(world, scenario, site);
    }
  }
  descriptors_ = 0;
  if (!comes_down_to(open_descriptors, descriptors_before)) wrong("descriptors outlive the engine");
  if (!comes_down_to(threads, threads_before)) wrong("threads outlive the engine");
}

void Run::make(const Configuration& configuration, const Check& check) {
  if (check.name.find(only_) == std::string_view::npos) return;
  if (check.of_ring && configuration.kind != EngineOptions::Kind::kUring) return;
  ++checks_;
  std::snprintf(current, sizeof current, "%s%s: %s", configuration.name, configuration.try_now ? ", try-now" : "",
                check.name.c_str());
  ::alarm(longest_case);
  const size_t threads_before = threads();
  const size_t descriptors_before = open_descriptors();
  {
    World world(configuration, folder_);
    world.begin_case();
    const std::string why = check.body(world);
    if (why.starts_with("skipped: ")) {
      ++skipped_;
      std::printf("%s: %s\n", current, why.c_str());
    } else if (!why.empty()) {
      wrong(why);
    }
  }
  if (!comes_down_to(open_descriptors, descriptors_before)) wrong("descriptors outlive the engine");
  if (!comes_down_to(threads, threads_before)) wrong("threads outlive the engine");
}

int Run::report(const std::set<std::string>& unavailable) const {
  size_t sites = 0;
  size_t unmet = 0;
  size_t excused = 0;
  for (const CallSite* site = faults::all_sites(); site != nullptr; site = site->next) {
    const auto lies_in = [site](std::string_view file) {
      return std::string_view(site->file).find(file) != std::string_view::npos;
    };
    if (std::any_of(unavailable.begin(), unavailable.end(), lies_in)) continue;
    ++sites;
    if (site->calls_ever > 0) continue;
    const auto* excuse = std::find_if(std::begin(kExcuses), std::end(kExcuses), [&](const Excuse& candidate) {
      return std::strcmp(candidate.call, site->name) == 0 && lies_in(candidate.file) && candidate.holds();
    });
    if (excuse != std::end(kExcuses)) {
      ++excused;
      std::printf("excused: %s: %s\n", describe(*site).c_str(), excuse->reason);
      continue;
    }
    ++unmet;
    std::printf("never met by any scenario: %s\n", describe(*site).c_str());
  }
  std::printf(
      "faults: %zu call sites, %zu of them made to fail, %zu never met, %zu excused; %zu scenarios, %zu cases "
      "injected, %zu checks made, %zu skipped, %zu wrong\n",
      sites, injected_.size(), unmet, excused, scenarios, cases_, checks_ - skipped_, skipped_, wrong_);
  return wrong_ == 0 && (unmet == 0 || partial_) ? 0 : 1;
}

// Each in a process of its own: some of them end it.
int look_for_planted(const std::string& folder) {
  std::vector<Scenario> all;
  add_planted(all);
  size_t found = 0;
  for (const Scenario& scenario : all) {
    const pid_t child = ::fork();
    if (child == 0) {
      if (std::freopen("/dev/null", "w", stdout) == nullptr || ::dup2(::fileno(stdout), 2) < 0) std::abort();
      longest_case = 5;
      longest_wait = 1;
      begin_sanitizer_thread();
      Run alone({}, folder, "", true);
      alone.go_through({EngineOptions::Kind::kThread, false, "thread"}, scenario);
      ::_exit(alone.found_wrong() ? kFoundWrong : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool was_found =
        WIFEXITED(status) && (WEXITSTATUS(status) == kFoundWrong || WEXITSTATUS(status) == kFoundHanging);
    if (was_found) ++found;
    if (!was_found) std::printf("planted and not found: %s, status %d\n", scenario.name.c_str(), status);
  }
  std::printf("planted: %zu faults, %zu found\n", all.size(), found);
  return found == all.size() ? 0 : 1;
}

int run(int count, char** arguments) {
  Limits limits;
  std::string only;
  std::string backend;
  size_t share = 0;
  size_t shares = 1;
  bool planted = false;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--long") {
      limits = {1000, 6, true};
    } else if (argument == "--planted") {
      planted = true;
    } else if (argument == "--only" && i + 1 < count) {
      only = arguments[++i];
    } else if (argument == "--backend" && i + 1 < count) {
      backend = arguments[++i];
    } else if (argument == "--share" && i + 2 < count) {
      share = std::strtoul(arguments[++i], nullptr, 10);
      shares = std::max(1UL, std::strtoul(arguments[++i], nullptr, 10));
    } else {
      std::fprintf(stderr,
                   "usage: caio_fault_tests [--long] [--backend NAME] [--share K N] [--only TEXT] | --planted\n"
                   "--share: each Nth scenario and check, from the Kth on, which is below N\n");
      return 2;
    }
  }
  struct sigaction alarm_action = {};
  alarm_action.sa_handler = report_hang;
  ::sigaction(SIGALRM, &alarm_action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  std::string folder = (std::filesystem::current_path() / "faults-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  if (planted) {
    const int status = look_for_planted(folder);
    std::filesystem::remove_all(folder);
    return status;
  }
  begin_sanitizer_thread();
  std::vector<Scenario> scenarios;
  add_transfers(scenarios);
  add_names(scenarios);
  add_jobs(scenarios);
  add_batches(scenarios);
  add_lifetimes(scenarios);
  std::vector<Check> checks;
  add_checks(checks);

  Run all(limits, folder, only, !only.empty() || !backend.empty() || shares > 1);
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
      const Configuration configuration{kind, try_now, name};
      for (size_t i = share; i < scenarios.size(); i += shares) all.go_through(configuration, scenarios[i]);
      for (size_t i = share; i < checks.size(); i += shares) all.make(configuration, checks[i]);
      std::fflush(stdout);
    }
  }
  std::filesystem::remove_all(folder);
  return all.report(unavailable);
}

}  // namespace
}  // namespace caio::faulty

int main(int count, char** arguments) { return caio::faulty::run(count, arguments); }
