// Names in the order of their bytes, as libuv lists a directory.
#pragma once

#include <vector>

#include "operation.h"

namespace caio {

// The entries' names lie in `names`, at their offsets.
void sort_by_name(std::vector<DirectoryEntry>& entries, const char* names);

}  // namespace caio
