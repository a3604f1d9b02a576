// A descriptor that becomes readable when somebody wakes it: an eventfd on Linux, a pipe elsewhere.
#pragma once

#include "operation.h"

namespace caio {

class WakeDescriptor {
 public:
  WakeDescriptor();
  bool valid() const { return error_ == 0; }
  // 0, or -errno of the call that made none.
  Result error() const { return error_; }
  int fd() const { return read_end_.get(); }

  // From any thread; never blocks.
  void wake() const;
  // Makes the descriptor unreadable again. Whoever looks for work must do so after this, never before.
  void clear() const;
  // By whoever knows that nobody else will come: it is not valid afterwards.
  void close();

 private:
  FileDescriptor read_end_;
  FileDescriptor write_end_;
  Result error_ = 0;
};

}  // namespace caio
