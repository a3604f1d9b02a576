#include "system/name_order.h"

#include <algorithm>
#include <random>
#include <string>

#include "doctest.h"

using namespace caio;

namespace {

std::vector<std::string> sorted(const std::vector<std::string>& names) {
  std::string bytes;
  std::vector<DirectoryEntry> entries;
  for (const std::string& name : names) {
    entries.push_back({static_cast<uint32_t>(bytes.size()), static_cast<uint16_t>(name.size()), 0, 0});
    bytes += name;
  }
  sort_by_name(entries, bytes.data());
  std::vector<std::string> result;
  for (const DirectoryEntry& entry : entries) result.push_back(bytes.substr(entry.name_offset, entry.name_length));
  return result;
}

}  // namespace

TEST_CASE("names are sorted by their bytes, however many there are and whatever they have in common") {
  std::mt19937 random(1);
  // Few letters make names that are others' beginnings, or differ behind the first eight bytes only.
  const std::string letters = "ab\x01\x7f\x80\xff";
  for (const std::string beginning : {"", "a", "twelve bytes", "\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    for (const size_t count : {0u, 1u, 2u, 50u, 200u, 201u, 5000u}) {
      std::vector<std::string> names;
      while (names.size() < count) {
        std::string name = beginning;
        const size_t length = 1 + random() % 20;
        for (size_t i = 0; i < length; ++i) name += letters[random() % letters.size()];
        names.push_back(name);
      }
      // As directories have it: no two of them are the same.
      std::vector<std::string> expected = names;
      std::ranges::sort(expected, [](const std::string& left, const std::string& right) {
        return std::ranges::lexicographical_compare(
            left, right, {}, [](char letter) { return static_cast<uint8_t>(letter); },
            [](char letter) { return static_cast<uint8_t>(letter); });
      });
      CHECK(sorted(names) == expected);
    }
  }
}

TEST_CASE("names that have all but their ends in common are sorted by these") {
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("entry-" + std::to_string(i));
  std::vector<std::string> expected = names;
  std::ranges::sort(expected);
  CHECK(sorted(names) == expected);
}
