#include <sys/socket.h>

#include <algorithm>
#include <csignal>

#include "harness.h"
#include "system/relax.h"

using namespace caio;
using namespace caio::testing;

namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
  FileDescriptor read_end;
  FileDescriptor write_end;
};

void let_time_pass(TestEngine& engine) {
  for (int i = 0; i < 5; ++i) engine.turn(10);
}

}  // namespace

TEST_CASE("reads of silent pipes hold no thread of the pool") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    std::vector<Pipe> pipes(16);
    TestEngine engine(configuration, 64, 2);
    std::vector<char> bytes(16);
    std::vector<int64_t> blocked;
    for (size_t i = 0; i < pipes.size(); ++i)
      blocked.push_back(engine.start(Opcode::kRead, transfer(pipes[i].read_end.get(), &bytes[i], 1, -1)));
    let_time_pass(engine);
    char word[] = "still served";
    const int64_t write = engine.start(Opcode::kWrite, transfer(file.get(), word, sizeof word, 0));
    for (int i = 0; i < 500 && !engine.has(write); ++i) engine.turn(10);
    CHECK(engine.has(write));
    for (const Pipe& pipe : pipes) REQUIRE(::write(pipe.write_end.get(), "p", 1) == 1);
    engine.drain();
    for (const int64_t ticket : blocked) CHECK(engine.results.at(ticket) == 1);
  }
}

// Quick operations do not call another thread each: one looks out for them.
TEST_CASE("what waits behind an operation that is stuck is done by other threads, quick as it is") {
  const auto ignored = ::signal(SIGIO, SIG_IGN);
  FOR_EACH_CONFIGURATION(configuration) {
    if (configuration.try_now) continue;
    Folder folder;
    make_file(folder / "quick");
    // Whoever opens this for writing waits until the lease is given back (fcntl(2), F_SETLEASE).
    const FileDescriptor leased = open_file(folder / "leased", O_RDONLY | O_CREAT);
    REQUIRE(::fcntl(leased.get(), F_SETLEASE, F_RDLCK) == 0);
    TestEngine engine(configuration, 64, 4);
    const auto quick = at_path(folder / "quick", 0, 0600);
    for (int i = 0; i < 300; ++i) REQUIRE(engine.run(Opcode::kChmod, quick) == 0);
    const int64_t stuck = engine.start(Opcode::kOpen, at_path(folder / "leased", O_WRONLY));
    let_time_pass(engine);
    std::vector<int64_t> behind;
    for (int i = 0; i < 8; ++i) behind.push_back(engine.start(Opcode::kChmod, quick));
    const auto done = [&] { return std::ranges::all_of(behind, [&](int64_t ticket) { return engine.has(ticket); }); };
    for (int i = 0; i < 500 && !done(); ++i) engine.turn(10);
    CHECK(done());
    CHECK(!engine.has(stuck));
    REQUIRE(::fcntl(leased.get(), F_SETLEASE, F_UNLCK) == 0);
    engine.drain();
    const FileDescriptor opened(static_cast<int>(engine.results.at(stuck) % kTraitsShift));
  }
  ::signal(SIGIO, ignored);
}

TEST_CASE("a read of a silent pipe can be cancelled, and the bytes that come later stay for the next reader") {
  FOR_EACH_CONFIGURATION(configuration) {
    Pipe pipe;
    TestEngine engine(configuration);
    char byte = 0;
    const int64_t ticket = engine.start(Opcode::kRead, transfer(pipe.read_end.get(), &byte, 1, -1));
    let_time_pass(engine);
    CHECK(engine.engine->cancel(ticket));
    engine.drain();
    CHECK(engine.results.at(ticket) == -ECANCELED);
    REQUIRE(::write(pipe.write_end.get(), "q", 1) == 1);
    CHECK(engine.run(Opcode::kRead, transfer(pipe.read_end.get(), &byte, 1, -1)) == 1);
    CHECK(byte == 'q');
  }
}

