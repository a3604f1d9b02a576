// Closing that fails, as on a file system that finds out only then that it cannot keep what was written.
#pragma once

namespace caio::testing {

// While it lives, the first regular file to be closed is closed, but with this errno.
class FailingClose {
 public:
  explicit FailingClose(int error);
  ~FailingClose();
  FailingClose(const FailingClose&) = delete;
  FailingClose& operator=(const FailingClose&) = delete;

  // Whether the linker took ours (CMakeLists.txt).
  static bool works();
};

}  // namespace caio::testing
