// Faults on demand, for tests only (CAIO_FAULTS): every call into the system is a site that counts its calls, and that
// fails, comes short or is late where a test has armed it. test/faults/ goes through all of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace caio::faults {

// What a function takes and gives, as far as a fault must know it.
enum class Shape : uint8_t {
  kStatus,       // -1 and errno
  kSpan,         // the third argument is the size of a transfer
  kVectors,      // (fd, vectors, count …)
  kCopy,         // the fifth argument is the size of a transfer
  kCount,        // the second argument is a number of entries handed over
  kRing,         // (entries, parameters)
  kClose,        // gives its descriptor up whatever it answers
  kPointer,      // null and errno
  kMapping,      // MAP_FAILED and errno
  kErrorNumber,  // the error is the result
  kCompletion,   // a result that the kernel brings later
  kOrder         // completions that may be seen later, or in another order
};

constexpr Shape shape_of(std::string_view name) {
  constexpr std::string_view kSpans[] = {"read", "write", "pread", "pwrite", "caio::raw::getdents64"};
  constexpr std::string_view kVectored[] = {"readv", "writev", "preadv", "pwritev", "preadv2", "pwritev2"};
  constexpr std::string_view kPointers[] = {"realpath", "mkdtemp", "malloc", "aligned_alloc"};
  const auto among = [name](const auto& names) { return std::ranges::find(names, name) != std::end(names); };
  if (among(kSpans)) return Shape::kSpan;
  if (among(kVectored)) return Shape::kVectors;
  if (among(kPointers)) return Shape::kPointer;
  if (name == "copy_file_range") return Shape::kCopy;
  if (name == "caio::raw::io_uring_enter" || name == "caio::raw::io_submit") return Shape::kCount;
  if (name == "caio::raw::io_uring_setup") return Shape::kRing;
  if (name == "close") return Shape::kClose;
  if (name == "mmap") return Shape::kMapping;
  if (name == "pthread_create" || name == "pthread_attr_init") return Shape::kErrorNumber;
  if (name == "(completion)") return Shape::kCompletion;
  if (name == "(order)") return Shape::kOrder;
  return Shape::kStatus;
}

struct CallSite {
  CallSite(const char* site_name, const char* site_file, int site_line, Shape site_shape);

  const char* const name;
  const char* const file;
  const int line;
  const Shape shape;
  CallSite* const next;  // of all sites

  // Known once somebody was here.
  std::atomic<const char*> function = "";
  std::atomic<const char*> arguments = "";

  std::atomic<uint64_t> calls = 0;        // since faults were armed
  std::atomic<uint64_t> calls_after = 0;  // of these, after the first fault was met
  std::atomic<uint64_t> calls_ever = 0;
};

// A static object for each, there before main(): so those that nobody meets are known too.
CallSite* all_sites();

struct Fault {
  enum class Kind : uint8_t {
    kError,
    kShort,    // no more than `amount`; of a ring: one of this size
    kLate,     // the call begins late; what has completed is seen late
    kSwap,     // completions come in another order
    kUntyped,  // a listing tells no types
    kLeftOut   // the call is not made, and its caller told that all went well: what a fault of the engine would do
  };
  CallSite* site = nullptr;
  Kind kind = Kind::kError;
  int error = 0;
  size_t amount = 0;
  uint64_t nth = 1;          // which call meets it, from one …
  bool persistent = false;   // … and whether all that follow do
  bool after_first = false;  // counts only calls after the fault before it was met
};

// At most two at a time; nothing may be under way. Counting begins anew.
void arm(const Fault* faults, size_t count);
void disarm();
// How many calls have met a fault.
uint64_t met(size_t at);
// Completions were kept from somebody who asked. He must ask again, since nobody wakes him. Told once.
bool take_withheld();

// The floor's own part.

bool meets(CallSite& site, const char* function, const char* arguments, size_t transfer, Fault& fault);
void wait_a_while();
size_t sum_of_vectors(const void* vectors, int count);
// Of the same vectors no more than `amount`, in memory of this thread, until the next call.
void* shortened(const void* vectors, int& count, size_t amount);
// In what getdents64(2) gave.
void hide_types(void* records, int64_t size);
bool is_late(CallSite& site, const char* function);

template <size_t size>
struct Text {
  char text[size];
  // NOLINTNEXTLINE: a literal becomes a template's argument.
  constexpr Text(const char (&from)[size]) { std::copy_n(from, size, text); }
};

template <Text name, Text file, int line>
struct Site {
  static inline CallSite site{name.text, file.text, line, shape_of(name.text)};
};

