#include "system/file_system_type.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "system/call.h"
#include "system/platform.h"

#if CAIO_LINUX
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

namespace caio {

namespace {

struct KnownType {
  std::string_view name;
  long magic;
  int32_t traits;
};

constexpr int32_t kDisk = Traits::kLocal | Traits::kReadNowait;
constexpr int32_t kInMemory = Traits::kLocal | Traits::kMemory;
constexpr int32_t kKernels = Traits::kLocal | Traits::kMadeUp;

// Only types listed here are local: anything else may wait for a network or a user-space server inside open and stat.
// ext4 writes a file back at its close if it was cut to nothing (auto_da_alloc of ext4(5)), xfs frees what was set
// aside. pwritev2(RWF_NOWAIT) on buffered files: only xfs takes it and keeps its word (6.0+); ext4 and tmpfs refuse.
constexpr std::array kKnownTypes = {
    KnownType{"ext4", 0xEF53, kDisk | Traits::kClosesDry},  // ext2 and ext3 have the same magic
    KnownType{"ext3", 0xEF53, kDisk | Traits::kClosesDry},
    KnownType{"ext2", 0xEF53, kDisk | Traits::kClosesDry},
    KnownType{"xfs", 0x58465342, kDisk | Traits::kWriteNowait},
    KnownType{"btrfs", 0x9123683E, kDisk},
    KnownType{"f2fs", 0xF2F52010, kDisk},
    KnownType{"bcachefs", 0xCA451A4E, kDisk},
    KnownType{"zfs", 0x2FC12FC1, Traits::kLocal},
    KnownType{"overlay", 0x794C7630, kDisk},
    KnownType{"squashfs", 0x73717368, kDisk},
    KnownType{"erofs", 0xE0F5E1E2, kDisk},
    KnownType{"iso9660", 0x9660, Traits::kLocal},
    KnownType{"vfat", 0x4d44, kDisk},
    KnownType{"exfat", 0x2011BAB0, kDisk},
    KnownType{"tmpfs", 0x01021994, kInMemory},
    KnownType{"ramfs", 0x858458f6, kInMemory},
    KnownType{"devtmpfs", 0x01021994, kInMemory},
    KnownType{"proc", 0x9fa0, kKernels},
    KnownType{"sysfs", 0x62656572, kKernels},
    KnownType{"cgroup", 0x27e0eb, kKernels},
    KnownType{"cgroup2", 0x63677270, kKernels},
    KnownType{"devpts", 0x1cd1, Traits::kLocal},
    KnownType{"mqueue", 0x19800202, Traits::kLocal},
    KnownType{"hugetlbfs", 0x958458f6, Traits::kLocal},
    KnownType{"debugfs", 0x64626720, kKernels},
    KnownType{"tracefs", 0x74726163, kKernels},
    KnownType{"securityfs", 0x73636673, kKernels},
    KnownType{"pstore", 0x6165676C, kKernels},
    KnownType{"bpf", 0xcafe4a11, kKernels},
    KnownType{"configfs", 0x62656570, kKernels},
    KnownType{"fusectl", 0x65735543, kKernels},
    KnownType{"binfmt_misc", 0x42494e4d, kKernels},
    KnownType{"nsfs", 0x6e736673, kKernels},
    KnownType{"efivarfs", 0xde5e81e4, kKernels},
    KnownType{"autofs", 0x0187, Traits::kLocal},  // a trigger leaves RCU walk, so a cached lookup misses
};

}  // namespace

int32_t traits_of_type(std::string_view type) {
  const auto* found =
      std::find_if(kKnownTypes.begin(), kKnownTypes.end(), [&](const KnownType& known) { return known.name == type; });
  return found == kKnownTypes.end() ? 0 : found->traits;
}

int32_t traits_of_descriptor_file_system(int fd) {
#if CAIO_LINUX
  struct statfs file_system;
  if (CAIO_CALL(fstatfs, fd, &file_system) != 0) return 0;
  const auto magic = static_cast<unsigned long>(file_system.f_type) & 0xFFFFFFFFul;
  const auto* found = std::find_if(kKnownTypes.begin(), kKnownTypes.end(), [&](const KnownType& known) {
    return static_cast<unsigned long>(known.magic) == magic;
  });
  return found == kKnownTypes.end() ? 0 : found->traits;
#else
  (void)fd;
  return 0;
#endif
}

int32_t combine_traits(mode_t mode, int status_flags, int32_t file_system_traits) {
  int32_t traits = file_system_traits & Traits::kLocal;
  if ((status_flags & O_ACCMODE) == O_RDONLY) traits |= Traits::kReadOnly;
  if (S_ISREG(mode)) {
    if ((status_flags & O_TRUNC) == 0) traits |= file_system_traits & Traits::kClosesDry;
    // What the kernel makes up while it is read is no regular file but in name: a read gives what there is, and the
    // next one may wait for more (/proc/kmsg, trace_pipe). So a short one is not gone on with.
    if ((file_system_traits & Traits::kMadeUp) == 0) traits |= Traits::kRegular;
    traits |= file_system_traits & (Traits::kReadNowait | Traits::kMemory);
    if ((status_flags & O_APPEND) != 0) traits |= Traits::kAppend;
    const bool writable = (status_flags & O_ACCMODE) != O_RDONLY;
    if (writable && (status_flags & O_DSYNC) == 0) {
      traits |= file_system_traits & Traits::kWriteNowait;
      if ((file_system_traits & Traits::kReadNowait) != 0) traits |= Traits::kWriteBuffered;
    }
#ifdef O_DIRECT
    if ((status_flags & O_DIRECT) != 0) traits = (traits & ~Traits::kWriteBuffered) | Traits::kDirect;
#endif
    return traits;
  }
  if (S_ISDIR(mode)) return traits | (file_system_traits & Traits::kMemory);
  // An O_NONBLOCK descriptor answers EAGAIN by itself, as it does under Node: nobody waits for its readiness.
  if (!S_ISBLK(mode) && (status_flags & O_NONBLOCK) == 0) traits |= Traits::kPolled;
  return traits;
}

}  // namespace caio
