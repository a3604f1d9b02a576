#include "system/text.h"

#include <string>
#include <string_view>

#include "harness.h"

using namespace caio;
using namespace std::literals;

namespace {

struct Decoded {
  TextForm form;
  std::u16string units;
};

// Behind `ascii` bytes that need no decoding, so that every place within a word of eight is met.
Decoded decoded(std::string_view bytes, size_t ascii = 0) {
  const std::string whole = std::string(ascii, 'a') + std::string(bytes);
  // Exactly as large as the text: the sanitizer sees a read beyond it.
  Bytes exact(whole.size());
  std::copy(whole.begin(), whole.end(), exact.data());
  Bytes into;
  Decoded result{decode_utf8(exact.data(), whole.size(), into), {}};
  const Bytes& units = into ? into : exact;
  if (result.form == TextForm::kLatin1) {
    for (size_t i = 0; i < units.size(); ++i) result.units += static_cast<unsigned char>(units.data()[i]);
  } else if (result.form == TextForm::kUtf16) {
    result.units.assign(reinterpret_cast<const char16_t*>(units.data()), units.size() / sizeof(char16_t));
  }
  if (result.units.size() >= ascii) result.units.erase(0, ascii);
  return result;
}

}  // namespace

TEST_CASE("UTF-8 becomes Latin-1 where that has all its letters, and UTF-16 elsewhere") {
  struct Case {
    std::string_view bytes;
    TextForm form;
    std::u16string_view units;
  };
  const Case cases[] = {
      {"", TextForm::kLatin1, u""},
      {"plain", TextForm::kLatin1, u"plain"},
      {"a\0b"sv, TextForm::kLatin1, u"a\0b"sv},
      {"\x7F\xC2\x80", TextForm::kLatin1, u"\x7F\x80"},
      {"sch\xC3\xB6n, \xC3\xBF", TextForm::kLatin1, u"sch\xF6n, \xFF"},
      {"\xC4\x80", TextForm::kUtf16, u"\u0100"},
      {"\xDF\xBF\xE0\xA0\x80", TextForm::kUtf16, u"\u07FF\u0800"},
      {"\xED\x9F\xBF\xEE\x80\x80", TextForm::kUtf16, u"\uD7FF\uE000"},
      {"\xEF\xBB\xBF\xEF\xBF\xBF", TextForm::kUtf16, u"\uFEFF\uFFFF"},
      {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", TextForm::kUtf16, u"\U00010000\U0010FFFF"},
      {"\xE9\x80\x9F\xE3\x81\x84 and \xC3\xB6", TextForm::kUtf16, u"\u901F\u3044 and \u00F6"},
  };
  for (const Case& each : cases)
    for (size_t ascii = 0; ascii < 40; ++ascii) {
      CAPTURE(ascii);
      const Decoded found = decoded(each.bytes, ascii);
      CHECK(found.form == each.form);
      CHECK(found.units == each.units);
    }
}

TEST_CASE("what is no UTF-8 becomes U+FFFD, one for what could have begun a code point") {
  struct Case {
    std::string_view bytes;
    size_t replaced;
  };
  const Case cases[] = {
      {"\x80", 1},
      {"\xBF", 1},
      {"\xC0\x80", 2},
      {"\xC1\xBF", 2},
      {"\xC2", 1},
      {"\xC3\xC3", 2},
      {"\xE0\x80\x80", 3},
      {"\xE0\x9F\xBF", 3},
      {"\xE0\xA0", 1},
      {"\xE1\x80", 1},
      {"\xE1", 1},
      {"\xED\xA0\x80", 3},
      {"\xED\xBF\xBF", 3},
      {"\xED\x9F", 1},
      {"\xF0\x80\x80\x80", 4},
      {"\xF0\x8F\xBF\xBF", 4},
      {"\xF0\x90\xBF", 1},
      {"\xF1\x80\x80", 1},
      {"\xF1\x80", 1},
      {"\xF1", 1},
      {"\xF4\x90\x80\x80", 4},
      {"\xF4\x8F\xBF", 1},
      {"\xF5\x80\x80\x80", 4},
      {"\xFF", 1},
      {"\xFE\xC2", 2},
  };
  for (const Case& each : cases)
    for (size_t ascii = 0; ascii < 80; ++ascii) {
      CAPTURE(each.bytes);
      CAPTURE(ascii);
      const std::u16string replaced(each.replaced, u'\uFFFD');
      const Decoded alone = decoded(each.bytes, ascii);
      CHECK(alone.form == TextForm::kUtf16);
      CHECK(alone.units == replaced);
      CHECK(decoded(std::string(each.bytes) + "and more", ascii).units == replaced + u"and more");
      CHECK(decoded(std::string(each.bytes) + "\xC3\xB6, long enough for a word", ascii).units ==
            replaced + u"\u00F6, long enough for a word");
    }
}

TEST_CASE("long texts come out as long as they are") {
  std::string bytes;
  std::u16string units;
  for (int i = 0; i < 3000; ++i) {
    bytes += "ab\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";
    units += u"ab\u00E4\u20AC\U0001F600";
  }
  const Decoded found = decoded(bytes);
  CHECK(found.form == TextForm::kUtf16);
  CHECK(found.units == units);
}
