// Directories, listed and read in parts at once. getdents64(2) has no form that does not wait: only what lies in
// memory, or was read a moment ago, is listed there.

#include <fcntl.h>

#include <memory>
#include <utility>

#include "system/directory_stream.h"
#include "system/file_system_type.h"
#include "system/perform.h"
#include "system/stat.h"
#include "system/try_now.h"

namespace caio {

namespace {

constexpr size_t kMostEntries = 1024;
// Of a directory's own blocks: some four hundred entries, which take some 50 µs.
constexpr size_t kLargestListing = 16 * 1024;

}  // namespace

Result TryNow::readdir(Operation& operation) {
  const auto begun = FreshNames::Clock::now();
  if (!is_fresh(operation.path, FreshNames::Way::kListed, begun)) return kMiss;
  DescriptorStat known;
  const Result opened = open_cached(operation, DirectoryStream::kOpenFlags, known);
  if (opened < 0) return opened;
  FileDescriptor directory(static_cast<int>(opened));
  if (known.size > kLargestListing) return kMiss;
  const Result listed = list_sorted(operation, std::move(directory));
  fresh_names_.report(begun, FreshNames::Clock::now());
  fresh_names_.note(operation.path, FreshNames::Way::kListed, begun);
  return listed;
}

// Only what was read to its end, and told all types, is sure to lie in memory.
void TryNow::note_read(const Operation& done, FreshNames::Clock::time_point now) {
  if (done.result >= 0 && static_cast<size_t>(done.result) < done.length && done.stream->tells_types())
    fresh_names_.note(done.stream->path(), FreshNames::Way::kReadInParts, now);
}

Result TryNow::open_directory(Operation& operation) {
  DescriptorStat known;
  const Result opened = open_cached(operation, DirectoryStream::kOpenFlags, known);
  if (opened < 0) return opened;
  FileDescriptor directory(static_cast<int>(opened));
  const int32_t traits = combine_traits(known.mode, O_RDONLY, mounts_.traits(known.device, directory.get()));
  operation.stream = std::make_shared<DirectoryStream>(std::move(directory), traits, operation.path);
  if (known.size <= kLargestListing) operation.stream->mark_small();
  return operation.stream->opened();
}

Result TryNow::read_directory(Operation& operation) {
  const DirectoryStream& stream = *operation.stream;
  const bool memory = (stream.traits() & Traits::kMemory) != 0 && operation.length <= kMostEntries;
  if (memory || stream.holds(operation.length)) return perform_read_directory(operation);
  const auto begun = FreshNames::Clock::now();
  if (!stream.is_small() || !is_fresh(stream.path(), FreshNames::Way::kReadInParts, begun)) return kMiss;
  operation.result = perform_read_directory(operation);
  fresh_names_.report(begun, FreshNames::Clock::now());
  note_read(operation, begun);
  return operation.result;
}

Result TryNow::close_directory(Operation& operation) {
  // As with files: the last reference to a removed one frees its blocks.
  DescriptorStat known;
  if ((operation.stream->traits() & Traits::kLocal) == 0 || stat_cached(operation.stream->fd(), known) < 0 ||
      known.links == 0)
    return kMiss;
  return perform_close_directory(operation);
}

}  // namespace caio
