// Jobs over trees: mkdir -p, rm -r.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>

#include "system/call.h"
#include "system/directory_stream.h"
#include "system/interrupted.h"
#include "system/perform.h"
#include "system/team.h"

namespace caio {

namespace {

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
  place.parent =
      FileDescriptor(CAIO_CALL(open, begin == 0 ? "." : path.substr(0, begin).c_str(), DirectoryStream::kLookupFlags));
  return place.parent.valid() ? 0 : -errno;
}

using Clock = std::chrono::steady_clock;

// Another thread costs some 50 µs: from here on a removal is worth several.
constexpr Clock::duration kWorthSharing = std::chrono::microseconds(500);
// Files of one directory are unlinked under its lock, one after the other. Several threads help only where most of the
// time goes elsewhere: into freeing blocks, of which some file systems tell the device and wait.
constexpr Clock::duration kWaits = std::chrono::microseconds(25);
constexpr size_t kSample = 6;
constexpr size_t kLot = 8;

// Of several entries, the first that would not go.
class FirstFailure {
 public:
  void note(Result removed, const std::string& where) {
    if (removed >= 0 || result_ < 0) return;
    result_ = removed;
    where_ = where;
  }
  Result tell(std::string& where) {
    if (result_ < 0) where = std::move(where_);
    return result_;
  }

 private:
  Result result_ = 0;
  std::string where_;
};

bool is_leaf(unsigned char type) { return type != DT_DIR && type != DT_UNKNOWN; }

// rm -r of one tree. Nothing is resolved twice: entries are opened and unlinked relative to their parent, links are
// never followed. Parts of a large tree are removed side by side. What would not go keeps the directories above it; all
// else goes, as with Node, whatever order the file system lists its names in. The first failure is the result.
class Removal {
 public:
  // Removes what lies below; `where` is the path of the directory, and on failure that of the entry that would not go.
  Result remove_entries(FileDescriptor directory, std::string& where);

 private:
  // What somebody else removes: a directory, or some files of the one that is being emptied.
  struct Part {
    std::string where;
    FileDescriptor directory;
    std::string name;  // of the directory, which goes when it is empty
    std::vector<std::string> files;
    Result result = 0;
    std::shared_ptr<Team::Task> task;
  };
  using Parts = std::vector<std::unique_ptr<Part>>;

  // `given`, where parts may be given to others.
  Result remove_entry(int directory, const char* name, unsigned char type, std::string& where, Parts* given);
  Result remove_files(int directory, const std::vector<std::string>& names, std::string& where);
  Result remove_listed(DirectoryStream& stream, std::string& where, Parts& given);
  bool give_directory(FileDescriptor& child, const char* name, const std::string& where, Parts& given);
  bool give_files(int directory, std::vector<std::string>& names, const std::string& where, Parts& given);

