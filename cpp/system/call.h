// How the system is called: CAIO_CALL(name, arguments…) is ::name(arguments…). In the build that tests faults
// (CAIO_FAULTS) it is also a place where one can be made to happen; in every other build nothing of that exists.
#pragma once

#if defined(CAIO_FAULTS)
#include "system/faults.h"
#else

#define CAIO_CALL(name, ...) ::name(__VA_ARGS__)

// What the kernel completes by itself passes here: whether it shall be seen later, in what order, with what result.
#define CAIO_IS_LATE() false
#define CAIO_SWAP(first, second) static_cast<void>(0)
#define CAIO_COMPLETE(result) static_cast<void>(0)

#endif
