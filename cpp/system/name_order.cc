#include "system/name_order.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace caio {

namespace {

constexpr size_t kKeyBytes = 8;
constexpr size_t kByteValues = 256;
// Up to so many are sooner compared than counted.
constexpr size_t kFewEntries = 200;

using Counts = std::array<std::array<uint32_t, kByteValues>, kKeyBytes>;

// How many bytes all names begin with in common: behind them, eight tell most names apart.
size_t common_beginning(std::span<const DirectoryEntry> entries, const char* names) {
  const char* first = names + entries.front().name_offset;
  size_t common = entries.front().name_length;
  for (const DirectoryEntry& entry : entries) {
    const char* name = names + entry.name_offset;
    const size_t most = std::min<size_t>(common, entry.name_length);
    common = static_cast<size_t>(std::mismatch(name, name + most, first).first - name);
    if (common == 0) break;
  }
  return common;
}

// Eight bytes in their order; shorter names are filled up with NUL, which no name has.
uint64_t key_of(const DirectoryEntry& entry, const char* names, size_t from) {
  std::array<unsigned char, kKeyBytes> bytes{};
  std::memcpy(bytes.data(), names + entry.name_offset + from, std::min(entry.name_length - from, kKeyBytes));
  uint64_t key = 0;
  for (const unsigned char byte : bytes) key = key << 8 | byte;
  return key;
}

void sort_by_comparing(std::span<DirectoryEntry> entries, const char* names) {
  std::ranges::sort(entries, [names](const DirectoryEntry& left, const DirectoryEntry& right) {
    if (left.key != right.key) return left.key < right.key;
    const int order =
        std::memcmp(names + left.name_offset, names + right.name_offset, std::min(left.name_length, right.name_length));
    return order != 0 ? order < 0 : left.name_length < right.name_length;
  });
}

// By one byte of the keys after the other, the last one first; bytes that all have in common are left out.
void sort_by_counting(std::vector<DirectoryEntry>& entries) {
  Counts counts{};
  for (const DirectoryEntry& entry : entries)
    for (size_t i = 0; i < kKeyBytes; ++i) ++counts[i][entry.key >> (8 * i) & 0xFF];
  std::vector<DirectoryEntry> sorted(entries.size());
  for (size_t i = 0; i < kKeyBytes; ++i) {
    const auto byte = [i](const DirectoryEntry& entry) { return entry.key >> (8 * i) & 0xFF; };
    auto& places = counts[i];
    if (places[byte(entries.front())] == entries.size()) continue;
    uint32_t place = 0;
    for (uint32_t& count : places) place += std::exchange(count, place);
    for (const DirectoryEntry& entry : entries) sorted[places[byte(entry)]++] = entry;
    entries.swap(sorted);
  }
}

}  // namespace

void sort_by_name(std::vector<DirectoryEntry>& entries, const char* names) {
  if (entries.empty()) return;
  const size_t common = common_beginning(entries, names);
  for (DirectoryEntry& entry : entries) entry.key = key_of(entry, names, common);
  if (entries.size() <= kFewEntries) return sort_by_comparing(entries, names);
  sort_by_counting(entries);
  for (auto begin = entries.begin(); begin != entries.end();) {
    const auto end =
        std::find_if(begin, entries.end(), [&](const DirectoryEntry& entry) { return entry.key != begin->key; });
    if (end - begin > 1) sort_by_comparing(std::span(begin, end), names);
    begin = end;
  }
}

}  // namespace caio
