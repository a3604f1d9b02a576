// CAIO_LINUX: this build may use what only Linux has. CAIO_PORTABLE (a CMake option) builds the POSIX subset on Linux
// too, so that the code other systems run is compiled and tested here.
#pragma once

#if defined(__linux__) && !defined(CAIO_PORTABLE)
#define CAIO_LINUX 1
#else
#define CAIO_LINUX 0
#endif
