/*
 * What the kernel takes for the same work, in a loop on one thread: the floor under every implementation.
 *
 *   floor pread  FILE FILE_SIZE BLOCK MILLISECONDS     whole blocks at random positions
 *   floor pwrite FILE FILE_SIZE BLOCK MILLISECONDS
 *   floor read-files FOLDER COUNT MILLISECONDS         open, fstat, read, close of FOLDER/file-N.txt
 *   floor open  FOLDER COUNT MILLISECONDS              open, close
 *   floor stat  FOLDER COUNT MILLISECONDS
 *   floor evict FILE...                                drops the files' clean pages from the page cache
 *
 * A loop prints one line: operations, microseconds of wall time, microseconds of CPU time.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static double wall_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double cpu_now(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static uint32_t state = 0x2545f491;

static uint32_t below(uint32_t limit) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % limit;
}

struct work {
  int fd;
  uint32_t blocks;
  size_t block;
  char *memory;
  const char *folder;
  unsigned count;
  unsigned next;
};

static void read_block(struct work *work) {
  const off_t position = (off_t)below(work->blocks) * (off_t)work->block;
  if (pread(work->fd, work->memory, work->block, position) != (ssize_t)work->block) fail("pread");
}

static void write_block(struct work *work) {
  const off_t position = (off_t)below(work->blocks) * (off_t)work->block;
  if (pwrite(work->fd, work->memory, work->block, position) != (ssize_t)work->block) fail("pwrite");
}

static const char *next_path(struct work *work) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/file-%u.txt", work->folder, work->next++ % work->count);
  return path;
}

static void open_file(struct work *work) {
  const int fd = open(next_path(work), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || close(fd) != 0) fail("open");
}

static void read_file(struct work *work) {
  struct stat found;
  const int fd = open(next_path(work), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &found) != 0) fail("open");
  if ((size_t)found.st_size > work->block) fail("size");
  if (read(fd, work->memory, (size_t)found.st_size) != (ssize_t)found.st_size) fail("read");
  if (close(fd) != 0) fail("close");
}

static void stat_file(struct work *work) {
  struct stat found;
  if (stat(next_path(work), &found) != 0) fail("stat");
}

static void loop(void (*operation)(struct work *), struct work *work, double milliseconds) {
  const double cpu_before = cpu_now();
  const double began = wall_now();
  double wall = 0;
  unsigned long operations = 0;
  while (wall < milliseconds * 1e3) {
    for (int i = 0; i < 256; ++i) operation(work);
    operations += 256;
    wall = wall_now() - began;
  }
  printf("{\"operations\":%lu,\"wall\":%.3f,\"cpu\":%.3f}\n", operations, wall, cpu_now() - cpu_before);
}

static int evict(char **paths) {
  for (; *paths != NULL; ++paths) {
    const int fd = open(*paths, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail(*paths);
    if ((errno = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)) != 0) fail(*paths);
    close(fd);
  }
  return 0;
}

static void *aligned_memory(size_t size) {
  void *memory = NULL;
  if (posix_memalign(&memory, 4096, size) != 0) fail("posix_memalign");
  memset(memory, 'x', size);
  return memory;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  struct work work;
  memset(&work, 0, sizeof work);
  if (strcmp(what, "evict") == 0) return evict(argv + 2);
  if (argc == 6 && (strcmp(what, "pread") == 0 || strcmp(what, "pwrite") == 0)) {
    const int writes = strcmp(what, "pwrite") == 0;
    work.block = strtoul(argv[4], NULL, 10);
    work.blocks = (uint32_t)(strtoull(argv[3], NULL, 10) / work.block);
    work.memory = (char *)aligned_memory(work.block);
    work.fd = open(argv[2], (writes ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
    if (work.fd < 0) fail(argv[2]);
    loop(writes ? write_block : read_block, &work, strtod(argv[5], NULL));
    return 0;
  }
  if (argc == 5) {
    work.folder = argv[2];
    work.count = (unsigned)strtoul(argv[3], NULL, 10);
    work.block = 1 << 20;
    work.memory = (char *)aligned_memory(work.block);
    const double milliseconds = strtod(argv[4], NULL);
    if (strcmp(what, "read-files") == 0) return loop(read_file, &work, milliseconds), 0;
    if (strcmp(what, "open") == 0) return loop(open_file, &work, milliseconds), 0;
    if (strcmp(what, "stat") == 0) return loop(stat_file, &work, milliseconds), 0;
  }
  fprintf(stderr, "usage: see the head of floor.c\n");
  return 2;
}
