#include "backends/shared_syncs.h"

#include <unistd.h>

#include "harness.h"

using namespace caio;
using namespace caio::testing;

namespace {

Operation& sync_of(std::deque<Operation>& all, int fd, Opcode opcode = Opcode::kFdatasync) {
  Operation& operation = all.emplace_back();
  operation.opcode = opcode;
  operation.fd = fd;
  return operation;
}

std::function<void(Operation&)> on(int fd) {
  return [fd](Operation& operation) { operation.fd = fd; };
}

}  // namespace

TEST_CASE("syncs that are asked for before one begins share it, and those after it share the next") {
  std::deque<Operation> all;
  SharedSyncs syncs;
  Operation& first = sync_of(all, 3);
  Operation& before = sync_of(all, 3);
  CHECK(syncs.leads(first));
  CHECK_FALSE(syncs.leads(before));
  CHECK(syncs.leads(sync_of(all, 4)));  // another descriptor's
  syncs.begin(first, Route::kRing);
  CHECK(syncs.route(first) == Route::kRing);
  Operation& late = sync_of(all, 3);
  Operation& later = sync_of(all, 3);
  CHECK_FALSE(syncs.leads(late));
  CHECK_FALSE(syncs.leads(later));
  OperationQueue sharing;
  CHECK(syncs.end(first, sharing) == &late);
  CHECK(sharing.pop() == &before);
  CHECK(sharing.empty());
  CHECK(syncs.end(late, sharing) == nullptr);
  CHECK(sharing.pop() == &later);
  CHECK(sharing.empty());
  CHECK(syncs.leads(sync_of(all, 3)));
}

TEST_CASE("fsync shares no fdatasync, and leads those that wait with it") {
  std::deque<Operation> all;
  SharedSyncs syncs;
  Operation& data = sync_of(all, 3);
  CHECK(syncs.leads(data));
  Operation& another = sync_of(all, 3);
  Operation& whole = sync_of(all, 3, Opcode::kFsync);
  syncs.begin(data, Route::kPool);
  CHECK_FALSE(syncs.leads(another));
  CHECK_FALSE(syncs.leads(whole));
  OperationQueue sharing;
  CHECK(syncs.end(data, sharing) == &whole);
  CHECK(sharing.empty());
  CHECK(syncs.end(whole, sharing) == nullptr);
  CHECK(sharing.pop() == &another);
}

TEST_CASE("a sync that was cancelled serves nobody else") {
  std::deque<Operation> all;
  SharedSyncs syncs;
  Operation& first = sync_of(all, 3);
  Operation& other = sync_of(all, 3);
  syncs.leads(first);
  syncs.leads(other);
  first.result = -ECANCELED;
  OperationQueue sharing;
  CHECK(syncs.end(first, sharing) == &other);
  CHECK(sharing.empty());
}

TEST_CASE("many syncs of one file all end, whatever is cancelled among them") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration, 8);
    std::string block(4096, 'x');
    std::vector<int64_t> syncs;
    for (int round = 0; round < 6; ++round) {
      engine.start(Opcode::kWrite, transfer(file.get(), block.data(), block.size(), round * 4096));
      for (int i = 0; i < 10; ++i)
        syncs.push_back(engine.start(i % 3 == 0 ? Opcode::kFsync : Opcode::kFdatasync, on(file.get())));
      if (round % 2 == 0) engine.turn(0);
      for (const size_t at : {size_t{0}, size_t{3}, size_t{9}}) {
        const int64_t ticket = syncs[syncs.size() - 10 + at];
        if (!engine.has(ticket)) engine.engine->cancel(ticket);
      }
    }
    engine.drain();
    int whole = 0;
    for (const int64_t ticket : syncs) {
      const Result result = engine.results.at(ticket);
      CHECK((result == 0 || result == -ECANCELED));
      if (result == 0) ++whole;
    }
    CHECK(whole >= 42);
    CHECK(engine.run(Opcode::kFdatasync, on(file.get())) == 0);
  }
}

TEST_CASE("a shared sync that fails fails for all who shared it") {
  FOR_EACH_CONFIGURATION(configuration) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const FileDescriptor reading(ends[0]);
    const FileDescriptor writing(ends[1]);
    TestEngine engine(configuration, 8);
    std::vector<int64_t> tickets;
    for (int i = 0; i < 20; ++i) tickets.push_back(engine.start(Opcode::kFsync, on(writing.get())));
    engine.drain();
    for (const int64_t ticket : tickets) CHECK(engine.results.at(ticket) == -EINVAL);
  }
}

TEST_CASE("an engine ends with syncs that wait for each other") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    TestEngine engine(configuration, 8);
    for (int i = 0; i < 20; ++i) {
      engine.start(Opcode::kFdatasync, on(file.get()));
      if (i == 10) engine.turn(0);
    }
    engine.engine->stop();
    CHECK(engine.engine->pending() == 0);
  }
}
