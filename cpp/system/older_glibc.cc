// Only in prebuilt binaries for glibc (CAIO_PREBUILD): what a newer glibc at the build would tie them to. Since 2.34
// the functions of libpthread and libdl have a version of that number in libc itself, 2.32 renumbered pthread_sigmask,
// and since 2.33 stat(2) and its kin are functions of their own. The linker sends every reference to one of these, from
// libstdc++'s archive too, to the __wrap_ function here (ld's --wrap), which calls the version that there always was.

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define CAIO_FIRST_GLIBC "2.2.5"
#elif defined(__aarch64__)
#define CAIO_FIRST_GLIBC "2.17"
#else
#error "the first version of glibc for this processor is not known here"
#endif

#define CAIO_VERSION_OF(name, version) __asm__(".symver caio_" #name "," #name "@GLIBC_" version)

CAIO_VERSION_OF(dlsym, CAIO_FIRST_GLIBC);
CAIO_VERSION_OF(pthread_create, CAIO_FIRST_GLIBC);
CAIO_VERSION_OF(pthread_attr_setstacksize, CAIO_FIRST_GLIBC);
CAIO_VERSION_OF(pthread_kill, CAIO_FIRST_GLIBC);
CAIO_VERSION_OF(pthread_sigmask, CAIO_FIRST_GLIBC);
CAIO_VERSION_OF(pthread_once, CAIO_FIRST_GLIBC);
CAIO_VERSION_OF(__pthread_key_create, CAIO_FIRST_GLIBC);
CAIO_VERSION_OF(pthread_cond_clockwait, "2.30");

extern "C" {

decltype(dlsym) caio_dlsym;
decltype(pthread_create) caio_pthread_create;
decltype(pthread_attr_setstacksize) caio_pthread_attr_setstacksize;
decltype(pthread_kill) caio_pthread_kill;
decltype(pthread_sigmask) caio_pthread_sigmask;
decltype(pthread_once) caio_pthread_once;
decltype(pthread_key_create) caio___pthread_key_create;
decltype(pthread_cond_clockwait) caio_pthread_cond_clockwait;

/** Since 2.32 libstdc++ asks it whether plain counting will do; a process with this addon always has threads. */
extern const char __libc_single_threaded;
const char __libc_single_threaded = 0;

/** Since 2.35 libgcc finds with it what a throw needs. Nothing here catches, so finding nothing ends just the same. */
struct dl_find_object;
int _dl_find_object(void*, struct dl_find_object*) noexcept { return -1; }

void* __wrap_dlsym(void* handle, const char* name) { return caio_dlsym(handle, name); }

int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
  return caio_pthread_create(thread, attributes, run, argument);
}

int __wrap_pthread_attr_setstacksize(pthread_attr_t* attributes, size_t size) {
  return caio_pthread_attr_setstacksize(attributes, size);
}

int __wrap_pthread_kill(pthread_t thread, int signal) { return caio_pthread_kill(thread, signal); }

int __wrap_pthread_sigmask(int how, const sigset_t* wanted, sigset_t* before) {
  return caio_pthread_sigmask(how, wanted, before);
}

int __wrap_pthread_once(pthread_once_t* once, void (*run)()) { return caio_pthread_once(once, run); }

int __wrap___pthread_key_create(pthread_key_t* key, void (*destroy)(void*)) {
  return caio___pthread_key_create(key, destroy);
}

int __wrap_pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                  const timespec* until) {
  return caio_pthread_cond_clockwait(condition, mutex, clock, until);
}

// On 64-bit processors glibc's struct stat is the kernel's.
int __wrap_fstatat64(int directory, const char* path, struct stat64* found, int flags) {
  return static_cast<int>(::syscall(SYS_newfstatat, directory, path, found, flags));
}

int __wrap_stat64(const char* path, struct stat64* found) { return __wrap_fstatat64(AT_FDCWD, path, found, 0); }

int __wrap_fstat64(int fd, struct stat64* found) { return static_cast<int>(::syscall(SYS_fstat, fd, found)); }

}  // extern "C"
