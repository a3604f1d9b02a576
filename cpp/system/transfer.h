// Reads and writes: the blocking kind, whole, and the kind that never waits.
#pragma once

#include "operation.h"

namespace caio {

// preadv2(2) and pwritev2(2) flags, by value: older headers lack them.
inline constexpr int kNoWait = 0x8;  // RWF_NOWAIT, 4.14+

// One transfer is at most this (MAX_RW_COUNT in the kernel's fs.h).
inline constexpr size_t kMaxTransfer = 0x7ffff000;

// Moves what is left of a read or write, one system call: the count or -errno. EINTR is retried.
Result transfer_once(Operation& operation, int flags);

// Until all is moved, end of file, or an error; what was moved before an error is the result. Files of other kinds than
// regular ones get one transfer, as read(2) and write(2) give. What waits for readiness never waits here: kNotReady
// when there is nothing to be had any more, or room for a part only, and kWantsOwnThread where a descriptor has no form
// of transfer that does not wait.
Result transfer_all(Operation& operation);

// Whether the descriptor is of a kind that is only read and written in order (lseek(2): ESPIPE).
bool has_no_position(int fd);

// Accounts for `count` bytes; true when nothing is left.
bool advance(Operation& operation, size_t count);

size_t remaining(const Operation& operation);

// Whether a part of its vectors is moved. Only `transfer_once` goes on in their middle: a queue of the kernel's takes
// them from their beginning, and must not have it.
bool is_within_vectors(const Operation& operation);

}  // namespace caio
