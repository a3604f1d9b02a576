#include "faults/expectations.h"

#include <cerrno>
#include <cstring>

namespace caio::faulty {

namespace {

using faults::CallSite;
using faults::Fault;
using faults::Shape;

bool is(const char* left, std::string_view right) { return left == right; }
bool ends_with(const char* text, std::string_view end) { return std::string_view(text).ends_with(end); }
template <typename... Names>
bool is_any(const char* text, Names... names) {
  return (is(text, names) || ...);
}

// Calls that the engine can do without: it takes a slower way, assumes the worse, or lacks a name.
bool is_advice(const CallSite& site) {
  if (ends_with(site.file, "system/mounts.cc") || ends_with(site.file, "system/write_headroom.cc")) return true;
  if (is_any(site.name, "madvise", "getgroups", "prctl", "sched_getaffinity", "sched_setaffinity", "getcwd"))
    return true;
  return is_any(site.function, "describe", "traits_of_descriptor_file_system", "ends_before", "edges_cached", "mode_at",
                "looked_up_type", "look", "clear", "probe", "wait_until_ready", "reset", "waits_for_nothing",
                "small_pages_are_dear", "setting");
}

// Calls that are made again until the kernel takes what it is given.
bool is_repeated(const CallSite& site) {
  return is_any(site.name, "caio::raw::io_uring_enter", "caio::raw::io_getevents");
}

// Calls that no signal interrupts: an engine that could not be set up is told as it was said.
bool sets_up(const CallSite& site) {
  return site.shape == Shape::kErrorNumber || site.shape == Shape::kRing || site.shape == Shape::kMapping ||
         is_any(site.name, "eventfd", "caio::raw::io_uring_register", "caio::raw::io_destroy");
}

bool is_fallback(const Fault& fault) {
  const CallSite& site = *fault.site;
  const int error = fault.error;
  if (is(site.name, "copy_file_range")) return error == EXDEV || error == EINVAL || error == EIO || error == EPERM;
  if (is(site.name, "ftruncate") && ends_with(site.file, "copy_file.cc")) return error == EINVAL;
  if (is(site.name, "fchmod") && ends_with(site.file, "copy_file.cc")) return error == EPERM;
  return false;
}

Step step_of(Opcode opcode, const CallSite& site) {
  const bool opens = is_any(site.name, "open", "openat", "caio::raw::openat2");
  const bool removes_directory = std::string_view(site.arguments).find("AT_REMOVEDIR") != std::string_view::npos;
  switch (opcode) {
    case Opcode::kReadFile:
      return opens ? Step::kOpen : is(site.name, "fstat") ? Step::kFstat : Step::kRead;
    case Opcode::kWriteFile:
      return opens                    ? Step::kOpen
             : is(site.name, "fsync") ? Step::kFsync
             : is(site.name, "close") ? Step::kClose
                                      : Step::kWrite;
    case Opcode::kRemoveTree:
      if (is(site.name, "rmdir") || removes_directory) return Step::kRmdir;
      return is_any(site.name, "unlink", "unlinkat", "fstatat") ? Step::kUnlink : Step::kScandir;
    case Opcode::kCopyDirectory:
      if (std::string_view(site.arguments).find("target") != std::string_view::npos) return Step::kMkdir;
      return opens ? Step::kOpen : is(site.name, "fchmodat") ? Step::kChmod : Step::kScandir;
    default:
      return Step::kNone;
  }
}

struct Failure {
  int error;
  Step step;
  int closing_error;  // 0: closed, or nothing to close
};

Failure failure_of(Result result) {
  const Result value = -result;
  return {static_cast<int>(value % kStepStride), static_cast<Step>(value % kCloseStride / kStepStride),
          static_cast<int>(value / kCloseStride)};
}

// A directory is said to be none, though it is.
bool denies_directory(const Fault& fault) {
  return ends_with(fault.site->file, "perform_tree.cc") && is(fault.site->name, "openat") && fault.error == ENOTDIR;
}

bool comes_from(const Failure& failed, Opcode opcode, const Fault& fault) {
  const CallSite& site = *fault.site;
  if (fault.kind != Fault::Kind::kError) return false;
  // Then it is taken for what stands in its place, and cannot go as that, nor unemptied.
  if (denies_directory(fault))
    return (failed.error == EISDIR && failed.step == Step::kUnlink) ||
           (failed.error == ENOTEMPTY && failed.step == Step::kRmdir);
  // A thread or memory that is not to be had has one error, whatever the call said.
  if (site.shape == Shape::kErrorNumber) return failed.error == EAGAIN;
  // Node's own mkdir -p asks stat about any error that it does not know, and tells what stat says (MKDirp in
  // node_file.cc): so does ours.
  if (opcode == Opcode::kMakePath && is(site.name, "mkdir") && failed.error == ENOENT) return true;
  return failed.error == fault.error && failed.step == step_of(opcode, site);
}

}  // namespace

bool is_possible(const Fault& fault, const Scenario& scenario) {
  const CallSite& site = *fault.site;
  if (fault.kind == Fault::Kind::kLeftOut) return true;
  // An eventfd's eight bytes are moved whole.
  if (is_any(site.function, "wake", "clear") && fault.kind == Fault::Kind::kShort) return false;
  const bool denies = fault.kind == Fault::Kind::kShort || fault.error == EINTR || fault.error == EAGAIN;
  if (scenario.once && site.shape == Shape::kCompletion && denies) return false;
  if (fault.kind != Fault::Kind::kError) return true;
  if (is_any(site.name, "malloc", "aligned_alloc")) return fault.error == ENOMEM;
  // Nobody else can bring what kernel AIO has completed.
  if (is(site.name, "caio::raw::io_getevents") && fault.persistent) return false;
  // Of a queue that the kernel polls, this only wakes the thread that does so: it fails for ever where that thread has
  // died, and then so has the process.
  if (is(site.name, "caio::raw::io_uring_enter") && scenario.polled && fault.persistent) return false;
  // poll(2) does not say for ever that there is something, and read(2) that there is nothing.
  if (scenario.awaited && fault.persistent && fault.error == EAGAIN && ends_with(site.file, "system/transfer.cc"))
    return false;
  // A write to an eventfd of ours fails for a full counter only, which wakes as well; lseek tells a pipe by ESPIPE.
  if (is(site.function, "wake")) return false;
  if (is(site.function, "has_no_position")) return false;
  return true;
}

Expectation expectation_of(const Fault& fault, const Scenario& scenario, const Configuration& configuration) {
  if (fault.kind != Fault::Kind::kError) return Expectation::kOvercome;
  const CallSite& site = *fault.site;
  // Without kernel AIO, the pool does it; but whoever probes it is told.
  if (is(site.name, "caio::raw::io_setup")) return scenario.only_asks ? Expectation::kMayTell : Expectation::kOvercome;
  if (is_advice(site) || is_repeated(site) || is_fallback(fault)) return Expectation::kOvercome;
  if (fault.error == EINTR) return sets_up(site) ? Expectation::kMayTell : Expectation::kOvercome;
  if (is(site.name, "caio::raw::io_submit"))
    return fault.error == EAGAIN && !scenario.only_asks ? Expectation::kOvercome : Expectation::kMayTell;
  if (denies_directory(fault)) return Expectation::kMayTell;
  if (scenario.may_retry || fault.error == EAGAIN) return Expectation::kMayTell;
  if (site.shape == Shape::kErrorNumber || is_any(site.name, "malloc", "aligned_alloc") || is(site.name, "ioctl"))
    return Expectation::kMayTell;
  const bool only_tries = ends_with(site.file, "system/try_now.cc") || ends_with(site.file, "system/try_together.cc") ||
                          ends_with(site.file, "system/try_change.cc");
  if (only_tries || is(site.function, "stat_few")) return Expectation::kMayTell;
  // Of a ring's registrations, that of the eventfd must succeed, and the probe can be done without; of two eventfds,
  // one is not needed before somebody waits for readiness.
  if (is_any(site.name, "eventfd", "caio::raw::io_uring_register")) return Expectation::kMayTell;
  // Try-now does without a ring of its own, whose two mappings are the first that are made.
  if (configuration.try_now && is(site.function, "map") && fault.nth <= 2) return Expectation::kMayTell;
  if (is_any(site.name, "unlink", "unlinkat") && fault.error == EPERM) return Expectation::kMayTell;
  if (is(site.name, "caio::raw::io_uring_setup") || is(site.name, "caio::raw::io_destroy"))
    return Expectation::kMayTell;
  // RWF_NOWAIT refused is a miss.
  if (site.shape == Shape::kVectors && fault.error == EOPNOTSUPP) return Expectation::kMayTell;
  if ((ends_with(site.file, "perform_tree.cc") && is_any(site.name, "mkdir", "stat")) || is(site.name, "rmdir"))
    return Expectation::kMayTell;
  return Expectation::kTold;
}

std::string describe(const CallSite& site) {
  const std::string_view file(site.file);
  const size_t root = file.rfind("cpp/");
  return std::string(file.substr(root == std::string_view::npos ? 0 : root)) + ":" + std::to_string(site.line) + " " +
         site.name + (*site.function == '\0' ? "" : std::string(" in ") + site.function.load());
}

std::string describe(const Fault& fault) {
  std::string text =
      describe(*fault.site) + ", call " + std::to_string(fault.nth) + (fault.persistent ? " and on" : "");
  if (fault.after_first) text += " after that";
  switch (fault.kind) {
    case Fault::Kind::kError:
      return text + ": " + ::strerrorname_np(fault.error);
    case Fault::Kind::kShort:
      return text + ": no more than " + std::to_string(fault.amount);
    case Fault::Kind::kLate:
      return text + ": late";
    case Fault::Kind::kUntyped:
      return text + ": without types";
    case Fault::Kind::kSwap:
      return text + ": out of order";
    case Fault::Kind::kLeftOut:
      return text + ": left out";
  }
  return text;
}

std::string judge(const World& world, const Scenario& scenario, const Fault* armed, size_t count) {
  size_t failures = 0;
  bool first_told = false;
  for (const Outcome& outcome : world.outcomes) {
    const std::string name = kOpcodeNames[static_cast<size_t>(outcome.opcode)];
    if (!outcome.ended) return name + " has not ended";
    // An error that was expected stands in the way of others.
    if (outcome.right && outcome.result < 0) first_told = true;
    if (outcome.right) continue;
    if (outcome.result >= 0) return name + " gave " + std::to_string(outcome.result) + ", or wrong bytes";
    ++failures;
    const Failure failed = failure_of(outcome.result);
    const std::string said = name + " failed with " + std::to_string(failed.error) + " in step \"" +
                             kStepNames[static_cast<size_t>(failed.step)] + "\"";
    bool explained = false;
    for (size_t i = 0; i < count; ++i) {
      const bool is_first = i == 0;
      const bool by_this = comes_from(failed, outcome.opcode, armed[i]);
      explained = explained || by_this;
      first_told = first_told || (is_first && by_this);
    }
    if (!explained) return said;
    if (failed.closing_error != 0 && (count < 2 || failed.closing_error != armed[1].error))
      return said + ", and closing with " + std::to_string(failed.closing_error);
  }
  if (count == 0) return failures == 0 ? "" : "failed without a fault";
  const Expectation expected = expectation_of(armed[0], scenario, world.configuration);
  if (expected == Expectation::kTold && !first_told) return "the error was not told";
  if (count == 1 && expected == Expectation::kOvercome && failures > 0) return "the fault was not overcome";
  return "";
}

}  // namespace caio::faulty
