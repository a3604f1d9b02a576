#include "system/mounts.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstdio>

#include "system/call.h"
#include "system/file_system_type.h"
#include "system/stat.h"

namespace caio {

Mounts::Mounts() : table_(CAIO_CALL(open, "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)) { read(); }

bool Mounts::refresh() {
  if (!table_.valid()) return false;
  pollfd changed{table_.get(), POLLPRI, 0};
  if (CAIO_CALL(poll, &changed, 1, 0) <= 0 || (changed.revents & (POLLERR | POLLPRI)) == 0) return false;
  read();
  return true;
}

void Mounts::read() {
  traits_.clear();
  all_local_ = false;
  if (!table_.valid()) return;
  std::string text;
  char chunk[4096];
  off_t at = 0;
  for (ssize_t got; (got = CAIO_CALL(pread, table_.get(), chunk, sizeof chunk, at)) > 0; at += got)
    text.append(chunk, static_cast<size_t>(got));

  // proc(5): id parent major:minor root mount-point options [tags…] - type source super-options
  bool all = !text.empty();
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    unsigned device_major = 0;
    unsigned device_minor = 0;
    const size_t separator = line.find(" - ");
    if (separator == std::string::npos ||
        std::sscanf(line.c_str(), "%*d %*d %u:%u", &device_major, &device_minor) != 2) {
      all = false;
      continue;
    }
    const size_t type_start = separator + 3;
    const int32_t type_traits =
        traits_of_type(std::string_view(line).substr(type_start, line.find(' ', type_start) - type_start));
    traits_[makedev(device_major, device_minor)] = type_traits;
    if ((type_traits & Traits::kLocal) == 0) all = false;
  }
  all_local_ = all;
}

bool Mounts::starts_local(const char* path) const {
  if (all_local_) return true;
  if (!table_.valid()) return false;
  const FileDescriptor start(CAIO_CALL(open, path[0] == '/' ? "/" : ".", O_PATH | O_CLOEXEC));
  DescriptorStat known;
  if (!start.valid() || stat_cached(start.get(), known) < 0) return false;
  return (traits_of(known.device) & Traits::kLocal) != 0;
}

int32_t Mounts::traits_of(dev_t device) const {
  const auto found = traits_.find(device);
  return found == traits_.end() ? 0 : found->second;
}

int32_t Mounts::traits(dev_t device, int fd) {
  const auto found = traits_.find(device);
  if (found != traits_.end()) return found->second;
  const int32_t traits = table_.valid() ? traits_of_descriptor_file_system(fd) : 0;
  traits_[device] = traits;
  return traits;
}

}  // namespace caio
