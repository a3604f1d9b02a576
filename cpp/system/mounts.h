// The mount table: which file systems a path may meet without leaving this machine's kernel.
#pragma once

#include <sys/types.h>

#include <unordered_map>

#include "operation.h"

namespace caio {

// Read from /proc/self/mountinfo, and again whenever the kernel says that it changed (proc(5): POLLERR | POLLPRI).
// One per engine, used by the engine's own thread only.
class Mounts {
 public:
  Mounts();

  // Looks for changes, and says whether there are any; once per turn of the event loop is enough.
  bool refresh();

  // No mounted file system waits for a network or a user-space server.
  bool all_local() const { return all_local_; }

  // Whether a lookup may start here: "/" or, for a relative path, the working directory.
  bool starts_local(const char* path) const;

  // Traits of the file system with this st_dev; fd is a descriptor on it, for file systems whose st_dev is not in the
  // table (btrfs subvolumes).
  int32_t traits(dev_t device, int fd);
  // The same without a descriptor; 0 where the table does not tell.
  int32_t traits_of(dev_t device) const;

 private:
  void read();

  FileDescriptor table_;
  bool all_local_ = false;
  std::unordered_map<dev_t, int32_t> traits_;
};

}  // namespace caio
