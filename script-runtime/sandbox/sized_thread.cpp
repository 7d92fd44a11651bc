#include "script-runtime/sandbox/sized_thread.h"

#include <cstdint>
#include <system_error>

namespace forerun {

void* SizedThread::run(void* work) {
    const std::unique_ptr<Work> held(static_cast<Work*>(work));
    held->run();
    return nullptr;
}

#if defined(__unix__) || defined(__APPLE__)

namespace {

// The lowest address of this thread's stack; 0 when the system does not say.
std::uintptr_t lowest_stack_address() noexcept {
#if defined(__linux__)
    pthread_attr_t attributes;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return 0;
    void* lowest = nullptr;
    std::size_t bytes = 0;
    const bool known = ::pthread_attr_getstack(&attributes, &lowest, &bytes) == 0;
    ::pthread_attr_destroy(&attributes);
    return known ? reinterpret_cast<std::uintptr_t>(lowest) : 0;
#elif defined(__APPLE__)
    return reinterpret_cast<std::uintptr_t>(::pthread_get_stackaddr_np(::pthread_self())) -
           ::pthread_get_stacksize_np(::pthread_self());
#else
    return 0;
#endif
}

}  // namespace

void SizedThread::start(std::unique_ptr<Work> work) {
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, script_stack_bytes);
    const int failed = ::pthread_create(&thread_, &attributes, &SizedThread::run, work.get());
    ::pthread_attr_destroy(&attributes);
    if (failed != 0) throw std::system_error(failed, std::generic_category(), "a thread for scripts");
    static_cast<void>(work.release());  // the thread's
    joinable_ = true;
}

void SizedThread::join() noexcept {
    if (std::exchange(joinable_, false)) ::pthread_join(thread_, nullptr);
}

#else

namespace {
std::uintptr_t lowest_stack_address() noexcept { return 0; }
}  // namespace

void SizedThread::start(std::unique_ptr<Work> work) {
    thread_ = std::thread([held = work.release()] { run(held); });
    joinable_ = true;
}

void SizedThread::join() noexcept {
    if (std::exchange(joinable_, false)) thread_.join();
}

#endif

std::size_t stack_bytes_left() noexcept {
    const thread_local std::uintptr_t lowest = lowest_stack_address();
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    constexpr std::size_t unknown = 512u << 10;
    if (lowest == 0 || here < lowest) return unknown;
    return here - lowest;
}

}  // namespace forerun
