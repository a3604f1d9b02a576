#include "system/poll.h"

#include <cerrno>

namespace caio {

Result wait_until_ready(std::vector<pollfd>& descriptors) {
  const int ready = ::poll(descriptors.data(), descriptors.size(), -1);
  return ready < 0 ? -errno : ready;
}

}  // namespace caio
