// An engine without JavaScript: the loop that Node would turn is a poll(2) here.
#pragma once

#include <poll.h>

#include <functional>
#include <string>
#include <vector>

#include "engine.h"

namespace caio::testing {

struct Configuration {
  EngineOptions::Kind kind;
  bool try_now;
  const char* name;
};

// Hits on their way to their callers: none of the operations that follow is alone then.
inline constexpr uint8_t kMany = 8;

inline EngineOptions options_of(const Configuration& configuration, unsigned max_requests, unsigned pool_size) {
  EngineOptions options;
  options.kind = configuration.kind;
  options.try_now = configuration.try_now;
  options.max_requests = max_requests;
  options.pool_size = pool_size;
  return options;
}

inline std::string bytes_of(const Operation& operation) {
  return operation.bytes ? std::string(operation.bytes.data(), operation.bytes.size()) : std::string();
}

inline std::vector<std::string> names_of(const Operation& operation) {
  std::vector<std::string> names;
  if (!operation.bytes) return names;
  for (const DirectoryEntry& entry : operation.entries)
    names.emplace_back(operation.bytes.data() + entry.name_offset, entry.name_length);
  return names;
}

class EventLoop {
 public:
  // Is given each operation with its result before that is recycled.
  using Take = std::function<void(Operation&, Result)>;

  EventLoop(Engine& engine, Take take) : engine_(engine), take_(std::move(take)) {}

  // Hands in an operation that is filled and has its ticket.
  void begin(Operation& operation) {
    const Result result = engine_.attempt(operation);
    if (result == kMiss) {
      engine_.enqueue(operation);
    } else {
      take_(operation, result);
      engine_.recycle(operation);
    }
  }

  // The two halves of a turn: what is done before the loop waits, and the waiting, at most this long.
  void work() {
    engine_.turn();
    while (engine_.work()) reap();
  }
  void wait(int milliseconds) {
    pollfd readable{engine_.wake_fd(), POLLIN, 0};
    // With nothing left, nothing is waited for.
    if (::poll(&readable, 1, engine_.pending() > 0 ? milliseconds : 0) <= 0) return;
    engine_.clear_wake();
    reap();
    while (engine_.work()) reap();
  }

  void reap() {
    for (Operation* operation = engine_.reap(); operation != nullptr;) {
      Operation* following = operation->next;
      take_(*operation, operation->result);
      engine_.recycle(*operation);
      operation = following;
    }
  }

 private:
  Engine& engine_;
  const Take take_;
};

}  // namespace caio::testing
