// Marks the audio thread's functions, so that RealtimeSanitizer (clang 20 and later) reports whatever in them allocates,
// locks or makes a system call, and -Wfunction-effects what cannot be checked. Nothing for other compilers.
#pragma once

#if defined(__clang__) && __has_cpp_attribute(clang::nonblocking)
#define FORERUN_NONBLOCKING [[clang::nonblocking]]
#else
#define FORERUN_NONBLOCKING
#endif
