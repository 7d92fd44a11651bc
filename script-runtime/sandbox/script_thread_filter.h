// The seccomp filter of threads that run scripts: a list of allowed system calls; all others fail with EPERM.
#pragma once

namespace forerun {

// Filters the calling thread permanently; it must have no_new_privs. False: errno says why. Linux, x86-64 and AArch64 only.
bool load_script_thread_filter(bool own_priority) noexcept;

}  // namespace forerun
