#include "system/text.h"

#include <algorithm>
#include <array>
#include <bit>
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
constexpr char16_t kReplacement = 0xFFFD;

// So many bytes are looked at before what was found counts.
constexpr ptrdiff_t kBlock = 64;

const uint8_t* first_block_beyond_ascii(const uint8_t* at, const uint8_t* end) {
  while (end - at >= kBlock) {
    std::array<uint64_t, kBlock / sizeof(uint64_t)> words;
    std::memcpy(words.data(), at, kBlock);
    uint64_t high = 0;
    for (const uint64_t word : words) high |= word;
    if ((high & kHighBits) != 0) return at;
    at += kBlock;
  }
  return std::any_of(at, end, [](uint8_t byte) { return byte >= 0x80; }) ? at : end;
}

bool all_begin_latin1(const uint8_t* at, const uint8_t* end) {
  while (at < end) {
    const uint8_t* const block_end = at + std::min(kBlock, end - at);
    uint8_t largest = 0;
    for (; at < block_end; ++at) largest = std::max(largest, *at);
    if (largest >= kFirstBeyondLatin1) return false;
  }
  return true;
}

bool continues(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// Decodes what begins at `at`, which is not ASCII; both move behind it. False where no code point does (The Unicode
// Standard, table 3-7).
template <typename Unit>
bool decode_one(const uint8_t*& at, const uint8_t* end, Unit*& to) {
  const uint8_t first = *at;
  const ptrdiff_t left = end - at;
  if (first < kFirstOfThree) {
    if (first < 0xC2 || left < 2 || !continues(at[1])) return false;
    *to++ = static_cast<Unit>((first & 0x1F) << 6 | (at[1] & 0x3F));
    at += 2;
    return true;
  }
  if (first < kFirstOfFour) {
    if (left < 3 || !continues(at[1]) || !continues(at[2])) return false;
    const int32_t point = (first & 0x0F) << 12 | (at[1] & 0x3F) << 6 | (at[2] & 0x3F);
    if (point < 0x800 || (point >= 0xD800 && point < 0xE000)) return false;
    *to++ = static_cast<Unit>(point);
    at += 3;
    return true;
  }
  if (left < 4 || !continues(at[1]) || !continues(at[2]) || !continues(at[3])) return false;
  const int32_t point = (first & 0x0F) << 18 | (at[1] & 0x3F) << 12 | (at[2] & 0x3F) << 6 | (at[3] & 0x3F);
  if (point < 0x10000 || point > 0x10FFFF) return false;
  *to++ = static_cast<Unit>(0xD7C0 + (point >> 10));
  *to++ = static_cast<Unit>(0xDC00 + (point & 0x3FF));
  at += 4;
  return true;
}

// How many bytes stand for one U+FFFD where no code point begins: those that could have begun one (The Unicode
// Standard, 3.9, U+FFFD substitution of maximal subparts; the Encoding Standard's UTF-8 decoder).
ptrdiff_t length_of_replaced(const uint8_t* at, const uint8_t* end) {
  const uint8_t first = *at;
  if (first < 0xC2 || first > 0xF4) return 1;
  const ptrdiff_t most = std::min<ptrdiff_t>(end - at, first < kFirstOfThree ? 1 : first < kFirstOfFour ? 2 : 3);
  if (most < 2) return 1;
  const uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const uint8_t greatest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (at[1] < least || at[1] > greatest) return 1;
  ptrdiff_t length = 2;
  while (length < most && continues(at[length])) ++length;
  return length;
}

// How many of a word's bytes, in their order, come before the first that is not ASCII.
int ascii_before(uint64_t high_bits) {
  constexpr bool kLittle = std::endian::native == std::endian::little;
  return (kLittle ? std::countr_zero(high_bits) : std::countl_zero(high_bits)) / 8;
}

// `to` has room for as many units as there are bytes: no code point has more. Behind its last one; null where the bytes
// are no UTF-8 and the units have no room for what stands for that.
template <typename Unit>
Unit* decode(const uint8_t* at, const uint8_t* end, Unit* to) {
  while (at < end) {
    if (uint64_t word; end - at >= static_cast<ptrdiff_t>(sizeof word)) {
      std::memcpy(&word, at, sizeof word);
      // All of them, whatever they are: what is not ASCII is written over.
      std::copy_n(at, sizeof word, to);
      const int plain = ascii_before(word & kHighBits);
      at += plain;
      to += plain;
      if (plain == sizeof word) continue;
    } else if (*at < 0x80) {
      *to++ = *at++;
      continue;
    }
    do {
      if (decode_one(at, end, to)) continue;
      if constexpr (sizeof(Unit) == 1) return nullptr;
      at += length_of_replaced(at, end);
      *to++ = static_cast<Unit>(kReplacement);
    } while (at < end && *at >= 0x80);
  }
  return to;
}

template <typename Unit>
bool decode_into(Bytes& decoded, const uint8_t* begin, const uint8_t* end) {
  const size_t most = static_cast<size_t>(end - begin) * sizeof(Unit);
  Bytes units = warm_bytes(most);
  if (!units) return false;
  auto* const first = reinterpret_cast<Unit*>(units.data());
  const Unit* const last = decode(begin, end, first);
  if (last == nullptr) {
    give_back(units);
    return false;
  }
  units.shrink(static_cast<size_t>(last - first) * sizeof(Unit));
  decoded = std::move(units);
  return true;
}

TextForm decode_as_asked(const Operation& operation, const char* data, size_t length, Bytes& decoded) {
  return operation.as_latin1 ? TextForm::kLatin1 : decode_utf8(data, length, decoded);
}

}  // namespace

TextForm decode_utf8(const char* data, size_t length, Bytes& decoded) {
  const auto* const begin = reinterpret_cast<const uint8_t*>(data);
  const uint8_t* const end = begin + length;
  const uint8_t* const beyond = first_block_beyond_ascii(begin, end);
  if (beyond == end) return TextForm::kLatin1;
  if (all_begin_latin1(beyond, end) && decode_into<uint8_t>(decoded, begin, end)) return TextForm::kLatin1;
  return decode_into<char16_t>(decoded, begin, end) ? TextForm::kUtf16 : TextForm::kUtf8;
}

void decode_bytes(Operation& operation) {
  if (!operation.as_text || !operation.bytes) return;
  Bytes decoded;
  operation.text_form = decode_as_asked(operation, operation.bytes.data(), operation.bytes.size(), decoded);
  if (!decoded) return;
  give_back(operation.bytes);
  operation.bytes = std::move(decoded);
}

Result perform_decode(Operation& operation) {
  operation.text_form = decode_utf8(operation.data, operation.length, operation.bytes);
  return 0;
}

bool keep_bytes(Operation& operation, const char* data, size_t length) {
  if (operation.as_text) operation.text_form = decode_as_asked(operation, data, length, operation.bytes);
  if (operation.bytes) return true;
  operation.bytes = warm_bytes(length);
  if (operation.bytes) std::memcpy(operation.bytes.data(), data, length);
  return static_cast<bool>(operation.bytes);
}

}  // namespace caio
