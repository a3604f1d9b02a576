// What can be asked of the system, as one type: the only one that crosses floors.
#pragma once

#include <stdlib.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "system/call.h"
#include "system/descriptor.h"

namespace caio {

enum class Opcode : uint8_t {
  kRead,
  kWrite,
  kReadv,
  kWritev,
  kFsync,
  kFdatasync,
  kFtruncate,
  kOpen,
  kClose,
  kStat,
  kLstat,
  kFstat,
  kStatfs,
  kAccess,
  kChmod,
  kFchmod,
  kChown,
  kLchown,
  kFchown,
  kUtimes,
  kLutimes,
  kFutimes,
  kMkdir,
  kMakePath,  // mkdir -p
  kMakeTemporary,
  kRmdir,
  kUnlink,
  kRename,
  kLink,
  kSymlink,
  kReadlink,
  kRealpath,
  kCopyFile,
  kCopyDirectory,
  kReaddir,
  kReadFile,
  kWriteFile,
  kRemoveTree,
  kOpenDirectory,
  kReadDirectory,
  kCloseDirectory,
  kDecode,  // bytes in memory, to text
};
inline constexpr std::array kOpcodeNames = {
    "read",     "write",     "readv",      "writev",        "fsync",         "fdatasync",      "ftruncate",
    "open",     "close",     "stat",       "lstat",         "fstat",         "statfs",         "access",
    "chmod",    "fchmod",    "chown",      "lchown",        "fchown",        "utimes",         "lutimes",
    "futimes",  "mkdir",     "makePath",   "mkdtemp",       "rmdir",         "unlink",         "rename",
    "link",     "symlink",   "readlink",   "realpath",      "copyFile",      "copyDirectory",  "readdir",
    "readFile", "writeFile", "removeTree", "openDirectory", "readDirectory", "closeDirectory", "decode"};
inline constexpr size_t kOpcodeCount = kOpcodeNames.size();
static_assert(static_cast<size_t>(Opcode::kDecode) + 1 == kOpcodeCount);

// How an operation was served; counted per opcode.
enum class Route : uint8_t { kTryNowHit, kTryNowMiss, kRing, kIoSubmit, kPool };
inline constexpr std::array kRouteNames = {"tryNowHit", "tryNowMiss", "ring", "ioSubmit", "pool"};
inline constexpr size_t kRouteCount = kRouteNames.size();

// >= 0: the result. < 0: -errno. A job of several steps that fails says which: -(step * kStepStride + errno).
using Result = int64_t;

enum class Step : uint8_t {
  kNone,
  kOpen,
  kWrite,
  kFsync,
  kClose,
  kRead,
  kFstat,
  kScandir,
  kUnlink,
  kRmdir,
  kMkdir,
  kChmod
};
inline constexpr std::array kStepNames = {"",      "open",    "write",  "fsync", "close", "read",
                                          "fstat", "scandir", "unlink", "rmdir", "mkdir", "chmod"};
inline constexpr Result kStepStride = 4096;  // MAX_ERRNO is 4095

constexpr Result failure(Step step, Result negative_errno) {
  return negative_errno - static_cast<Result>(step) * kStepStride;
}

// A job that failed, and then could not close its file either: both, as -(close's errno * kCloseStride + the rest).
inline constexpr Result kCloseStride = 64 * kStepStride;
static_assert(kStepNames.size() <= 64);

constexpr Result not_closed_either(Result failed, Result closed_negative_errno) {
  return failed + closed_negative_errno * kCloseStride;
}

// Not results: answers of the floors below the engine. INT32_MIN and its neighbours are no -errno and no failed step.
inline constexpr Result kMiss = INT32_MIN;                // try-now: would block, or may
inline constexpr Result kWantsOwnThread = INT32_MIN + 1;  // perform: may never end, keep it off the pool
inline constexpr Result kNotReady = INT32_MIN + 2;  // perform: somebody else was quicker, wait for readiness again

// How a descriptor may be treated, found once per handle. The values are part of typings/native.d.ts.
struct Traits {
  static constexpr int32_t kUnknown = -1;
  static constexpr int32_t kRegular = 1;
  static constexpr int32_t kReadNowait = 2;
  static constexpr int32_t kMemory = 4;
  static constexpr int32_t kDirect = 8;
  static constexpr int32_t kReadOnly = 16;
  static constexpr int32_t kPolled = 32;
  static constexpr int32_t kLocal = 64;
  static constexpr int32_t kWriteNowait = 128;
  static constexpr int32_t kWriteBuffered = 256;
  static constexpr int32_t kAppend = 512;
  static constexpr int32_t kMadeUp = 1024;  // of a file system only: no descriptor has it
  static constexpr int32_t kSmall = 2048;   // when it was opened
  // Written or not, closing it writes nothing back, unless it was cut to nothing before.
  static constexpr int32_t kClosesDry = 4096;
};
inline constexpr Result kTraitsShift = int64_t{1} << 32;  // open's result: descriptor + traits * kTraitsShift

// dev mode nlink uid gid rdev blksize ino size blocks, then seconds and nanoseconds of atime mtime ctime birthtime.
inline constexpr size_t kStatFieldCount = 18;
using StatFields = std::array<int64_t, kStatFieldCount>;

struct DirectoryEntry {
  uint32_t name_offset;  // into Operation::bytes
  uint16_t name_length;
  uint8_t type;  // DT_*
  uint64_t key;  // while they are being sorted
};

class DirectoryStream;

// Memory that a job fills before anybody knows how much: not zeroed.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(size_t size) : Bytes(static_cast<char*>(CAIO_CALL(malloc, size == 0 ? 1 : size)), size) {}
  // Begins where a line of the processor's cache does: into what malloc(3) gives, which begins 16 bytes behind that,
  // the kernel copies a tenth to a half more slowly.
  static Bytes in_lines(size_t size) { return in_lines(size, size); }
  static Bytes in_lines(size_t size, size_t capacity) {
    constexpr size_t kLine = 64;
    const size_t whole = (capacity + kLine - 1) / kLine * kLine;
    return {static_cast<char*>(CAIO_CALL(aligned_alloc, kLine, whole)), size, whole};
  }
  // Takes over what malloc(3) or one of its kin has given.
  Bytes(char* data, size_t size) : Bytes(data, size, size) {}
  Bytes(char* data, size_t size, size_t capacity)
      : data_(data), size_(data == nullptr ? 0 : size), capacity_(data == nullptr ? 0 : capacity) {}
  char* data() const { return data_.get(); }
  size_t size() const { return size_; }
  // Of the memory, whatever it has been shrunk to.
  size_t capacity() const { return capacity_; }
  void shrink(size_t size) { size_ = size; }
  // The memory becomes the caller's, to be given to free(3).
  char* release() { return data_.release(); }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  struct Free {
    void operator()(char* data) const { ::free(data); }
  };
  std::unique_ptr<char, Free> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// How an operation's bytes are to be read where they are text.
enum class TextForm : uint8_t { kUtf8, kLatin1, kUtf16 };

// Written and read by the engine's thread only.
enum class OperationState : uint8_t {
  kFree,
  kPrepared,
  kPostponed,
  kGathered,
  kShared,
  kJoined,
  kQueued,
  kAccepted,
  kInFlight,
  kDone
};

struct Operation {
  Opcode opcode = Opcode::kRead;
  OperationState state = OperationState::kFree;
  std::atomic<bool> cancelled{false};  // asked to end early
  bool unbounded = false;              // may never end: runs on a thread of its own
  bool as_text = false;                // readFile, readdir, readDirectory: what the border makes of the bytes
  bool as_latin1 = false;              // readFile as text: each byte is a letter
  TextForm text_form = TextForm::kUtf8;
  bool with_types = false;  // readdir, readDirectory
  bool flush = false;       // writeFile: fsync before close
  bool at_once = false;     // wants kWantsOwnThread where an open would wait, although a look has told otherwise
  bool cut_times = false;   // utimes: to microseconds
  bool bounced = false;     // `memory` stands in for the caller's; what it is concerns the border only
  bool by_helper = false;   // done by the thread that shares the batch
  bool in_ring = false;     // uring: not in the pool
  bool in_aio = false;      // linux, uring: not in the pool, nor in the ring
  uint16_t priority = 0;    // ioprio_set(2) value
  int32_t fd = -1;
  int32_t flags = 0;  // open(2) flags; access(2) mode; copyFile mode
  uint32_t mode = 0;  // of what is made; copyDirectory: what the copy has in the end
  int32_t traits = Traits::kUnknown;
  uint32_t uid = 0;
  uint32_t gid = 0;
  double atime = 0;  // seconds since 1970
  double mtime = 0;
  int64_t offset = -1;  // -1: at the cursor; ftruncate: the length
  char* data = nullptr;
  size_t length = 0;  // of `data`; readDirectory: entries at most
  size_t done = 0;    // bytes already transferred
  uint64_t wait = 0;  // for readiness: which one, of all that there were
  std::vector<iovec> vectors;
  std::string path;
  std::string path2;
  // Directories from which a relative `path` and `path2` are looked up (openat(2)).
  int32_t at = kWorkingDirectory;
  int32_t at2 = kWorkingDirectory;
  Result result = 0;
  int64_t ticket = -1;
  size_t view_offset = 0;  // where in its view `data` begins
  // Keeps the memory at `data` or `vectors` alive until the kernel is done.
  std::shared_ptr<void> memory;
  // A FIFO opened by try-now stays open until the blocking open has returned, so that its other side sees no hang-up.
  FileDescriptor probe;
  Bytes bytes;  // readFile: contents; readdir, readDirectory: names; decode: what the text is made of, if not of `data`
  std::vector<DirectoryEntry> entries;
  int64_t directory = 0;  // the engine's number of an open directory, and the directory itself
  std::shared_ptr<DirectoryStream> stream;
  StatFields stat{};
  Operation* next = nullptr;  // in whichever queue holds it
  Operation* previous = nullptr;

