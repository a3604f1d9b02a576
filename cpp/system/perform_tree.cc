// Jobs over trees: mkdir -p, rm -r.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "system/call.h"
#include "system/directory_stream.h"
#include "system/interrupted.h"
#include "system/perform.h"
#include "system/platform.h"
#include "system/team.h"

namespace caio {

namespace {

#if CAIO_LINUX
// A directory need not be readable for what lies in it to be found.
constexpr int kLookupFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
#else
constexpr int kLookupFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
#endif

// What open(2) says with O_DIRECTORY and O_NOFOLLOW.
bool is_no_directory(int error) { return error == ENOTDIR || error == ELOOP; }

// The directory that holds what `path` names, and the name in it, which keeps its slashes at the end: they ask for a
// directory. "/", "." and ".." stay as they are: none of them can go.
struct Place {
  FileDescriptor parent;
  std::string name;
  int at() const { return parent.valid() ? parent.get() : AT_FDCWD; }
};

Result find_place(const std::string& path, Place& place) {
  const size_t end = path.find_last_not_of('/') + 1;  // 0 of "/" and ""
  const size_t slash = end == 0 ? std::string::npos : path.find_last_of('/', end - 1);
  const size_t begin = slash == std::string::npos ? 0 : slash + 1;
  const std::string name = path.substr(begin, end - begin);
  if (name.empty() || name == "." || name == "..") {
    place.name = path;
    return 0;
  }
  place.name = path.substr(begin);
  place.parent = FileDescriptor(CAIO_CALL(open, begin == 0 ? "." : path.substr(0, begin).c_str(), kLookupFlags));
  return place.parent.valid() ? 0 : -errno;
}

// rm -r of one tree. Nothing is resolved twice: entries are opened and unlinked relative to their parent, links are
// never followed. Branches of a large tree are removed side by side. What would not go keeps the directories above it;
// all else goes, as with Node, whatever order the file system lists its names in. The first failure is the result.
class Removal {
 public:
  // Removes what lies below; `where` is the path of the directory, and on failure that of the entry that would not go.
  Result remove_entries(FileDescriptor directory, std::string& where);

 private:
  // A directory that somebody else empties.
  struct Branch {
    std::string name;
    std::string where;
    FileDescriptor directory;
    Result result = 0;
    std::shared_ptr<Team::Task> task;
  };
  using Branches = std::vector<std::unique_ptr<Branch>>;

  Result remove_entry(const DirectoryStream& stream, const DirectoryStream::Entry& entry, std::string& where,
                      Branches& branches);
  Result remove_listed(DirectoryStream& stream, std::string& where, Branches& branches);
  bool give_away(FileDescriptor& child, const char* name, const std::string& where, Branches& branches);

