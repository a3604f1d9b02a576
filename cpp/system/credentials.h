// Who the process is: what the kernel judges a task by (credentials(7)).
#pragma once

#include <sys/types.h>

#include <vector>

namespace caio {

struct Credentials {
  uid_t user = 0;  // effective
  gid_t group = 0;
  std::vector<gid_t> groups;

  // Of the calling thread; all threads have the same, unless somebody bypassed the C library.
  static Credentials current();
  bool operator==(const Credentials&) const = default;
};

}  // namespace caio