  // Whether the descriptor is known to have this trait.
  bool has(int32_t trait) const { return traits != Traits::kUnknown && (traits & trait) != 0; }

  // Whether closing it waits for no write-back and no network (but it may free an unlinked file's blocks).
  bool closes_lightly() const {
    return has(Traits::kLocal) && has(Traits::kReadOnly | Traits::kMemory | Traits::kClosesDry) &&
           !has(Traits::kPolled);
  }

  bool transfers() const { return opcode <= Opcode::kWritev; }
  // A transfer of no bytes. Only read(2) and write(2) bring such a one to the file, which may have something to say
  // (EISDIR of a directory, ENOSPC of /dev/full); preadv2(2) and the ring answer 0 themselves.
  bool moves_nothing() const {
    if (opcode == Opcode::kRead || opcode == Opcode::kWrite) return length == 0;
    return transfers() && vectors.size() == 1 && vectors.front().iov_len == 0;
  }
  // Whether it waits until its descriptor is ready, and holds no thread for that.
  bool waits_for_readiness() const { return transfers() && has(Traits::kPolled) && !moves_nothing(); }
  bool changes_names() const { return opcode >= Opcode::kMkdir && opcode <= Opcode::kSymlink; }
  bool syncs() const { return opcode == Opcode::kFsync || opcode == Opcode::kFdatasync; }
  bool writes() const { return opcode == Opcode::kWrite || opcode == Opcode::kWritev || opcode == Opcode::kWriteFile; }