TEST_CASE("a pipe has no positions: an offset is ESPIPE at once, and nothing is taken from it") {
  FOR_EACH_CONFIGURATION(configuration) {
    Pipe pipe;
    TestEngine engine(configuration);
    char byte = 'n';
    CHECK(engine.run(Opcode::kRead, transfer(pipe.read_end.get(), &byte, 1, 0)) == -ESPIPE);
    CHECK(engine.run(Opcode::kWrite, transfer(pipe.write_end.get(), &byte, 1, 5)) == -ESPIPE);
    REQUIRE(::write(pipe.write_end.get(), "y", 1) == 1);
    CHECK(engine.run(Opcode::kRead, transfer(pipe.read_end.get(), &byte, 1, 0)) == -ESPIPE);
    CHECK(byte == 'n');
    CHECK(engine.run(Opcode::kRead, transfer(pipe.read_end.get(), &byte, 1, -1)) == 1);
  }
}

TEST_CASE("an operation that still waits for capacity can be cancelled") {
  FOR_EACH_CONFIGURATION(configuration) {
    Pipe pipe;
    TestEngine engine(configuration, 1);
    char bytes[2];
    const int64_t first = engine.start(Opcode::kRead, transfer(pipe.read_end.get(), &bytes[0], 1, -1));
    const int64_t second = engine.start(Opcode::kRead, transfer(pipe.read_end.get(), &bytes[1], 1, -1));
    let_time_pass(engine);
    CHECK(engine.engine->cancel(second));
    engine.turn(100);
    CHECK(engine.results.at(second) == -ECANCELED);
    CHECK(!engine.has(first));
    REQUIRE(::write(pipe.write_end.get(), "z", 1) == 1);
    engine.drain();
    CHECK(engine.results.at(first) == 1);
  }
}

TEST_CASE("what has failed already and is on its way back comes back once, cancelled or not") {
  FOR_EACH_CONFIGURATION(configuration) {
    Pipe pipe;
    TestEngine engine(configuration);
    char byte;
    const int64_t no_offset = engine.start(Opcode::kRead, transfer(pipe.read_end.get(), &byte, 1, 0));
    const int64_t no_file = engine.start(Opcode::kFsync, [](Operation& operation) { operation.fd = 1'000'000; });
    engine.engine->flush();
    engine.engine->cancel(no_offset);
    engine.engine->cancel(no_file);
    engine.drain();
    CHECK(engine.results.at(no_offset) == -ESPIPE);
    const Result of_no_file = engine.results.at(no_file);
    CHECK((of_no_file == -EBADF || of_no_file == -ECANCELED));
  }
}

TEST_CASE("cancelling twice, after the end, or what never was, is harmless") {
  FOR_EACH_CONFIGURATION(configuration) {
    Pipe pipe;
    TestEngine engine(configuration);
    char byte;
    const int64_t ticket = engine.start(Opcode::kRead, transfer(pipe.read_end.get(), &byte, 1, -1));
    engine.engine->cancel(ticket);
    engine.engine->cancel(ticket);
    engine.drain();
    CHECK(engine.results.at(ticket) == -ECANCELED);
    CHECK(!engine.engine->cancel(ticket));
    CHECK(!engine.engine->cancel(999));
    CHECK(!engine.engine->cancel(-1));
  }
}

TEST_CASE("an engine ends with reads of silent pipes and blocked opens in flight") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const std::string fifo = folder / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::vector<Pipe> pipes(8);
    std::vector<char> bytes(8);
    TestEngine engine(configuration, 64, 2);
    for (size_t i = 0; i < pipes.size(); ++i)
      engine.start(Opcode::kRead, transfer(pipes[i].read_end.get(), &bytes[i], 1, -1));
    for (int i = 0; i < 4; ++i) engine.start(Opcode::kOpen, at_path(fifo, O_RDONLY));
    let_time_pass(engine);
    CHECK(engine.engine->pending() == 12);
    engine.engine->stop();
    CHECK(engine.engine->pending() == 0);
  }
}

