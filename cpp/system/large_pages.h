// Memory for large files. The kernel hands out memory a page at a time, when it is first touched: 4,096 faults for 16
// MiB, which cost more than the copy that causes them. In pages of 2 MiB they are eight.
#pragma once

#include "operation.h"

namespace caio {

constexpr size_t kLargePage = 2 << 20;

constexpr size_t in_whole_pages(size_t size) { return (size + kLargePage - 1) / kLargePage * kLargePage; }

// Uninitialised, of at least kLargePage bytes. Large pages are a wish: a system that has none, or none left, gives
// small ones. Empty when out of memory.
Bytes in_large_pages(size_t size);

// Whether the first touch of a small page costs so much that large ones are had for less, even where the host has yet
// to find them: 0.3 to 5 us on most machines, 12 in guests whose page tables the host keeps a shadow of. It is tried
// out, on 64 KiB.
bool small_pages_are_dear();

}  // namespace caio
