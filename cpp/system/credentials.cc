#include "system/credentials.h"

#include <unistd.h>

#include "system/call.h"

namespace caio {

Credentials Credentials::current() {
  Credentials found{::geteuid(), ::getegid(), {}};
  const int count = CAIO_CALL(getgroups, 0, nullptr);
  if (count > 0) {
    found.groups.resize(static_cast<size_t>(count));
    // What cannot be read twice alike has changed, and is taken for another.
    if (CAIO_CALL(getgroups, count, found.groups.data()) != count) found.groups.clear();
  }
  return found;
}

}  // namespace caio
