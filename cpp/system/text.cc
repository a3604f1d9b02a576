#include "system/text.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "system/warm_memory.h"

namespace caio {

namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;
constexpr uint8_t kFirstOfThree = 0xE0;
constexpr uint8_t kFirstOfFour = 0xF0;
// U+00FF, the last of Latin-1, begins with the byte before this one.
constexpr uint8_t kFirstBeyondLatin1 = 0xC4;

bool is_ascii(const char* data, size_t length) {
  uint64_t high = 0;
  size_t at = 0;
  for (; at + sizeof high <= length; at += sizeof high) {
    uint64_t word;
    std::memcpy(&word, data + at, sizeof word);
    high |= word;
  }
  for (; at < length; ++at) high |= static_cast<uint8_t>(data[at]);
  return (high & kHighBits) == 0;
}

struct Extent {
  size_t units = 0;  // of UTF-16
  uint8_t largest = 0;
};

// Of what is UTF-8; of anything else no less than what decode() would write before it sees that.
Extent measure(const uint8_t* at, const uint8_t* end) {
  Extent extent;
  while (at < end) {
    // The counts of so few bytes fit into one, so that the compiler counts sixteen or more at a time.
    const uint8_t* const stop = at + std::min<ptrdiff_t>(end - at, 112);
    uint8_t units = 0;
    for (; at < stop; ++at) {
      const bool continues = (*at & 0xC0) == 0x80;
      units = static_cast<uint8_t>(units + (continues ? 0 : 1) + (*at >= kFirstOfFour ? 1 : 0));
      extent.largest = std::max(extent.largest, *at);
    }
    extent.units += units;
  }
  return extent;
}

// The code point that begins at `at`, which moves behind it; -1 where none does (The Unicode Standard, table 3-7).
int32_t next_code_point(const uint8_t*& at, const uint8_t* end) {
  const uint8_t first = *at;
  if (first < 0x80) {
    ++at;
    return first;
  }
  const int length = first < kFirstOfThree ? 2 : first < kFirstOfFour ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || end - at < length) return -1;
  int32_t point = first & (0x7F >> length);
  for (int i = 1; i < length; ++i) {
    if ((at[i] & 0xC0) != 0x80) return -1;
    point = point << 6 | (at[i] & 0x3F);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point < 0xE000;
  if (overlong || surrogate || point > 0x10FFFF) return -1;
  at += length;
  return point;
}

template <typename Unit>
bool decode(const uint8_t* at, const uint8_t* end, Unit* to) {
  while (at < end) {
    uint64_t word = kHighBits;
    if (end - at >= static_cast<ptrdiff_t>(sizeof word)) std::memcpy(&word, at, sizeof word);
    if ((word & kHighBits) == 0) {
      to = std::copy_n(at, sizeof word, to);
      at += sizeof word;
      continue;
    }
    const int32_t point = next_code_point(at, end);
    if (point < 0) return false;
    if (point < 0x10000) {
      *to++ = static_cast<Unit>(point);
    } else {
      *to++ = static_cast<Unit>(0xD7C0 + (point >> 10));
      *to++ = static_cast<Unit>(0xDC00 + (point & 0x3FF));
    }
  }
  return true;
}

}  // namespace

TextForm decode_utf8(const char* data, size_t length, Bytes& decoded) {
  if (is_ascii(data, length)) return TextForm::kLatin1;
  const auto* const begin = reinterpret_cast<const uint8_t*>(data);
  const uint8_t* const end = begin + length;
  const Extent extent = measure(begin, end);
  const bool wide = extent.largest >= kFirstBeyondLatin1;
  Bytes units = warm_bytes(extent.units * (wide ? sizeof(char16_t) : 1));
  const bool done = units && (wide ? decode(begin, end, reinterpret_cast<char16_t*>(units.data()))
                                   : decode(begin, end, reinterpret_cast<uint8_t*>(units.data())));
  if (!done) return TextForm::kUtf8;
  decoded = std::move(units);
  return wide ? TextForm::kUtf16 : TextForm::kLatin1;
}

void decode_bytes(Operation& operation) {
  if (!operation.as_text || !operation.bytes) return;
  Bytes decoded;
  operation.text_form = decode_utf8(operation.bytes.data(), operation.bytes.size(), decoded);
  if (decoded) operation.bytes = std::move(decoded);
}

}  // namespace caio