TEST_CASE("an engine closes what it has opened for somebody who never hears of it") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const std::string large = folder / "large";
    {
      const FileDescriptor file = open_file(large);
      REQUIRE(::ftruncate(file.get(), 8 << 20) == 0);
    }
    const size_t before = open_descriptors();
    TestEngine engine({configuration.kind, false, configuration.name});
    for (int i = 0; i < 20; ++i) {
      engine.start(Opcode::kOpen, at_path(large, O_RDONLY));
      engine.start(Opcode::kReadFile, at_path(large, O_RDONLY));
    }
    engine.engine->turn();
    // Not reaped: it has got as far as it gets.
    ::usleep(100'000);
    engine.engine->stop();
    engine.engine.reset();
    CHECK(open_descriptors() == before);
  }
}

TEST_CASE("an engine that ends closes what it was to close, begun or not") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const size_t before = open_descriptors();
    TestEngine engine({configuration.kind, false, configuration.name}, 16, 2);
    for (int i = 0; i < 100; ++i) {
      const int fd = ::open((folder / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
      engine.start(Opcode::kClose, [fd](Operation& operation) { operation.fd = fd; });
    }
    engine.engine->turn();
    engine.engine->stop();
    engine.engine.reset();
    CHECK(open_descriptors() == before);
  }
}

TEST_CASE("an engine ends with more work queued than it could have begun") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    std::vector<char> bytes(3000, 'b');
    TestEngine engine(configuration, 16, 2);
    for (size_t i = 0; i < bytes.size(); ++i)
      engine.start(Opcode::kWrite, transfer(file.get(), &bytes[i], 1, static_cast<int64_t>(i)));
    engine.engine->turn();
    engine.engine->stop();
    CHECK(engine.engine->pending() == 0);
  }
}

TEST_CASE("opens of a FIFO that wait for their other side hold up nobody, and end when it comes") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const std::string fifo = folder / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    TestEngine engine(configuration, 64, 2);
    std::vector<int64_t> opens;
    for (int i = 0; i < 6; ++i) opens.push_back(engine.start(Opcode::kOpen, at_path(fifo, O_RDONLY)));
    let_time_pass(engine);
    for (const int64_t ticket : opens) CHECK(!engine.has(ticket));
    const int64_t write_open = engine.start(Opcode::kOpen, at_path(fifo, O_WRONLY));
    engine.drain();
    REQUIRE(engine.results.at(write_open) >= 0);
    for (const int64_t ticket : opens) {
      REQUIRE(engine.results.at(ticket) >= 0);
      ::close(static_cast<int>(engine.results.at(ticket) % kTraitsShift));
    }
    ::close(static_cast<int>(engine.results.at(write_open) % kTraitsShift));
  }
}

TEST_CASE("an operation that ends is reported once, however the batch is cut") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    const FileDescriptor file = open_file(folder / "file");
    for (const bool deferred : {true, false}) {
      TestEngine engine(configuration, 32, 4, deferred);
      std::vector<char> bytes(5000, 'c');
      for (size_t i = 0; i < bytes.size(); ++i) {
        engine.start(i % 2 == 0 ? Opcode::kWrite : Opcode::kRead,
                     transfer(file.get(), &bytes[i], 1, static_cast<int64_t>(i)));
        if (i % 37 == 0) engine.turn(0);
      }
      engine.drain();
      CHECK(engine.results.size() == bytes.size());
    }
  }
}

TEST_CASE("an open that never ends is ended by its cancellation, however early that comes") {
  FOR_EACH_CONFIGURATION(configuration) {
    Folder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    TestEngine engine(configuration, 16);
    for (int round = 0; round < 500; ++round) {
      const int64_t ticket = engine.start(Opcode::kOpen, at_path(folder / "fifo", O_RDONLY));
      // A signal between the thread's last look and its call would be lost.
      if (round % 2 == 0) engine.turn(0);
      for (int spins = 0; spins < round * 40; ++spins) relax();
      engine.engine->cancel(ticket);
      for (int turns = 0; turns < 500 && !engine.has(ticket); ++turns) engine.turn(10);
      REQUIRE(engine.has(ticket));
      CHECK(engine.results.at(ticket) == -ECANCELED);
    }
  }
}
