// Operations that several kinds of scenarios ask for.
#pragma once

#include <fcntl.h>

#include "faults/world.h"

namespace caio::faulty {

// To be looked up from an open directory; an open is to read.
inline Fill in_directory(int directory, const std::string& name) {
  return [=](Operation& operation) {
    operation.at = directory;
    operation.path = name;
    operation.flags = O_RDONLY;
  };
}

// Must be made, and have this text then.
inline void write_whole_file(World& world, std::string text, bool flush) {
  world.run(
      Opcode::kWriteFile,
      [&](Operation& operation) {
        operation.path = world / "written";
        operation.flags = O_WRONLY | O_CREAT | O_TRUNC;
        operation.mode = 0644;
        operation.data = text.data();
        operation.length = text.size();
        operation.flush = flush;
      },
      [&](const Outcome& outcome) { return outcome.result == 0 && world.contents("written") == text; });
}

}  // namespace caio::faulty
