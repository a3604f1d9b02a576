#include "system/write_headroom.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "system/call.h"
#include "system/descriptor.h"

namespace caio {

namespace {

using namespace std::chrono_literals;

// What was seen is believed for so long, and for a part of it only: others write too.
constexpr auto kBelievedFor = 250ms;
constexpr size_t kPartOfHeadroom = 8;
constexpr size_t kMostAtOnce = 32 << 20;

size_t value_of(const char* text, const char* name) {
  const char* found = std::strstr(text, name);
  return found == nullptr ? 0 : std::strtoul(found + std::strlen(name), nullptr, 10);
}

// Bytes until writers are made to wait: half way between the thresholds (dirty_freerun_ceiling in mm/page-writeback.c).
size_t headroom() {
  const FileDescriptor file(CAIO_CALL(open, "/proc/vmstat", O_RDONLY | O_CLOEXEC));
  char text[16384];
  const ssize_t length = file.valid() ? CAIO_CALL(read, file.get(), text, sizeof text - 1) : -1;
  if (length <= 0) return 0;
  text[length] = '\0';
  const size_t dirty = value_of(text, "\nnr_dirty ") + value_of(text, "\nnr_writeback ");
  const size_t ceiling =
      (value_of(text, "\nnr_dirty_threshold ") + value_of(text, "\nnr_dirty_background_threshold ")) / 2;
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return ceiling > dirty ? (ceiling - dirty) * page : 0;
}

}  // namespace

void WriteHeadroom::look(Clock::time_point now) {
  looked_ = now;
  left_ = std::min(headroom() / kPartOfHeadroom, kMostAtOnce);
}

bool WriteHeadroom::allows(size_t bytes, Clock::time_point now) {
  if (breaker_.open(now)) return false;
  // Looking costs as much as some twenty writes: once there was too little, not again before the time is up.
  const bool spent = left_ < bytes;
  if (now - looked_ > kBelievedFor || (spent && left_ != 0)) look(now);
  if (left_ >= bytes) return true;
  left_ = 0;
  return false;
}

void WriteHeadroom::spend(size_t bytes, Clock::time_point begun, Clock::time_point ended) {
  left_ -= std::min(bytes, left_);
  if (left_ == 0) left_ = 1;  // spent, not refused: the next one looks again
  breaker_.report(begun, ended);
}

}  // namespace caio
