// Files that the kernel makes up while they are read, such as those of /proc: of no size, whatever is in them.
#pragma once

#include <optional>

#include "operation.h"

namespace caio {

// Reads such a file whole, as the contents of a readFile: their size or a failure. Nothing, and nothing is read, where
// it is none, may wait for more, has no positions or is too large for this.
std::optional<Result> read_made_up(Operation& operation, int fd);

}  // namespace caio
