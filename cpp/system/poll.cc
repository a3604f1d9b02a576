#include "system/poll.h"

#include "system/call.h"
#include "system/outcome.h"

namespace caio {

Result wait_until_ready(std::vector<pollfd>& descriptors) {
  return outcome(CAIO_CALL(poll, descriptors.data(), descriptors.size(), -1));
}

}  // namespace caio
