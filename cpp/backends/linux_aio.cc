#include "backends/linux_aio.h"

#include "system/transfer.h"

namespace caio {

namespace {

// Buffered, io_submit blocks its caller until the transfer is done: only O_DIRECT is asynchronous, and the syncs
// (4.18+), which the kernel gives to a workqueue.
bool belongs_in_kernel(const Operation& operation) {
  if (operation.opcode == Opcode::kFsync || operation.opcode == Opcode::kFdatasync) return true;
  if (is_within_vectors(operation) || operation.moves_nothing()) return false;
  return operation.transfers() && operation.has(Traits::kDirect) && operation.offset >= 0;  // kernel AIO has no cursor
}

}  // namespace

LinuxAioBackend::LinuxAioBackend(const EngineOptions& options, const WakeDescriptor& wake, Completions& completions)
    : pool_(options.pool_size, completions), aio_(options.max_requests, wake, completions, pool_) {}

Route LinuxAioBackend::accept(Operation& operation) {
  return belongs_in_kernel(operation) && aio_.accepts(operation) ? Route::kIoSubmit : pool_.accept(operation);
}

void LinuxAioBackend::flush() {
  aio_.flush();
  pool_.flush();
}

void LinuxAioBackend::reap() { aio_.reap(); }

bool LinuxAioBackend::cancel(Operation& operation) {
  return operation.in_aio ? aio_.cancel(operation) : pool_.cancel(operation);
}

void LinuxAioBackend::stop() {
  aio_.stop();
  pool_.stop();
}

}  // namespace caio
