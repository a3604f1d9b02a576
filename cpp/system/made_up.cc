#include "system/made_up.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "system/call.h"
#include "system/file_system_type.h"
#include "system/text.h"
#include "system/warm_memory.h"

namespace caio {

namespace {

constexpr size_t kMost = 64 * 1024;

// What can wait for more is asked by poll(2) (/proc/kmsg); what poll does not know is ready for everything at any time.
bool waits_for_nothing(int fd) {
  if ((traits_of_descriptor_file_system(fd) & Traits::kMadeUp) == 0) return false;
  pollfd asked{fd, POLLIN | POLLOUT, 0};
  return CAIO_CALL(poll, &asked, 1, 0) == 1 && asked.revents == (POLLIN | POLLOUT);
}

}  // namespace

std::optional<Result> read_made_up(Operation& operation, int fd) {
  if (!waits_for_nothing(fd)) return std::nullopt;
  Bytes room = warm_bytes(kMost);
  if (!room) return failure(Step::kRead, -ENOMEM);
  std::optional<Result> ended;
  for (size_t done = 0; !ended && done < kMost;) {
    const ssize_t moved = CAIO_CALL(pread, fd, room.data() + done, kMost - done, static_cast<off_t>(done));
    if (moved > 0) {
      done += static_cast<size_t>(moved);
    } else if (moved == 0) {
      const bool kept = keep_bytes(operation, room.data(), done);
      ended = kept ? static_cast<Result>(done) : failure(Step::kRead, -ENOMEM);
    } else if (errno == ESPIPE) {
      break;
    } else if (errno != EINTR) {
      ended = failure(Step::kRead, -errno);
    }
  }
  give_back(room);
  return ended;
}

}  // namespace caio