template <Shape shape, typename Arguments>
size_t transfer_of(const Arguments& arguments) {
  if constexpr (shape == Shape::kSpan) return static_cast<size_t>(std::get<2>(arguments));
  if constexpr (shape == Shape::kVectors) return sum_of_vectors(std::get<1>(arguments), std::get<2>(arguments));
  if constexpr (shape == Shape::kCopy) return static_cast<size_t>(std::get<4>(arguments));
  if constexpr (shape == Shape::kCount) return static_cast<size_t>(std::get<1>(arguments));
  if constexpr (shape == Shape::kRing) return static_cast<size_t>(std::get<0>(arguments));
  return 0;
}

template <Shape shape, typename Arguments>
void shorten(Arguments& arguments, size_t amount) {
  const auto set = [amount](auto& argument) {
    argument = static_cast<std::remove_reference_t<decltype(argument)>>(amount);
  };
  if constexpr (shape == Shape::kSpan) set(std::get<2>(arguments));
  if constexpr (shape == Shape::kCopy) set(std::get<4>(arguments));
  if constexpr (shape == Shape::kCount) set(std::get<1>(arguments));
  if constexpr (shape == Shape::kVectors) {
    auto& vectors = std::get<1>(arguments);
    vectors =
        static_cast<std::remove_reference_t<decltype(vectors)>>(shortened(vectors, std::get<2>(arguments), amount));
  }
  if constexpr (shape == Shape::kRing) {
    set(std::get<0>(arguments));
    std::get<1>(arguments)->cq_entries = 2 * static_cast<unsigned>(amount);
  }
}

template <Shape shape, typename Answer>
Answer failed(int error) {
  if constexpr (shape == Shape::kErrorNumber) return error;
  errno = error;
  if constexpr (std::is_pointer_v<Answer>) {
    return shape == Shape::kMapping ? reinterpret_cast<Answer>(-1) : nullptr;
  } else {
    return static_cast<Answer>(-1);
  }
}

template <Shape shape, typename Function, typename... Arguments>
auto call(CallSite& site, const char* function, const char* text, Function real, Arguments... given) {
  std::tuple<Arguments...> arguments(given...);
  using Answer = decltype(std::apply(real, arguments));
  Fault fault;
  if (!meets(site, function, text, transfer_of<shape>(arguments), fault)) return std::apply(real, arguments);
  if (fault.kind == Fault::Kind::kLate) wait_a_while();
  if (fault.kind == Fault::Kind::kShort) shorten<shape>(arguments, fault.amount);
  if constexpr (shape == Shape::kSpan) {
    if (fault.kind == Fault::Kind::kUntyped) {
      const auto size = std::apply(real, arguments);
      hide_types(const_cast<void*>(static_cast<const void*>(std::get<1>(arguments))), size);
      return size;
    }
  }
  if (fault.kind == Fault::Kind::kLeftOut) return Answer{};
  if (fault.kind != Fault::Kind::kError) return std::apply(real, arguments);
  if constexpr (shape == Shape::kClose) std::apply(real, arguments);
  return failed<shape, Answer>(fault.error);
}

template <typename Number>
void complete(CallSite& site, const char* function, Number& result) {
  Fault fault;
  if (!meets(site, function, "", result > 0 ? static_cast<size_t>(result) : 0, fault)) return;
  if (fault.kind == Fault::Kind::kError) result = -fault.error;
  if (fault.kind == Fault::Kind::kShort) result = static_cast<Number>(fault.amount);
}

template <typename Completion>
void swap_completions(CallSite& site, const char* function, Completion& first, Completion& second) {
  Fault fault;
  if (meets(site, function, "", &first != &second ? 1 : 0, fault)) std::swap(first, second);
}

}  // namespace caio::faults

#define CAIO_SITE(name) ::caio::faults::Site<name, __FILE__, __LINE__>::site

#define CAIO_CALL(name, ...)                             \
  ::caio::faults::call<::caio::faults::shape_of(#name)>( \
      CAIO_SITE(#name), __func__, #__VA_ARGS__,          \
      [](auto... arguments) { return ::name(arguments...); } __VA_OPT__(, ) __VA_ARGS__)

#define CAIO_IS_LATE() ::caio::faults::is_late(CAIO_SITE("(order)"), __func__)
#define CAIO_SWAP(first, second) ::caio::faults::swap_completions(CAIO_SITE("(order)"), __func__, first, second)
#define CAIO_COMPLETE(result) ::caio::faults::complete(CAIO_SITE("(completion)"), __func__, result)
