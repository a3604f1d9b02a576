#include "failing_close.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace caio::testing {

namespace {

std::atomic<int> error_to_come{0};

}  // namespace

FailingClose::FailingClose(int error) { error_to_come = error; }
FailingClose::~FailingClose() { error_to_come = 0; }

#if defined(__linux__)

bool FailingClose::works() { return true; }

namespace {

bool is_regular(int fd) {
  struct stat known;
  return ::fstat(fd, &known) == 0 && S_ISREG(known.st_mode);
}

}  // namespace

// The names are ld's.
extern "C" {
int __real_close(int fd);

int __wrap_close(int fd) {
  const int error = error_to_come != 0 && is_regular(fd) ? error_to_come.exchange(0) : 0;
  const int closed = __real_close(fd);
  if (error == 0) return closed;
  errno = error;
  return -1;
}
}

#else

bool FailingClose::works() { return false; }

#endif

}  // namespace caio::testing
