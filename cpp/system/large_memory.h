// Memory of large files and texts, kept while such are read: its pages are dear to come by, the more so in a virtual
// machine.
#pragma once

#include "operation.h"

namespace caio {

// Uninitialised, from 32 MiB on in large pages, and from 2 MiB on where small ones are dear; there may be a quarter
// more room than in fresh memory. Empty when out of memory.
Bytes large_bytes(size_t size);

// Takes what such Bytes have released, unless no such memory has been asked for lately, or enough of it waits already:
// false, and it stays the caller's. Any thread may call these.
bool keep_large(char* data, size_t capacity);

// Gives back to the system all that waits and that nobody has asked for lately.
void let_go_of_large_memory();

}  // namespace caio
