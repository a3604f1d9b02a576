#include "faults/world.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "native/memory_place.h"

namespace caio::faulty {

namespace {

constexpr unsigned kMaxRequests = 8;
constexpr unsigned kPoolSize = 2;
constexpr size_t kBlocks = 16;
constexpr size_t kBlockSize = 8192;

}  // namespace

World::World(const Configuration& with, std::string folder)
    : configuration(with), disk_folder_(std::move(folder)), folder_(disk_folder_) {
  for (size_t i = 0; i < kBlocks; ++i) blocks.push_back(static_cast<char*>(::aligned_alloc(4096, kBlockSize)));
}

World::~World() {
  end_engine();
  begin_case();
  for (char* block : blocks) ::free(block);
  if (!memory_folder_.empty()) std::filesystem::remove_all(memory_folder_);
}

void World::act_in_memory() {
  const char* place = testing::memory_place();
  if (memory_folder_.empty() && place != nullptr) {
    memory_folder_ = std::string(place) + "/faults-XXXXXX";
    if (::mkdtemp(memory_folder_.data()) == nullptr) std::abort();
  }
  if (!memory_folder_.empty()) folder_ = memory_folder_;
}

void World::make_engine(bool sqpoll) {
  EngineOptions options = testing::options_of(configuration, kMaxRequests, kPoolSize);
  options.sqpoll = sqpoll;
  engine_ = std::make_unique<Engine>(options);
  engine_->watch(&unsettled_);
  if (!answered(engine_->start())) engine_.reset();
}

void World::begin_helper() {
  if (!configuration.try_now || !SharedBatch::may_help()) return;
  const uint64_t& helped = engine_->counters()[static_cast<size_t>(Opcode::kStat)][static_cast<size_t>(Route::kPool)];
  const auto root = [](Operation& operation) { operation.path = "/"; };
  while (helped == 0) {
    set_unsettled(true);
    for (int i = 0; i < 4; ++i) start(Opcode::kStat, root, gives(0));
    drain();
  }
}

void World::begin_syncs() {
  if (configuration.kind == EngineOptions::Kind::kThread) return;
  const auto& syncs = engine_->counters()[static_cast<size_t>(Opcode::kFsync)];
  while (syncs[static_cast<size_t>(Route::kIoSubmit)] == 0) {
    start(
        Opcode::kFsync, [this](Operation& operation) { operation.fd = fd; }, gives(0));
    drain();
  }
}

void World::end_engine() { engine_.reset(); }

void World::begin_case() {
  ++cases_;
  folder_ = disk_folder_;
  outcomes.clear();
  rights_.clear();
  ended_ = 0;
  unsettled_ = 0;
  for (const int descriptor : opened_) ::close(descriptor);
  opened_.clear();
  close_ends();
  fd = -1;
}

int World::open(const std::string& path, int flags, unsigned mode) {
  fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) std::abort();
  opened_.push_back(fd);
  return fd;
}

void World::open_pipe() {
  close_ends();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
  read_end = ends[0];
  write_end = ends[1];
}

void World::close_ends() {
  if (read_end >= 0) ::close(read_end);
  if (write_end >= 0) ::close(write_end);
  read_end = write_end = -1;
}

size_t World::start(Opcode opcode, const Fill& fill, const Right& right) {
  const size_t number = outcomes.size();
  outcomes.emplace_back().opcode = opcode;
  rights_.push_back(right);
  Operation& operation = engine_->prepare(opcode);
  fill(operation);
  operation.ticket = static_cast<int64_t>(number);
  loop().begin(operation);
  return number;
}

const Outcome& World::run(Opcode opcode, const Fill& fill, const Right& right) {
  engine_->turn();
  const size_t number = start(opcode, fill, right);
  drain();
  return outcomes[number];
}

const Outcome& World::run_here(Opcode opcode, const Fill& fill, const Right& right) {
  outcomes.emplace_back().opcode = opcode;
  rights_.push_back(right);
  Operation& operation = engine_->prepare(opcode);
  fill(operation);
  operation.ticket = static_cast<int64_t>(outcomes.size() - 1);
  take(operation, engine_->perform_here(operation));
  engine_->recycle(operation);
  return outcomes.back();
}

bool World::answered(Result result) {
  Outcome& outcome = outcomes.emplace_back();
  rights_.emplace_back();
  outcome.opcode = Opcode::kAccess;  // a single call, whatever it was
  outcome.ended = true;
  outcome.right = result >= 0;
  outcome.result = result;
  ++ended_;
  return result >= 0;
}

void World::take(Operation& operation, Result result) {
  Outcome& outcome = outcomes.at(static_cast<size_t>(operation.ticket));
  if (outcome.ended) std::abort();  // reported twice
  outcome.ended = true;
  outcome.result = result;
  outcome.path = operation.path2;
  outcome.stat = operation.stat;
  outcome.bytes = testing::bytes_of(operation);
  outcome.names = testing::names_of(operation);
  outcome.right = rights_[static_cast<size_t>(operation.ticket)](outcome);
  ++ended_;
}

testing::EventLoop World::loop() {
  return testing::EventLoop(*engine_, [this](Operation& operation, Result result) { take(operation, result); });
}

// As the event loop does: nobody looks for completions who was not woken, unless they were withheld on purpose.
void World::turn(int milliseconds) {
  testing::EventLoop turned = loop();
  turned.work();
  if (faults::take_withheld()) milliseconds = 0, turned.reap();
  turned.wait(milliseconds);
}

void World::drain() {
  while (engine_->pending() > 0) turn(100);
}

void World::write_file(const std::string& name, const std::string& contents) const {
  std::ofstream(folder_ + "/" + name) << contents;
}

std::string World::contents(const std::string& name) const {
  std::ostringstream all;
  all << std::ifstream(folder_ + "/" + name).rdbuf();
  return all.str();
}

void World::empty_folder() const {
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) std::filesystem::remove_all(entry.path());
}

bool World::exists(const std::string& name) const {
  struct stat found;
  return ::lstat((folder_ + "/" + name).c_str(), &found) == 0;
}

}  // namespace caio::faulty
