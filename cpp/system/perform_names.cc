// Links and the names behind them; a folder with a name that nobody has.

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "system/call.h"
#include "system/outcome.h"
#include "system/perform.h"

namespace caio {

namespace {

Result perform_readlink(Operation& operation) {
  // A link's size as lstat tells it is no promise (it is 0 in /proc): enlarge until the target leaves room.
  for (size_t room = PATH_MAX;; room *= 2) {
    Bytes target(room);
    if (!target) return -ENOMEM;
    const ssize_t length = CAIO_CALL(readlinkat, operation.at, operation.path.c_str(), target.data(), room);
    if (length < 0) return -errno;
    if (static_cast<size_t>(length) == room) continue;
    target.shrink(static_cast<size_t>(length));
    operation.bytes = std::move(target);
    return length;
  }
}

Result perform_realpath(Operation& operation) {
  struct Free {
    void operator()(char* path) const { ::free(path); }
  };
  const std::unique_ptr<char, Free> path(CAIO_CALL(realpath, operation.path.c_str(), nullptr));
  return path ? keep_name(operation, path.get(), std::strlen(path.get())) : -errno;
}

Result perform_make_temporary(Operation& operation) {
  // path2 becomes the name that was tried: the error tells it.
  operation.path2 = operation.path;
  if (CAIO_CALL(mkdtemp, operation.path2.data()) == nullptr) return -errno;
  return keep_name(operation, operation.path2.data(), operation.path2.size());
}

}  // namespace

Result keep_name(Operation& operation, const char* name, size_t length) {
  operation.bytes = Bytes(length);
  if (!operation.bytes) return -ENOMEM;
  std::memcpy(operation.bytes.data(), name, length);
  return static_cast<Result>(length);
}

Result perform_names(Operation& operation) {
  switch (operation.opcode) {
    case Opcode::kLink:
      return outcome(CAIO_CALL(link, operation.path.c_str(), operation.path2.c_str()));
    case Opcode::kSymlink:
      return outcome(CAIO_CALL(symlinkat, operation.path.c_str(), operation.at2, operation.path2.c_str()));
    case Opcode::kReadlink:
      return perform_readlink(operation);
    case Opcode::kRealpath:
      return perform_realpath(operation);
    case Opcode::kMakeTemporary:
      return perform_make_temporary(operation);
    default:
      return -ENOSYS;
  }
}

}  // namespace caio
