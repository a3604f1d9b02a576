// UTF-8 → what a JavaScript string is made of. Whoever read a file does it, before the event loop's thread has the
// file: V8's own decoder reads twice, a byte at a time.
#pragma once

#include <cstdint>

#include "operation.h"

namespace caio {

// What the bytes stand for after this; what is no UTF-8 becomes U+FFFD. ASCII is kLatin1 as it is, and so leaves
// `decoded` empty. What there is no memory for stays kUtf8: what becomes of it is the runtime's business.
TextForm decode_utf8(const char* data, size_t length, Bytes& decoded);

// The same of an operation's bytes, if they are to be text.
void decode_bytes(Operation& operation);

// The same of what lies at an operation's `data`, which is left as it is. 0.
Result perform_decode(Operation& operation);

// Gives an operation these bytes, or what they stand for. False: no memory.
bool keep_bytes(Operation& operation, const char* data, size_t length);

}  // namespace caio
