// The attempt to finish an operation without ever waiting for a disk, a network or another process.
#pragma once

#include <span>

#include "operation.h"
#include "system/platform.h"

#if CAIO_LINUX
#include "system/call_batch.h"
#include "system/copy_bound.h"
#include "system/fresh_names.h"
#include "system/misses.h"
#include "system/mounts.h"
#include "system/write_headroom.h"
#endif

namespace caio {

// One per engine, on the engine's own thread. `attempt` gives the result, or kMiss where the operation would or might
// wait; a missed operation may have moved a part already (`done`).
class TryNow {
 public:
  // A new turn of the event loop: mounts may have changed.
  void turn();

  Result attempt(Operation& operation);

  // The same for several, at most kTogether: each has its `result` then. Where a ring is allowed and to be had, they
  // cross into the kernel together.
  static constexpr size_t kTogether = 16;
  void attempt_together(std::span<Operation* const> operations);
  void allow_ring(bool allowed);
  // On a thread that nothing else waits for.
  void allow_large_copies();
  // Whether this is a transfer that another thread may attempt as well, and that is likely to hit.
  bool may_share(const Operation& operation) const;
  // Whether it is a sync of what lies in memory, and there is nothing that it could be written to.
  bool syncs_nothing(Operation& operation);
  // Whether it changes what lies in memory only.
  bool changes_memory(const Operation& operation);

  // What a worker has done may have brought into memory what the next one of its kind needs.
  void learn(const Operation& done);

  // Whether operations of this kind ever end at once, wherever their files lie.
  static bool knows(Opcode opcode);

#if CAIO_LINUX
 private:
  // Into files in memory; more is a worker's.
  static constexpr size_t kLargestWrite = 256 * 1024;
  // A file of at most this is soon freed.
  static constexpr uint64_t kLightlyFreed = 1024 * 1024;

  template <typename Use>
  static Result with_attempt_at(Opcode opcode, Use use);

  Result read(Operation& operation);
  Result read_cached(Operation& operation);
  Result readv(Operation& operation);
  Result go_on_reading(Operation& operation, Result moved);
  Result write(Operation& operation);
  Result write_buffered(Operation& operation);
  static bool edges_cached(const Operation& operation, size_t length);
  Result open(Operation& operation);
  Result close(const Operation& operation);
  Result stat(Operation& operation);
  Result lstat(Operation& operation);
  Result fstat(Operation& operation);
  Result access(const Operation& operation);
  Result realpath(Operation& operation);
  Result read_file(Operation& operation);
  Result readdir(Operation& operation);
  Result open_directory(Operation& operation);
  Result read_directory(Operation& operation);
  void note_read(const Operation& done, FreshNames::Clock::time_point now);
  Result close_directory(Operation& operation);

  static bool is_change(const Operation& operation);
  Result change(Operation& operation);
  // An open that never waits: the descriptor, -errno, or kMiss. For regular files and directories only; anything else
  // that could be opened is kept in operation.probe and missed.
  Result open_cached(Operation& operation, int flags, struct DescriptorStat& known);
  // A descriptor that only names its file (O_PATH), found in the cache of names; or -errno, or kMiss.
  Result find_cached(const char* path, int flags);
  // `resolve`: RESOLVE_* beside those that keep the lookup from waiting.
  Result open_with(const char* path, int flags, uint64_t resolve = 0);
  // Its first half, for any kind of file: the descriptor, -errno, or kMiss.
  Result open_at_once(const Operation& operation, int flags);
  // What follows on the open of a job that reads a file.
  Result read_opened(Operation& operation, FileDescriptor file);
  // Bounds the lookup of this path to what is in memory; false where nothing would.
  bool bound_lookup(const char* path, uint64_t& resolve);
  // The second half of open_cached: 0 or kMiss.
  Result look_at_opened(Operation& operation, FileDescriptor& file, struct DescriptorStat& known);
  Result give_opened(const Operation& operation, FileDescriptor file, const struct DescriptorStat& known);
  bool closes_at_once(const Operation& operation);
  Result sync(Operation& operation);

  static bool goes_together(const Operation& operation);
  bool begin_together(Operation& operation);
  void end_together(Operation& operation, Result first);
  void read_whole(std::span<Operation* const> operations, std::span<FileDescriptor> files);

  // What is known of the descriptor of a transfer, if nothing was said of it.
  void look(Operation& operation);
  void check_mounts();

  Result stat_named(Operation& operation, bool follow);
  bool changes_memory(const Operation& operation, FreshNames::Clock::time_point now);
  bool is_folder_in_memory(std::string_view path, FreshNames::Clock::time_point now);
  bool is_light(const Operation& operation) const;
  bool renames_to_free_name(const Operation& operation, Result& result);

  // Whether the path may be asked for plainly.
  bool is_fresh(std::string_view path, FreshNames::Way way, FreshNames::Clock::time_point now);

  CallBatch calls_;
  Bytes scratch_;      // one piece for each of those that read whole files together
  int too_large_ = 0;  // files that are not tried there, since one was
  Mounts mounts_;
  FreshNames fresh_names_;
  bool large_copies_ = false;
  CopyBound copy_bound_;  // a cached read is a copy
  CopyBound text_bound_;  // what is decoded as well
  WriteHeadroom write_headroom_;
  bool mounts_checked_ = false;
  Misses misses_;
  bool ring_allowed_ = false;
  int names_taken_for_ = 0;  // renames that look first whether they replace something
#endif
};

}  // namespace caio
