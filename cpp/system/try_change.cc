// Changes of names, of attributes and of small files, where all that they touch lies in memory (tmpfs): nothing there
// waits for a device.

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "system/call.h"
#include "system/perform.h"
#include "system/raw.h"
#include "system/stat.h"
#include "system/try_now.h"

namespace caio {

namespace {

using Clock = FreshNames::Clock;

// So many renames look first after one that would have replaced something: the next ones mostly would, too.
constexpr int kAfterTakenName = 16;

// Where the name stands that a path ends with.
std::string_view folder_of(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
}

}  // namespace

bool TryNow::is_change(const Operation& operation) {
  switch (operation.opcode) {
    case Opcode::kOpen:
      return (operation.flags & (O_CREAT | O_TRUNC)) != 0 && (operation.flags & (O_PATH | O_DIRECTORY | O_DIRECT)) == 0;
    case Opcode::kChmod:
    case Opcode::kChown:
    case Opcode::kLchown:
    case Opcode::kUtimes:
    case Opcode::kLutimes:
    case Opcode::kMkdir:
    case Opcode::kMakeTemporary:
    case Opcode::kRmdir:
    case Opcode::kUnlink:
    case Opcode::kRename:
    case Opcode::kLink:
    case Opcode::kSymlink:
    case Opcode::kCopyFile:
    case Opcode::kWriteFile:
      return true;
    default:
      return false;
  }
}

bool TryNow::changes_memory(const Operation& operation) {
  return is_change(operation) && changes_memory(operation, Clock::now());
}

// Whether all of this stands in folders in memory: each was found there without waiting a moment ago, and is believed
// to be there for as long as any name that was found (FreshNames).
bool TryNow::changes_memory(const Operation& operation, Clock::time_point now) {
  if (operation.at != AT_FDCWD || operation.at2 != AT_FDCWD) return false;
  check_mounts();
  if (!mounts_.all_local() || !fresh_names_.may_be_believed(now)) return false;
  const bool says_text = operation.opcode == Opcode::kSymlink;  // what a link says need not be there
  return (says_text || is_folder_in_memory(operation.path, now)) &&
         (operation.path2.empty() || is_folder_in_memory(operation.path2, now));
}

bool TryNow::is_folder_in_memory(std::string_view path, Clock::time_point now) {
  const std::string_view folder = folder_of(path);
  if (fresh_names_.has(folder, FreshNames::Way::kFolderInMemory, now)) return true;
  if (fresh_names_.has(folder, FreshNames::Way::kFolderElsewhere, now)) return false;
  const Result found = find_cached(std::string(folder).c_str(), O_DIRECTORY);
  if (found < 0) return false;
  const FileDescriptor directory(static_cast<int>(found));
  DescriptorStat known;
  const bool memory = stat_cached(directory.get(), known) == 0 &&
                      (mounts_.traits(known.device, directory.get()) & Traits::kMemory) != 0;
  fresh_names_.note(folder, memory ? FreshNames::Way::kFolderInMemory : FreshNames::Way::kFolderElsewhere, now);
  return memory;
}

// What the name stands for has to lie in memory too: other files may be mounted on it. And what goes away with the
// change must be little, for somebody has to free it.
bool TryNow::is_light(const Operation& operation) const {
  const auto looks = [this](const std::string& path, auto is_suitable) {
    DescriptorStat known;
    const Result found = stat_name_cached(path.c_str(), known);
    if (found < 0) return found == -ENOENT;
    return (mounts_.traits_of(known.device) & Traits::kMemory) != 0 && is_suitable(known);
  };
  const auto any = [](const DescriptorStat&) { return true; };
  const auto no_link = [](const DescriptorStat& known) { return !S_ISLNK(known.mode); };
  const auto no_large_file = [](const DescriptorStat& known) {
    return !S_ISREG(known.mode) || known.size <= kLightlyFreed;
  };
  const auto small_file = [](const DescriptorStat& known) {
    return S_ISREG(known.mode) && known.size <= kLargestWrite;
  };
  // Neither a link, which leads elsewhere, nor anything that waits.
  const auto written = [&](bool truncates) {
    return [=](const DescriptorStat& known) { return S_ISREG(known.mode) && (!truncates || no_large_file(known)); };
  };
  switch (operation.opcode) {
    case Opcode::kChmod:
    case Opcode::kChown:
    case Opcode::kUtimes:
      return looks(operation.path, no_link);
    case Opcode::kLchown:
    case Opcode::kLutimes:
      return looks(operation.path, any);
    case Opcode::kUnlink:
      return looks(operation.path, no_large_file);
    case Opcode::kRename:
      return looks(operation.path2, no_large_file);
    case Opcode::kCopyFile:
      return looks(operation.path, small_file) && looks(operation.path2, written(true));
    case Opcode::kWriteFile:
      if (operation.length > kLargestWrite) return false;
      [[fallthrough]];
    case Opcode::kOpen:
      return looks(operation.path, written((operation.flags & O_TRUNC) != 0));
    default:
      return true;
  }
}

// A rename that replaces nothing has nothing to free: to ask for that costs less than to look first.
bool TryNow::renames_to_free_name(const Operation& operation, Result& result) {
  if (names_taken_for_ > 0) {
    --names_taken_for_;
    return false;
  }
  constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE of linux/fs.h
  const char* from = operation.path.c_str();
  const char* to = operation.path2.c_str();
  result = CAIO_CALL(caio::raw::renameat2, AT_FDCWD, from, AT_FDCWD, to, kNoReplace) == 0 ? 0 : -errno;
  if (result == -EEXIST) names_taken_for_ = kAfterTakenName;
  return result == 0 || result == -ENOENT;
}

Result TryNow::change(Operation& operation) {
  const auto begun = Clock::now();
  if (!changes_memory(operation, begun)) return kMiss;
  Result result;
  if (operation.opcode != Opcode::kRename || !renames_to_free_name(operation, result)) {
    if (!is_light(operation)) return kMiss;
    operation.at_once = true;
    result = perform(operation);
    operation.at_once = false;
  }
  fresh_names_.report(begun, Clock::now());
  // What such an error tells its caller besides, a name, comes with a record only.
  const bool tells_where = operation.opcode == Opcode::kMakeTemporary && result < 0;
  return result == kWantsOwnThread || tells_where ? kMiss : result;
}

}  // namespace caio
