// Memory for what files contain, given out again soon after it was given back. Fresh memory costs a page fault for each
// 4 KiB, in a virtual machine more than reading the same bytes from the page cache; what was used a moment ago is
// there.
#pragma once

#include "operation.h"

namespace caio {

// Any thread may take memory and give it back. Of blocks of up to 64 KiB at most 128 MiB are kept for the whole
// process, and 16 when nobody has asked for any for a while; for what is larger see large_memory.h.
Bytes warm_bytes(size_t size);

// What Bytes have released: of so many bytes, whatever was used of them.
void give_back(char* data, size_t capacity);
inline void give_back(Bytes& bytes) {
  const size_t capacity = bytes.capacity();
  give_back(bytes.release(), capacity);
}

// What is not needed all the time, if nobody has asked for any for kMemoryKept.
void let_go_of_warm_memory();

}  // namespace caio
