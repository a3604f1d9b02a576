// What it costs to enter the kernel and come back.
#pragma once

namespace caio {

// Whether that is so dear that calls are worth gathering even where nobody else waits for them: under page-table
// isolation, and most of all in virtual machines that emulate it. Measured once, in some microseconds.
bool crossing_is_dear();

}  // namespace caio
