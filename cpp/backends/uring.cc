#include "backends/uring.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <thread>

#include "system/call.h"
#include "system/stat.h"
#include "system/transfer.h"

namespace caio {

namespace {

// The kernel's own constant for an interrupted call that a signal handler would restart; a cancelled read returns it.
constexpr Result kErestartsys = -512;

// Completions that belong to no operation.
constexpr uint64_t kCancelUserData = 1;

// A cached buffered read completes within submit: above this its copy holds the event loop for too long.
constexpr size_t kLargestBuffered = 256 * 1024;

constexpr unsigned kLargestSubmissionQueue = 4096;

// How often in a row the kernel may refuse to be woken (SQPOLL) before this thread asks only when it turns anyway:
// asking without end would take a core, and bring nothing.
constexpr unsigned kMostRefusals = 64;
constexpr auto kPatience = std::chrono::milliseconds(1);

unsigned ring_opcode(const Operation& operation, bool fixed_buffer) {
  switch (operation.opcode) {
    case Opcode::kRead:
      return fixed_buffer ? IORING_OP_READ_FIXED : IORING_OP_READ;
    case Opcode::kWrite:
      return fixed_buffer ? IORING_OP_WRITE_FIXED : IORING_OP_WRITE;
    case Opcode::kReadv:
      return IORING_OP_READV;
    default:
      return IORING_OP_WRITEV;
  }
}

}  // namespace

UringBackend::UringBackend(const EngineOptions& options, const WakeDescriptor& wake, Completions& completions)
    : options_(options),
      wake_(wake),
      completions_(completions),
      pool_(options.pool_size, completions),
      syncs_(options.max_requests, wake, completions, pool_) {}

Result UringBackend::start() { return set_up_ring(); }

Result UringBackend::set_up_ring() {
  const unsigned completions = std::bit_ceil(options_.max_requests);
  ring_.emplace();
  if (options_.sqpoll) credentials_ = Credentials::current();
  return ring_->setup(std::min(completions, kLargestSubmissionQueue), 2 * completions, options_.sqpoll, wake_.fd());
}

bool UringBackend::ring_is_ours() const { return !options_.sqpoll || credentials_ == Credentials::current(); }

// The thread that polls the submission queue keeps the credentials of the ring's set-up (io_uring_setup(2)). A process
// that has changed its user or groups must not act through it any more: when the ring is empty, it is made anew, and
// what was registered with it goes by the ordinary way; until then, and if it cannot be made, the pool serves.
bool UringBackend::ring_may_serve() {
  if (!ring_) return false;
  if (ring_is_ours()) return true;
  if (!in_ring_.empty() || !waiting_.empty()) return false;
  buffers_.clear();
  files_.clear();
  if (set_up_ring() == 0) return true;
  ring_.reset();
  return false;
}

// Measured on ext4 and kernel 6.18: a buffered write always goes to io-wq there and costs more than a hop to the pool;
// names and attributes (open, stat, mkdir …) go to io-wq as well. Direct transfers, cold buffered reads and whatever
// waits for readiness are what the ring is for.
bool UringBackend::belongs_in_ring(const Operation& operation) const {
  if (!operation.transfers() || !ring_->supports(ring_opcode(operation, false)) || operation.traits == Traits::kUnknown)
    return false;
  if (is_within_vectors(operation) || operation.moves_nothing()) return false;
  if ((operation.traits & (Traits::kDirect | Traits::kPolled)) != 0) return true;
  if (operation.writes()) return false;
  return (operation.traits & Traits::kReadNowait) != 0 && remaining(operation) <= kLargestBuffered;
}

Route UringBackend::accept(Operation& operation) {
  // The ring gives syncs to its own workers (io-wq), who are one or a few: on ext4 and kernel 6.18, 16 files at a time
  // took 20 to 48 µs each. Kernel AIO gives each to a workqueue (4.18+): 10 µs.
  if (operation.syncs()) return syncs_.accepts(operation) ? Route::kIoSubmit : pool_.accept(operation);
  if (!ring_ || refusals_ >= kMostRefusals || !belongs_in_ring(operation) || !ring_may_serve())
    return pool_.accept(operation);
  queue(operation);
  return Route::kRing;
}

io_uring_sqe* UringBackend::entry_or_flush() {
  io_uring_sqe* entry = ring_->next_entry();
  if (entry == nullptr && ring_->submit() == 0) entry = ring_->next_entry();
  return entry;
}

void UringBackend::queue(Operation& operation) {
  operation.in_ring = true;
  io_uring_sqe* entry = waiting_.empty() ? entry_or_flush() : nullptr;
  if (entry == nullptr) {
    operation.state = OperationState::kAccepted;
    waiting_.push(operation);
    return;
  }
  prepare(*entry, operation);
  operation.state = OperationState::kInFlight;
  in_ring_.push(operation);
}

void UringBackend::prepare(io_uring_sqe& entry, Operation& operation) {
  entry.user_data = reinterpret_cast<uint64_t>(&operation);
  entry.fd = operation.fd;
  if (const auto file = files_.find(operation.fd); file != files_.end()) {
    entry.fd = static_cast<int>(file->second);
    entry.flags |= IOSQE_FIXED_FILE;
  }
  entry.ioprio = operation.priority;
  // -1 is the cursor; RW_CUR_POS was checked when the backend was probed.
  entry.off =
      operation.offset < 0 ? static_cast<uint64_t>(-1) : static_cast<uint64_t>(operation.offset) + operation.done;
  if (operation.opcode == Opcode::kReadv || operation.opcode == Opcode::kWritev) {
    entry.opcode = static_cast<uint8_t>(ring_opcode(operation, false));
    entry.addr = reinterpret_cast<uint64_t>(operation.vectors.data());
    entry.len = static_cast<uint32_t>(std::min<size_t>(operation.vectors.size(), 1024));
    return;
  }
  char* data = operation.data + operation.done;
  const size_t length = std::min(operation.length - operation.done, kMaxTransfer);
  const auto within = [&](const iovec& buffer) {
    const char* base = static_cast<const char*>(buffer.iov_base);
    return data >= base && data + length <= base + buffer.iov_len;
  };
  const auto buffer = std::find_if(buffers_.begin(), buffers_.end(), within);
  const bool fixed = buffer != buffers_.end();
  if (fixed) entry.buf_index = static_cast<uint16_t>(buffer - buffers_.begin());
  entry.opcode = static_cast<uint8_t>(ring_opcode(operation, fixed));
  entry.addr = reinterpret_cast<uint64_t>(data);
  entry.len = static_cast<uint32_t>(length);
}

Operation& UringBackend::take_from_ring(uint64_t user_data) {
  Operation& operation = *reinterpret_cast<Operation*>(user_data);
  in_ring_.remove(operation);
  return operation;
}

void UringBackend::flush() {
  while (!waiting_.empty()) {
    io_uring_sqe* entry = entry_or_flush();
    if (entry == nullptr) break;
    Operation& operation = *waiting_.pop();
    prepare(*entry, operation);
    operation.state = OperationState::kInFlight;
    in_ring_.push(operation);
  }
  if (ring_ && ring_->unsubmitted() > 0) submit_or_go_on_without();
  syncs_.flush();
  pool_.flush();
}

void UringBackend::submit_or_go_on_without() {
  const Result submitted = ring_->submit();
  if (submitted >= 0) {
    refusals_ = 0;
    return;
  }
  const bool may_pass = submitted == -EAGAIN || submitted == -EBUSY;
  if (may_pass && in_ring_.size() > ring_->unsubmitted() && refusals_ < kMostRefusals) {
    // The kernel wants its completions taken first. Come back right after that: but there may be none for long.
    ++refusals_;
    wake_.wake();
    return;
  }
  // Nothing is on its way whose end changes this: the pool does it.
  for (const io_uring_sqe& entry : ring_->take_back()) {
    if (entry.user_data == kCancelUserData) {
      *ring_->next_entry() = entry;
      continue;
    }
    go_on_in_pool(take_from_ring(entry.user_data));
  }
  if (ring_->unsubmitted() == 0) {
    refusals_ = 0;
  } else if (++refusals_ < kMostRefusals) {
    wake_.wake();
  }
}

void UringBackend::reap() {
  syncs_.reap();
  if (!ring_) return;
  if (ring_->collect() < 0) wake_.wake();
  io_uring_cqe completion;
  size_t taken = 0;
  for (; ring_->next_completion(completion); ++taken) {
    CAIO_COMPLETE(completion.res);
    if (completion.user_data == kCancelUserData) continue;
    complete(take_from_ring(completion.user_data), completion.res);
  }
  // What ends while the queue is full is kept by the kernel, which tells nobody of it (io_eventfd_signal() in
  // io_uring/eventfd.c): it may have come since `collect`.
  if (taken >= ring_->completion_queue_size()) wake_.wake();
  if (!waiting_.empty() || ring_->unsubmitted() > 0) flush();
}

void UringBackend::go_on_in_pool(Operation& operation) {
  operation.in_ring = false;
  pool_.accept(operation);
  pool_.flush();
}

void UringBackend::complete(Operation& operation, Result result) {
  if (result == kErestartsys || result == -EINTR) {
    if (!operation.cancelled) return ring_is_ours() ? queue(operation) : go_on_in_pool(operation);
    result = -ECANCELED;
  }
  // What the ring would not do without waiting on a file that answers EAGAIN to nobody (a regular one) the pool does.
  const bool regular = operation.has(Traits::kRegular);
  if (result == -EAGAIN && regular) return go_on_in_pool(operation);
  if (operation.transfers() && result >= 0) {
    const bool whole = advance(operation, static_cast<size_t>(result)) || result == 0;
    if (!whole && regular && !operation.cancelled) {
      // Short: at the end of the file, or to be gone on with.
      const bool at_end = !operation.writes() && operation.offset >= 0 &&
                          ends_before(operation.fd, operation.offset + static_cast<int64_t>(operation.done));
      if (!at_end) return go_on_in_pool(operation);
    }
    // A write(2) that may wait comes back when all is written (pipe(7)).
    if (!whole && operation.writes() && operation.has(Traits::kPolled) && !operation.cancelled)
      return go_on_in_pool(operation);
    result = static_cast<Result>(operation.done);
  } else if (operation.done > 0) {
    result = static_cast<Result>(operation.done);
  }
  operation.result = result;
  completions_.push(operation);
}

void UringBackend::ask_to_cancel(io_uring_sqe& entry, Operation& operation) {
  entry.opcode = IORING_OP_ASYNC_CANCEL;
  entry.addr = reinterpret_cast<uint64_t>(&operation);
  entry.user_data = kCancelUserData;
}

bool UringBackend::cancel(Operation& operation) {
  if (operation.in_aio) return syncs_.cancel(operation);
  if (!operation.in_ring) return pool_.cancel(operation);
  operation.cancelled = true;
  if (operation.state != OperationState::kInFlight) {
    waiting_.remove(operation);
    operation.result = -ECANCELED;
    completions_.push(operation);
    return true;
  }
  io_uring_sqe* entry = entry_or_flush();
  if (entry == nullptr) return false;
  ask_to_cancel(*entry, operation);
  ring_->submit();
  return true;
}

void UringBackend::stop() {
  while (Operation* operation = waiting_.pop()) {
    operation->result = -ECANCELED;
    completions_.push(*operation);
  }
  for (const io_uring_sqe& queued : ring_ ? ring_->take_back() : std::vector<io_uring_sqe>()) {
    if (queued.user_data == kCancelUserData) continue;
    Operation& operation = take_from_ring(queued.user_data);
    operation.result = -ECANCELED;
    completions_.push(operation);
  }
  // Each by itself: one request that cancels all needs 5.19.
  Operation* to_cancel = in_ring_.front();
  while (!in_ring_.empty()) {
    for (; to_cancel != nullptr; to_cancel = to_cancel->next) {
      io_uring_sqe* entry = entry_or_flush();
      if (entry == nullptr) break;
      ask_to_cancel(*entry, *to_cancel);
    }
    // To wait before the requests to cancel have gone down would be to wait for ever.
    if (ring_->submit() == 0 && to_cancel == nullptr) {
      ring_->wait();
    } else {
      ring_->collect();
      std::this_thread::sleep_for(kPatience);
    }
    io_uring_cqe completion;
    while (ring_->next_completion(completion)) {
      CAIO_COMPLETE(completion.res);
      if (completion.user_data == kCancelUserData) continue;
      Operation& operation = *reinterpret_cast<Operation*>(completion.user_data);
      if (&operation == to_cancel) to_cancel = operation.next;
      in_ring_.remove(operation);
      operation.cancelled = true;
      complete(operation, completion.res == -EAGAIN ? -ECANCELED : completion.res);
    }
  }
  syncs_.stop();
  pool_.stop();
}

Result UringBackend::register_buffers(std::span<const iovec> buffers) {
  const Result registered = ring_may_serve() ? ring_->register_buffers(buffers) : -ENOTSUP;
  buffers_.clear();
  if (registered >= 0) buffers_.assign(buffers.begin(), buffers.end());
  return registered;
}

Result UringBackend::register_files(std::span<const int> files) {
  const Result registered = ring_may_serve() ? ring_->register_files(files) : -ENOTSUP;
  files_.clear();
  if (registered >= 0) {
    for (size_t i = 0; i < files.size(); ++i) files_[files[i]] = static_cast<unsigned>(i);
  }
  return registered;
}

}  // namespace caio
