// An open directory: its entries in its own order, from where the last reading ended; closed with its owner.
#pragma once

#include <dirent.h>
#include <fcntl.h>

#include <string>
#include <utility>

#include "operation.h"
#include "system/platform.h"

namespace caio {

// DT_* -> UV_DIRENT_* of uv.h, which are those of fs.constants.
uint8_t type_number(uint8_t type);

class DirectoryStream {
 public:
  // How a directory is opened: never through to a device, and not for children.
  static constexpr int kOpenFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
  // And for what lies in it to be found, for which it need not be readable.
#if CAIO_LINUX
  static constexpr int kLookupFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
#else
  static constexpr int kLookupFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
#endif

  struct Entry {
    const char* name;
    size_t length;
    uint8_t type;  // DT_*
  };

  // `traits` of the descriptor and the path that it was opened by, where somebody will ask for them.
  explicit DirectoryStream(FileDescriptor directory, int32_t traits = Traits::kUnknown, std::string path = {});
#if !CAIO_LINUX
  DirectoryStream(const DirectoryStream&) = delete;
  DirectoryStream& operator=(const DirectoryStream&) = delete;
  ~DirectoryStream();
#endif

  // 0, or -errno: then it is of no use.
  Result opened() const { return opened_; }
  int fd() const;
  int32_t traits() const { return traits_; }
  const std::string& path() const { return path_; }

  // The next entry but "." and "..", valid until the next call: 1; 0 at the end; or -errno.
  Result next(Entry& entry);

  // The end was met behind other entries: once, that is told without asking again.
  void remember_end() { ended_ = true; }
  bool take_end() { return std::exchange(ended_, false); }

  // Whether so many entries, types included, or all that are left, are in memory already, so that nobody is asked
  // for them.
  bool holds(size_t count) const;

  // Whether all of it is read in so short a time that who has it in memory may do so at once.
  bool is_small() const { return small_; }
  void mark_small() { small_ = true; }
  // Whether the file system has told the type of every entry so far.
  bool tells_types() const { return tells_types_; }

 private:
  Result opened_ = 0;
  int32_t traits_;
  std::string path_;
  bool small_ = false;
  bool tells_types_ = true;
  bool ended_ = false;
#if CAIO_LINUX
  Result fill();

  FileDescriptor directory_;
  Bytes records_;  // as getdents64(2) gave them
  size_t begin_ = 0;
  size_t end_ = 0;
#else
  DIR* stream_;
#endif
};

}  // namespace caio
