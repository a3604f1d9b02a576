// Directories read: whole and sorted, or from an open one, some entries at a time.

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "system/call.h"
#include "system/directory_stream.h"
#include "system/name_order.h"
#include "system/perform.h"
#include "system/stat.h"

namespace caio {

namespace {

void add(Operation& operation, std::string& names, const DirectoryStream::Entry& entry) {
  operation.entries.push_back(
      {static_cast<uint32_t>(names.size()), static_cast<uint16_t>(entry.length), entry.type, 0});
  names.append(entry.name, entry.length);
}

Result keep(Operation& operation, const std::string& names) {
  operation.bytes = Bytes(names.size());
  if (!operation.bytes) return -ENOMEM;
  std::memcpy(operation.bytes.data(), names.data(), names.size());
  return static_cast<Result>(operation.entries.size());
}

// Some file systems do not say in the listing what an entry is. What cannot be looked up stays unknown.
uint8_t looked_up_type(int directory, const char* name) {
  struct stat found;
  if (CAIO_CALL(fstatat, directory, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return static_cast<uint8_t>(IFTODT(found.st_mode));
}

}  // namespace

Result perform_readdir(Operation& operation) {
  FileDescriptor directory(CAIO_CALL(openat, operation.at, operation.path.c_str(), DirectoryStream::kOpenFlags));
  return directory.valid() ? list_sorted(operation, std::move(directory)) : -errno;
}

Result list_sorted(Operation& operation, FileDescriptor directory) {
  DirectoryStream stream(std::move(directory));
  if (stream.opened() < 0) return stream.opened();
  std::string names;
  DirectoryStream::Entry entry;
  Result found;
  while ((found = stream.next(entry)) > 0) add(operation, names, entry);
  if (found < 0) return found;
  const Result count = keep(operation, names);
  if (count < 0) return count;
  sort_by_name(operation.entries, operation.bytes.data());
  return count;
}

Result perform_open_directory(Operation& operation) {
  FileDescriptor directory(CAIO_CALL(open, operation.path.c_str(), DirectoryStream::kOpenFlags));
  if (!directory.valid()) return -errno;
  const Result traits = describe(directory.get());
  operation.stream = std::make_shared<DirectoryStream>(std::move(directory),
                                                       static_cast<int32_t>(traits < 0 ? 0 : traits), operation.path);
  return operation.stream->opened();
}

Result perform_read_directory(Operation& operation) {
  DirectoryStream& stream = *operation.stream;
  std::string names;
  if (stream.take_end()) return keep(operation, names);
  DirectoryStream::Entry entry;
  while (operation.entries.size() < operation.length) {
    const Result found = stream.next(entry);
    // What was read before the failure is lost, as it is with readdir in libuv.
    if (found < 0) return found;
    if (found == 0) {
      // Elsewhere others may add to it meanwhile, and it is asked once more, as readdir(3) asks.
      if (!operation.entries.empty() && (stream.traits() & Traits::kLocal) != 0) stream.remember_end();
      break;
    }
    if (entry.type == DT_UNKNOWN) entry.type = looked_up_type(stream.fd(), entry.name);
    add(operation, names, entry);
  }
  return keep(operation, names);
}

Result perform_close_directory(Operation& operation) {
  operation.stream.reset();
  return 0;
}

}  // namespace caio
