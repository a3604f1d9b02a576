#include "system/poll.h"

#include <cerrno>

#include "system/call.h"

namespace caio {

Result wait_until_ready(std::vector<pollfd>& descriptors) {
  const int ready = CAIO_CALL(poll, descriptors.data(), descriptors.size(), -1);
  return ready < 0 ? -errno : ready;
}

}  // namespace caio
