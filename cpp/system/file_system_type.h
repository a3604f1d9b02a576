// What is known of a file system by its type.
#pragma once

#include <string_view>

#include "operation.h"

namespace caio {

// Traits of every file on a file system of this type (the name as in /proc/self/mountinfo).
int32_t traits_of_type(std::string_view type);

// The same for the file system under an open descriptor, by fstatfs(2); it may wait where the file system is remote.
int32_t traits_of_descriptor_file_system(int fd);

// Traits of an open descriptor of which fstat and fcntl(F_GETFL) are known.
int32_t combine_traits(mode_t mode, int status_flags, int32_t file_system_traits);

}  // namespace caio
