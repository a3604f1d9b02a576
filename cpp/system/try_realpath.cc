// realpath at once: where no symbolic link is on the way, the absolute path is what the text says; where one is, the C
// library finds it by names that lay in memory a moment ago.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <optional>
#include <string>
#include <string_view>

#include "system/call.h"
#include "system/perform.h"
#include "system/try_now.h"

namespace caio {

namespace {

constexpr uint64_t kResolveNoSymlinks = 0x04;

// Without "", "." and ".."; only for a path whose every part is known to be a directory, and no link.
std::string without_dots(std::string_view path) {
  std::string plain;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      plain.resize(plain.empty() ? 0 : plain.rfind('/'));
    } else {
      (plain += '/') += part;
    }
  }
  return plain.empty() ? "/" : plain;
}

// Nothing where the working directory was removed, or lies outside of the process's root.
std::optional<std::string> absolute(std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  std::array<char, PATH_MAX> working;
  if (CAIO_CALL(getcwd, working.data(), working.size()) == nullptr || working[0] != '/') return std::nullopt;
  std::string whole = working.data();
  (whole += '/') += path;
  return whole;
}

}  // namespace

Result TryNow::realpath(Operation& operation) {
  const auto begun = FreshNames::Clock::now();
  if (fresh_names_.has(operation.path, FreshNames::Way::kThroughLinks, begun)) {
    if (!is_fresh(operation.path, FreshNames::Way::kResolved, begun)) return kMiss;
    const Result result = perform_names(operation);
    fresh_names_.report(begun, FreshNames::Clock::now());
    return result;
  }
  // Found without waiting, and without a link, which fails with ELOOP.
  const Result found = open_with(operation.path.c_str(), O_PATH | O_CLOEXEC, kResolveNoSymlinks);
  if (found == -ELOOP) fresh_names_.note(operation.path, FreshNames::Way::kThroughLinks, begun);
  // realpath(3) has no bound on the whole path's length.
  if (found == -ELOOP || found == -EMFILE || found == -ENFILE || found == -ENAMETOOLONG) return kMiss;
  if (found < 0) return found;
  const FileDescriptor file(static_cast<int>(found));
  const std::optional<std::string> whole = absolute(operation.path);
  if (!whole) return kMiss;
  const std::string real = without_dots(*whole);
  if (real.size() >= PATH_MAX) return kMiss;
  return keep_name(operation, real.data(), real.size());
}

}  // namespace caio
