// What the native tests act on: folders, and an engine that accounts for every operation.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "doctest.h"
#include "engine.h"
#include "event_loop.h"

namespace caio::testing {

using Kind = EngineOptions::Kind;

constexpr size_t kBlock = 4096;

inline void make_file(const std::string& path, const std::string& contents = "") {
  std::ofstream(path, std::ios::binary) << contents;
}

inline size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/dev/fd");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

// Every backend that this kernel serves, with try-now on and off; but for the one in CAIO_WITHOUT (test-native.cjs).
inline std::vector<Configuration> configurations() {
  std::vector<Configuration> all;
  const std::pair<Kind, const char*> kinds[] = {
      {Kind::kUring, "uring"}, {Kind::kLinuxAio, "linux"}, {Kind::kThread, "thread"}};
  const char* without = ::getenv("CAIO_WITHOUT");
  for (const auto& [kind, name] : kinds) {
    if (without != nullptr && std::string(without) == name) continue;
    if (probe_backend(kind) < 0) {
      MESSAGE("skipped: backend " << std::string(name) << " is not available, errno " << -probe_backend(kind));
      continue;
    }
    all.push_back({kind, true, name});
    all.push_back({kind, false, name});
  }
  return all;
}

// A folder, beneath the build folder (a real disk) or another one, gone with its owner.
class Folder {
 public:
  Folder() : Folder(std::filesystem::current_path()) {}
  explicit Folder(const std::filesystem::path& parent) {
    std::string pattern = (parent / "native-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class TestEngine {
 public:
  explicit TestEngine(const Configuration& configuration, unsigned max_requests = 64, unsigned pool_size = 4,
                      bool deferred = true) {
    EngineOptions options = options_of(configuration, max_requests, pool_size);
    options.deferred = deferred;
    engine = std::make_unique<Engine>(options);
    engine->watch(&unsettled);
    REQUIRE(engine->start() == 0);
  }

  // Hands an operation in; `filled` sets its arguments. The ticket under which `result` knows it.
  int64_t start(Opcode opcode, const std::function<void(Operation&)>& fill) {
    Operation& operation = engine->prepare(opcode);
    fill(operation);
    operation.ticket = next_ticket_++;
    const int64_t ticket = operation.ticket;
    loop().begin(operation);
    return ticket;
  }

  // Turns the loop once: at most this long.
  void turn(int milliseconds) {
    EventLoop turned = loop();
    turned.work();
    turned.wait(milliseconds);
  }

  void drain() {
    for (int turns = 0; engine->pending() > 0 && turns < 100000; ++turns) turn(10);
    CHECK(engine->pending() == 0);
  }

  Result run(Opcode opcode, const std::function<void(Operation&)>& fill) {
    engine->turn();  // a turn of its own, with its budget unspent
    const int64_t ticket = start(opcode, fill);
    drain();
    return results.at(ticket);
  }

  bool has(int64_t ticket) const { return results.count(ticket) != 0; }
  // How many of them went this way.
  uint64_t counted(Opcode opcode, Route route) const {
    return engine->counters()[static_cast<size_t>(opcode)][static_cast<size_t>(route)];
  }

  uint8_t unsettled = 0;
  std::unique_ptr<Engine> engine;
  std::map<int64_t, Result> results;
  std::map<int64_t, std::string> bytes;
  std::vector<std::string> last_names;
  std::string last_path;
  std::string last_bytes;
  StatFields last_stat{};

 private:
  EventLoop loop() {
    return EventLoop(*engine, [this](Operation& operation, Result result) { take(operation, result); });
  }

  void take(Operation& operation, Result result) {
    CHECK(results.count(operation.ticket) == 0);  // exactly once
    results[operation.ticket] = result;
    last_stat = operation.stat;
    last_path = operation.path2;
    if (operation.bytes) bytes[operation.ticket] = bytes_of(operation);
    last_bytes = bytes_of(operation);
    last_names = names_of(operation);
  }

  int64_t next_ticket_ = 0;
};

inline FileDescriptor open_file(const std::string& path, int flags = O_RDWR | O_CREAT) {
  return FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC, 0666));
}

inline std::function<void(Operation&)> transfer(int fd, char* data, size_t length, int64_t offset,
                                                int32_t traits = Traits::kUnknown) {
  return [=](Operation& operation) {
    operation.fd = fd;
    operation.data = data;
    operation.length = length;
    operation.offset = offset;
    operation.traits = traits;
  };
}

inline std::function<void(Operation&)> at_path(const std::string& path, int flags = 0, uint32_t mode = 0777) {
  return [=](Operation& operation) {
    operation.path = path;
    operation.flags = flags;
    operation.mode = mode;
  };
}

}  // namespace caio::testing

// Runs the body once per backend × try-now, named in the report.
#define FOR_EACH_CONFIGURATION(configuration)                         \
  for (const auto& configuration : ::caio::testing::configurations()) \
  DOCTEST_SUBCASE((std::string(configuration.name) + (configuration.try_now ? ", try-now" : ", slow road")).c_str())
