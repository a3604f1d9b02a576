// stat(2) and its relatives as the eighteen fields of Node's binding.
#pragma once

#include <sys/stat.h>

#include "operation.h"

namespace caio {

// flags: AT_EMPTY_PATH (with path "") and AT_SYMLINK_NOFOLLOW. 0 or -errno.
Result stat_at(int directory, const char* path, int flags, StatFields& fields);

struct DescriptorStat {
  dev_t device = 0;
  mode_t mode = 0;
  uint64_t links = 0;
  uint64_t size = 0;
};

// What is known of a descriptor without asking its file system's server (AT_STATX_DONT_SYNC). 0 or -errno.
Result stat_cached(int fd, DescriptorStat& known);
// The same of a name, and of a symbolic link itself.
Result stat_name_cached(const char* path, DescriptorStat& known);

// Whether this is a regular file and has no bytes at this position; false where that cannot be found out.
bool ends_before(int fd, int64_t position);

// Traits of an open descriptor; may wait where its file system is remote. >= 0 or -errno.
Result describe(int fd);

}  // namespace caio
