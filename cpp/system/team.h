// Threads that help one job for as long as it lasts: for trees, whose branches have nothing to do with each other.
#pragma once

#include <functional>
#include <memory>

namespace caio {

class Team {
 public:
  class Task;

  Team();
  // Waits for all that was taken.
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Takes the work for a thread that has nothing to do, and begins a thread where there is none; null if all have, and
  // no more may be had: then the caller does it. It never waits in a queue, so whoever waits for it waits for somebody
  // at work.
  std::shared_ptr<Task> take(std::function<void()> work);
  // Returns when it is done.
  void wait(const Task& task);

 private:
  struct Shared;
  // Shared with the threads, which may outlive this object by an instruction.
  const std::shared_ptr<Shared> shared_;
};

}  // namespace caio
