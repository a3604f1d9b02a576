// Waiting for descriptors.
#pragma once

#include <poll.h>

#include <vector>

#include "operation.h"

namespace caio {

// Sleeps until one of them is ready: their number, or -errno.
Result wait_until_ready(std::vector<pollfd>& descriptors);

}  // namespace caio