  // Ready for another use; strings and vectors keep their capacity.
  void reset() {
    cancelled.store(false, std::memory_order_relaxed);
    bounced = by_helper = in_ring = in_aio = cut_times = unbounded = as_text = as_latin1 = with_types = flush =
        at_once = false;
    text_form = TextForm::kUtf8;
    priority = 0;
    fd = -1;
    flags = 0;
    mode = 0;
    traits = Traits::kUnknown;
    offset = -1;
    data = nullptr;
    length = done = view_offset = 0;
    wait = 0;
    vectors.clear();
    path.clear();
    path2.clear();
    at = at2 = kWorkingDirectory;
    result = 0;
    ticket = -1;
    memory.reset();
    probe.reset();
    bytes = Bytes();
    entries.clear();
    directory = 0;
    stream.reset();
    next = previous = nullptr;
    state = OperationState::kFree;
  }
};

// The descriptor that an operation gives its caller, or -1. One that reads a file gives it without having read
// anything.
inline int opened_by(const Operation& operation, Result result) {
  const bool opens = operation.opcode == Opcode::kOpen || (operation.opcode == Opcode::kReadFile && !operation.bytes);
  return opens && result >= 0 ? static_cast<int>(result % kTraitsShift) : -1;
}

// A FIFO of operations, linked through themselves.
class OperationQueue {
 public:
  bool empty() const { return head_ == nullptr; }
  size_t size() const { return size_; }
  Operation* front() const { return head_; }

  void push(Operation& operation) {
    operation.next = nullptr;
    operation.previous = tail_;
    (tail_ ? tail_->next : head_) = &operation;
    tail_ = &operation;
    ++size_;
  }
  Operation* pop() {
    Operation* operation = head_;
    if (operation) remove(*operation);
    return operation;
  }
  void remove(Operation& operation) {
    (operation.previous ? operation.previous->next : head_) = operation.next;
    (operation.next ? operation.next->previous : tail_) = operation.previous;
    operation.next = operation.previous = nullptr;
    --size_;
  }

 private:
  Operation* head_ = nullptr;
  Operation* tail_ = nullptr;
  size_t size_ = 0;
};

}  // namespace caio
