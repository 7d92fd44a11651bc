// Marks the audio thread's functions, so that RealtimeSanitizer (clang 20 and later) reports allocations, locks and system calls
// in them, and -Wfunction-effects calls that it cannot verify. Empty for other compilers.
#pragma once

#if defined(__clang__) && __has_cpp_attribute(clang::nonblocking)
#define FORERUN_NONBLOCKING [[clang::nonblocking]]
#else
#define FORERUN_NONBLOCKING
#endif
