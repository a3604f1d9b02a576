#include "system/stat.h"

#include <fcntl.h>

#include <cerrno>

#include "system/call.h"
#include "system/file_system_type.h"
#include "system/platform.h"

#if CAIO_LINUX
#include <sys/sysmacros.h>
#endif

namespace caio {

#if CAIO_LINUX

namespace {

// Type, mode and the rest of the basic fields with the time of birth: what libuv asks for (uv__fs_statx).
constexpr unsigned kMask = STATX_BASIC_STATS | STATX_BTIME;

void set_time(StatFields& fields, size_t at, const statx_timestamp& time) {
  fields[at] = time.tv_sec;
  fields[at + 1] = time.tv_nsec;
}

}  // namespace

Result stat_at(int directory, const char* path, int flags, StatFields& fields) {
  struct statx from;
  while (CAIO_CALL(statx, directory, path, flags, kMask, &from) != 0) {
    if (errno != EINTR) return -errno;
  }
  fields[0] = static_cast<int64_t>(makedev(from.stx_dev_major, from.stx_dev_minor));
  fields[1] = from.stx_mode;
  fields[2] = from.stx_nlink;
  fields[3] = from.stx_uid;
  fields[4] = from.stx_gid;
  fields[5] = static_cast<int64_t>(makedev(from.stx_rdev_major, from.stx_rdev_minor));
  fields[6] = from.stx_blksize;
  fields[7] = static_cast<int64_t>(from.stx_ino);
  fields[8] = static_cast<int64_t>(from.stx_size);
  fields[9] = static_cast<int64_t>(from.stx_blocks);
  set_time(fields, 10, from.stx_atime);
  set_time(fields, 12, from.stx_mtime);
  set_time(fields, 14, from.stx_ctime);
  set_time(fields, 16, from.stx_btime);
  return 0;
}

namespace {

Result stat_few(int directory, const char* path, int flags, DescriptorStat& known) {
  struct statx from;
  constexpr unsigned kFew = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_SIZE;
  while (CAIO_CALL(statx, directory, path, flags | AT_STATX_DONT_SYNC, kFew, &from) != 0) {
    if (errno != EINTR) return -errno;
  }
  known = {makedev(from.stx_dev_major, from.stx_dev_minor), from.stx_mode, from.stx_nlink, from.stx_size};
  return 0;
}

}  // namespace

Result stat_cached(int fd, DescriptorStat& known) { return stat_few(fd, "", AT_EMPTY_PATH, known); }

Result stat_name_cached(const char* path, DescriptorStat& known) {
  return stat_few(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, known);
}

#else

namespace {

void set_fields(StatFields& fields, const struct stat& from) {
  fields = {static_cast<int64_t>(from.st_dev),
            from.st_mode,
            static_cast<int64_t>(from.st_nlink),
            from.st_uid,
            from.st_gid,
            static_cast<int64_t>(from.st_rdev),
            from.st_blksize,
            static_cast<int64_t>(from.st_ino),
            from.st_size,
            from.st_blocks};
#if defined(__APPLE__)
  const timespec times[] = {from.st_atimespec, from.st_mtimespec, from.st_ctimespec, from.st_birthtimespec};
#else
  const timespec times[] = {from.st_atim, from.st_mtim, from.st_ctim,
                            from.st_ctim};  // no time of birth: libuv gives ctime
#endif
  for (size_t i = 0; i < 4; ++i) {
    fields[10 + 2 * i] = times[i].tv_sec;
    fields[11 + 2 * i] = times[i].tv_nsec;
  }
}

}  // namespace

Result stat_at(int directory, const char* path, int flags, StatFields& fields) {
  struct stat from;
  const bool whole = path[0] == '\0' && directory != AT_FDCWD;
  const int status = whole ? CAIO_CALL(fstat, directory, &from) : CAIO_CALL(fstatat, directory, path, &from, flags);
  if (status != 0) return -errno;
  set_fields(fields, from);
  return 0;
}

Result stat_cached(int fd, DescriptorStat& known) {
  struct stat from;
  if (CAIO_CALL(fstat, fd, &from) != 0) return -errno;
  known = {from.st_dev, from.st_mode, static_cast<uint64_t>(from.st_nlink), static_cast<uint64_t>(from.st_size)};
  return 0;
}

#endif

bool ends_before(int fd, int64_t position) {
  struct stat known;
  return CAIO_CALL(fstat, fd, &known) == 0 && S_ISREG(known.st_mode) && position >= known.st_size;
}

Result describe(int fd) {
  const int status_flags = CAIO_CALL(fcntl, fd, F_GETFL);
  if (status_flags < 0) return -errno;
  DescriptorStat known{};
  if (const Result result = stat_cached(fd, known); result < 0) return result;
  return combine_traits(known.mode, status_flags, traits_of_descriptor_file_system(fd));
}

}  // namespace caio