  const Clock::time_point begun_ = Clock::now();
  Team team_;
};

Result remove_directory(int parent, const char* name) {
  const bool gone = CAIO_CALL(unlinkat, parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
  return gone ? 0 : failure(Step::kRmdir, -errno);
}

bool Removal::give_directory(FileDescriptor& child, const char* name, const std::string& where, Parts& given) {
  if (Clock::now() - begun_ < kWorthSharing) return false;
  auto made = std::make_unique<Part>();
  Part& part = *made;
  part.name = name;
  part.where = where;
  part.directory = std::move(child);
  part.task = team_.take([this, &part] { part.result = remove_entries(std::move(part.directory), part.where); });
  if (part.task == nullptr) {
    child = std::move(part.directory);
    return false;
  }
  given.push_back(std::move(made));
  return true;
}

bool Removal::give_files(int directory, std::vector<std::string>& names, const std::string& where, Parts& given) {
  auto made = std::make_unique<Part>();
  Part& part = *made;
  part.where = where;
  part.files = std::move(names);
  part.task = team_.take([this, directory, &part] { part.result = remove_files(directory, part.files, part.where); });
  if (part.task == nullptr) {
    names = std::move(part.files);
    return false;
  }
  names.clear();
  given.push_back(std::move(made));
  return true;
}

Result Removal::remove_entry(int directory, const char* name, unsigned char type, std::string& where, Parts* given) {
  if (type != DT_DIR) {
    if (CAIO_CALL(unlinkat, directory, name, 0) == 0 || errno == ENOENT) return 0;
    // EISDIR on Linux, EPERM as POSIX has it: a directory whose type the listing did not tell.
    const int unlink_errno = errno;
    if (unlink_errno != EISDIR && unlink_errno != EPERM) return failure(Step::kUnlink, -unlink_errno);
    struct stat found;
    if (CAIO_CALL(fstatat, directory, name, &found, AT_SYMLINK_NOFOLLOW) != 0)
      return errno == ENOENT ? 0 : failure(Step::kUnlink, -errno);
    if (!S_ISDIR(found.st_mode)) return failure(Step::kUnlink, -unlink_errno);
  }
  FileDescriptor child(CAIO_CALL(openat, directory, name, DirectoryStream::kOpenFlags | O_NOFOLLOW));
  if (child.valid()) {
    if (given != nullptr && give_directory(child, name, where, *given)) return 0;
    if (const Result removed = remove_entries(std::move(child), where); removed < 0) return removed;
  } else if (is_no_directory(errno)) {
    // Somebody has put a link or a file in its place: that goes, and where the link leads is no concern of ours.
    if (CAIO_CALL(unlinkat, directory, name, 0) == 0) return 0;
  } else if (errno != ENOENT) {
    return failure(Step::kScandir, -errno);
  }
  return remove_directory(directory, name);
}

void append_name(std::string& path, const char* name) {
  if (path.back() != '/') path += '/';
  path += name;
}

Result Removal::remove_files(int directory, const std::vector<std::string>& names, std::string& where) {
  FirstFailure failed;
  const size_t parent_length = where.size();
  for (const std::string& name : names) {
    append_name(where, name.c_str());
    failed.note(remove_entry(directory, name.c_str(), DT_REG, where, nullptr), where);
    where.resize(parent_length);
  }
  return failed.tell(where);
}

Result Removal::remove_listed(DirectoryStream& stream, std::string& where, Parts& given) {
  FirstFailure failed;
  std::vector<std::string> files;
  size_t sampled = 0;
  Clock::duration took{};
  const auto in_lots = [&] { return sampled == kSample && took >= kSample * kWaits; };
  const size_t parent_length = where.size();
  const auto remove_lot = [&] {
    failed.note(remove_files(stream.fd(), files, where), where);
    where.resize(parent_length);
    files.clear();
  };
  DirectoryStream::Entry entry;
  Result found_entry;
  while ((found_entry = stream.next(entry)) > 0) {
    const bool leaf = is_leaf(entry.type);
    if (leaf && in_lots()) {
      files.emplace_back(entry.name);
      if (files.size() == kLot && !give_files(stream.fd(), files, where, given)) remove_lot();
      continue;
    }
    const bool sample = leaf && sampled < kSample;
    const auto begun = sample ? Clock::now() : Clock::time_point{};
    append_name(where, entry.name);
    failed.note(remove_entry(stream.fd(), entry.name, entry.type, where, &given), where);
    where.resize(parent_length);
    if (sample) {
      took += Clock::now() - begun;
      ++sampled;
    }
  }
  remove_lot();
  if (found_entry < 0) failed.note(failure(Step::kScandir, found_entry), where);
  return failed.tell(where);
}

Result Removal::remove_entries(FileDescriptor directory, std::string& where) {
  DirectoryStream stream(std::move(directory));
  if (stream.opened() < 0) return failure(Step::kScandir, stream.opened());
  Parts given;
  FirstFailure failed;
  failed.note(remove_listed(stream, where, given), where);
  for (const auto& part : given) {
    team_.wait(*part->task);
    if (!part->name.empty() && part->result == 0) part->result = remove_directory(stream.fd(), part->name.c_str());
    failed.note(part->result, part->where);
  }
  return failed.tell(where);
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
