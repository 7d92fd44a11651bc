// Real-time priority for threads, and memory that stays in RAM.
//
// Every function returns what was really granted. Nothing here throws; a program without the rights plays anyway and prints
// realtime_advice() once.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace forerun {

// Audio above conductor above workers. Below the hardware threads of sound servers (JACK: commonly 70 and more, with clients 5 to
// 10 below), above everything else on a desktop.
inline constexpr int audio_thread_priority = 65;
inline constexpr int conductor_thread_priority = 60;
inline constexpr int worker_thread_priority = 50;

// Requests SCHED_FIFO for the calling thread (children do not inherit it). True if the thread has it afterwards.
// [any thread, before it starts its work: it makes system calls]
bool raise_to_realtime(int priority) noexcept;

// From now on raise_to_realtime() fails in this process: for measuring the effect of priorities.
void forbid_realtime() noexcept;

// The actual scheduling of the calling thread.
struct Scheduling {
    bool realtime = false;
    int priority = 0;  // 0 when not real-time
    std::string name() const { return realtime ? "real-time, priority " + std::to_string(priority) : "ordinary"; }
};
Scheduling scheduling_of_this_thread() noexcept;

// Locks these bytes in RAM. False, without effect, if the system does not allow it. [any thread but audio]
bool lock_memory(std::span<std::byte> memory) noexcept;
void unlock_memory(std::span<std::byte> memory) noexcept;

// One line: what to do on this system to get real-time priority.
std::string realtime_advice();

}  // namespace forerun