  std::atomic<size_t> removed_{0};
  Team team_;
};

Result remove_directory(int parent, const char* name) {
  const bool gone = CAIO_CALL(unlinkat, parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
  return gone ? 0 : failure(Step::kRmdir, -errno);
}

bool Removal::give_away(FileDescriptor& child, const char* name, const std::string& where, Branches& branches) {
  // Another thread costs as much as some entries.
  constexpr size_t kWorthSharing = 64;
  if (removed_.load(std::memory_order_relaxed) < kWorthSharing) return false;
  auto branch = std::make_unique<Branch>();
  Branch& given = *branch;
  given.name = name;
  given.where = where;
  given.directory = std::move(child);
  given.task = team_.take([this, &given] { given.result = remove_entries(std::move(given.directory), given.where); });
  if (given.task == nullptr) {
    child = std::move(given.directory);
    return false;
  }
  branches.push_back(std::move(branch));
  return true;
}

Result Removal::remove_entry(const DirectoryStream& stream, const DirectoryStream::Entry& entry, std::string& where,
                             Branches& branches) {
  removed_.fetch_add(1, std::memory_order_relaxed);
  if (entry.type != DT_DIR) {
    if (CAIO_CALL(unlinkat, stream.fd(), entry.name, 0) == 0 || errno == ENOENT) return 0;
    // EISDIR on Linux, EPERM as POSIX has it: a directory whose type the listing did not tell.
    const int unlink_errno = errno;
    if (unlink_errno != EISDIR && unlink_errno != EPERM) return failure(Step::kUnlink, -unlink_errno);
    struct stat found;
    if (CAIO_CALL(fstatat, stream.fd(), entry.name, &found, AT_SYMLINK_NOFOLLOW) != 0)
      return errno == ENOENT ? 0 : failure(Step::kUnlink, -errno);
    if (!S_ISDIR(found.st_mode)) return failure(Step::kUnlink, -unlink_errno);
  }
  FileDescriptor child(CAIO_CALL(openat, stream.fd(), entry.name, DirectoryStream::kOpenFlags | O_NOFOLLOW));
  if (child.valid()) {
    if (give_away(child, entry.name, where, branches)) return 0;
    if (const Result removed = remove_entries(std::move(child), where); removed < 0) return removed;
  } else if (is_no_directory(errno)) {
    // Somebody has put a link or a file in its place: that goes, and where the link leads is no concern of ours.
    if (CAIO_CALL(unlinkat, stream.fd(), entry.name, 0) == 0) return 0;
  } else if (errno != ENOENT) {
    return failure(Step::kScandir, -errno);
  }
  return remove_directory(stream.fd(), entry.name);
}

Result Removal::remove_listed(DirectoryStream& stream, std::string& where, Branches& branches) {
  DirectoryStream::Entry entry;
  Result found_entry;
  Result result = 0;
  std::string kept;  // where the first failure was
  while ((found_entry = stream.next(entry)) > 0) {
    const size_t parent_length = where.size();
    if (where.back() != '/') where += '/';
    where += entry.name;
    const Result removed = remove_entry(stream, entry, where, branches);
    if (removed < 0 && result == 0) {
      result = removed;
      kept = where;
    }
    where.resize(parent_length);
  }
  if (result == 0) return found_entry == 0 ? 0 : failure(Step::kScandir, found_entry);
  where = std::move(kept);
  return result;
}

Result Removal::remove_entries(FileDescriptor directory, std::string& where) {
  DirectoryStream stream(std::move(directory));
  if (stream.opened() < 0) return failure(Step::kScandir, stream.opened());
  Branches branches;
  Result result = remove_listed(stream, where, branches);
  for (const auto& branch : branches) {
    team_.wait(*branch->task);
    if (branch->result == 0) branch->result = remove_directory(stream.fd(), branch->name.c_str());
    if (branch->result >= 0 || result < 0) continue;
    result = branch->result;
    where = branch->where;
  }
  return result;
}

}  // namespace

// The order of attempts and the errors are those of Node's MKDirp: from the leaf upwards until one can be made, then
// down again. path2 becomes the first directory made, or the one that could not be; 0 is the result when all were
// there.
Result perform_make_path(Operation& operation) {
  std::vector<std::string> wanted{operation.path};
  std::string present;  // the last directory that was made or found
  std::string first_made;
  while (!wanted.empty()) {
    const std::string path = std::move(wanted.back());
    wanted.pop_back();
    operation.path2 = path;
    const auto make = [&] { return CAIO_CALL(mkdir, path.c_str(), operation.mode); };
    if (uninterrupted(operation, make) == 0) {
      if (first_made.empty()) first_made = path;
      present = path;
      continue;
    }
    const int error = errno;
    if (error == EACCES || error == ENOSPC || error == ENOTDIR || error == EPERM) return -error;
    if (error == ENOENT) {
      const size_t slash = path.find_last_of('/');
      const std::string parent = slash == std::string::npos ? path : path.substr(0, slash);
      // Where the parent is there and says ENOENT all the same (in /proc), Node's own attempt never ends.
      if (parent == present) return -ENOENT;
      if (parent != path && !parent.empty()) {
        wanted.push_back(path);
        wanted.push_back(parent);
      } else if (wanted.empty()) {
        return -ENOENT;
      }
      continue;
    }
    struct stat found;
    const bool known = uninterrupted(operation, [&] { return CAIO_CALL(stat, path.c_str(), &found); }) == 0;
    if (!known || !S_ISDIR(found.st_mode)) {
      if (error == EEXIST && !wanted.empty()) return -ENOTDIR;
      return known ? -EEXIST : -errno;
    }
    present = path;
  }
  operation.path2 = first_made;
  return static_cast<Result>(first_made.size());
}

Result perform_remove_tree(Operation& operation) {
  operation.path2 = operation.path;
  if (CAIO_CALL(unlink, operation.path.c_str()) == 0) return 0;
  const int unlink_errno = errno;
  if (unlink_errno != EISDIR && unlink_errno != EPERM) return failure(Step::kUnlink, -unlink_errno);
  // Before anything below is touched: "." and whatever is mounted or in use cannot go at all, and then nothing does.
  if (CAIO_CALL(rmdir, operation.path.c_str()) == 0) return 0;
  if (errno != ENOTEMPTY && errno != EEXIST && errno != EPERM) return failure(Step::kRmdir, -errno);
  // What leads to the tree is resolved once: what is emptied is also what is removed at the end.
  Place place;
  if (const Result found = find_place(operation.path, place); found < 0) return failure(Step::kScandir, found);
  FileDescriptor root(CAIO_CALL(openat, place.at(), place.name.c_str(), DirectoryStream::kOpenFlags | O_NOFOLLOW));
  if (!root.valid()) {
    return is_no_directory(errno) ? failure(Step::kUnlink, -unlink_errno) : failure(Step::kScandir, -errno);
  }
  if (const Result removed = Removal().remove_entries(std::move(root), operation.path2); removed < 0) return removed;
  operation.path2 = operation.path;
  return CAIO_CALL(unlinkat, place.at(), place.name.c_str(), AT_REMOVEDIR) == 0 ? 0 : failure(Step::kRmdir, -errno);
}

}  // namespace caio
