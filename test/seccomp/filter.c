/* Containers block system calls with a filter; this makes one, then becomes another program.
 *
 *   filter ERRNO|trace CALL… -- PROGRAM ARGUMENT…
 *
 * Each of the calls (names below) is answered with this errno; with "trace" it is handed to a tracer, of which there is
 * none, so the kernel answers ENOSYS. Exits with 77 where no filter can be set. */

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { most_calls = 16, refused = 77, misused = 64 };

struct named {
  const char *name;
  unsigned number;
};

static const struct named calls[] = {
    {"io_uring_setup", 425},
    {"io_uring_enter", 426},
    {"io_uring_register", 427},
    {"io_setup", SYS_io_setup},
    {"io_submit", SYS_io_submit},
};

static int number_of(const char *name, unsigned *number) {
  for (size_t index = 0; index < sizeof calls / sizeof *calls; index++) {
    if (strcmp(calls[index].name, name) == 0) {
      *number = calls[index].number;
      return 1;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  struct sock_filter code[2 * most_calls + 2];
  unsigned short length = 0;
  int argument = 2;
  if (argc < 4) return misused;
  unsigned answer = strcmp(argv[1], "trace") == 0 ? SECCOMP_RET_TRACE : SECCOMP_RET_ERRNO | (unsigned)atoi(argv[1]);

  code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (; argument < argc && strcmp(argv[argument], "--") != 0; argument++) {
    unsigned number = 0;
    if (length > 2 * most_calls - 1 || !number_of(argv[argument], &number)) {
      fprintf(stderr, "filter: no call %s\n", argv[argument]);
      return misused;
    }
    code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer);
  }
  code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  if (argument + 1 >= argc) return misused;

  struct sock_fprog program = {.len = length, .filter = code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    fprintf(stderr, "filter: %s\n", strerror(errno));
    return refused;
  }
  execvp(argv[argument + 1], argv + argument + 1);
  fprintf(stderr, "filter: %s: %s\n", argv[argument + 1], strerror(errno));
  return misused;
}
