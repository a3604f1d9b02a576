#include "system/faults.h"

#include <sys/uio.h>

#include <array>
#include <chrono>
#include <cstring>
#include <mutex>
#include <thread>

namespace caio::faults {

namespace {

CallSite* first_site = nullptr;

struct Armed {
  Fault fault;
  uint64_t met = 0;
};

std::mutex mutex;
std::array<Armed, 2> armed;
size_t armed_count = 0;
bool withheld = false;

bool applies(const Fault& fault, const CallSite& site, size_t transfer) {
  if (fault.site != &site) return false;
  switch (fault.kind) {
    case Fault::Kind::kError:
      return site.shape != Shape::kOrder;
    case Fault::Kind::kShort:
      return fault.amount < transfer;
    case Fault::Kind::kLate:
      // Of an order site, the half that asks whether completions are late tells no number.
      return site.shape != Shape::kOrder || transfer == SIZE_MAX;
    case Fault::Kind::kUntyped:
    case Fault::Kind::kLeftOut:
      return true;
    case Fault::Kind::kSwap:
      return transfer == 1;
  }
  return false;
}

}  // namespace

CallSite::CallSite(const char* site_name, const char* site_file, int site_line, Shape site_shape)
    : name(site_name), file(site_file), line(site_line), shape(site_shape), next(first_site) {
  first_site = this;
}

CallSite* all_sites() { return first_site; }

void arm(const Fault* faults, size_t count) {
  const std::lock_guard lock(mutex);
  for (CallSite* site = first_site; site != nullptr; site = site->next) site->calls = site->calls_after = 0;
  armed_count = count;
  for (size_t i = 0; i < count; ++i) armed[i] = {faults[i]};
  withheld = false;
}

void disarm() {
  const std::lock_guard lock(mutex);
  armed_count = 0;
}

uint64_t met(size_t at) {
  const std::lock_guard lock(mutex);
  return armed[at].met;
}

bool take_withheld() {
  const std::lock_guard lock(mutex);
  return std::exchange(withheld, false);
}

bool meets(CallSite& site, const char* function, const char* arguments, size_t transfer, Fault& fault) {
  const std::lock_guard lock(mutex);
  site.function = function;
  site.arguments = arguments;
  ++site.calls_ever;
  ++site.calls;
  const bool after = armed_count > 0 && armed[0].met > 0;
  if (after) ++site.calls_after;
  for (size_t i = 0; i < armed_count; ++i) {
    Armed& candidate = armed[i];
    if (!applies(candidate.fault, site, transfer)) continue;
    const uint64_t at = candidate.fault.after_first ? site.calls_after : site.calls;
    if (at < candidate.fault.nth || (at > candidate.fault.nth && !candidate.fault.persistent)) continue;
    ++candidate.met;
    fault = candidate.fault;
    return true;
  }
  return false;
}

void wait_a_while() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }

bool is_late(CallSite& site, const char* function) {
  Fault fault;
  if (!meets(site, function, "", SIZE_MAX, fault)) return false;
  const std::lock_guard lock(mutex);
  withheld = true;
  return true;
}

void hide_types(void* records, int64_t size) {
  constexpr size_t kLengthAt = 16;  // struct linux_dirent64
  constexpr size_t kTypeAt = 18;
  auto* bytes = static_cast<unsigned char*>(records);
  for (int64_t at = 0; at < size;) {
    uint16_t length;
    std::memcpy(&length, bytes + at + kLengthAt, sizeof length);
    bytes[at + static_cast<int64_t>(kTypeAt)] = 0;
    at += length;
  }
}

size_t sum_of_vectors(const void* vectors, int count) {
  size_t sum = 0;
  for (int i = 0; i < count; ++i) sum += static_cast<const iovec*>(vectors)[i].iov_len;
  return sum;
}

void* shortened(const void* vectors, int& count, size_t amount) {
  thread_local std::array<iovec, 1024> left;
  const auto* from = static_cast<const iovec*>(vectors);
  int kept = 0;
  for (; kept < count && amount > 0; ++kept) {
    left[static_cast<size_t>(kept)] = {from[kept].iov_base, std::min(from[kept].iov_len, amount)};
    amount -= left[static_cast<size_t>(kept)].iov_len;
  }
  count = kept;
  return left.data();
}

}  // namespace caio::faults
