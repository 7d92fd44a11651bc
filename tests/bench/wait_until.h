// Waits for something that another process or thread does.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace forerun::bench {

// False when it does not become true in time.
inline bool wait_until(double seconds, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace forerun::bench
