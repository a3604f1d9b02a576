// What a system call says of itself, −1 and errno, as the one signed number that goes up.
#pragma once

#include <cerrno>

#include "operation.h"

namespace caio {

inline Result outcome(long status) { return status < 0 ? -errno : status; }

}  // namespace caio
