// What a thread may ask of the system so that it runs in time: real-time priority and memory that stays in RAM.
//
// Every function answers with what was really granted. Nothing here throws; a program without the rights plays anyway and
// says realtime_advice() once.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace forerun {

// Audio above conductor above workers. Below what sound servers use for their own hardware threads (JACK: 70 and more is
// common there, its clients run 5 to 10 below), above everything else on a desktop.
inline constexpr int audio_thread_priority = 65;
inline constexpr int conductor_thread_priority = 60;
inline constexpr int worker_thread_priority = 50;

// Asks for SCHED_FIFO on the calling thread (children do not inherit it). True when the thread has it afterwards.
// [any thread, before it starts its work: it makes system calls]
bool raise_to_realtime(int priority) noexcept;

// From now on raise_to_realtime() grants nothing in this process: for measuring what priorities are worth.
void forbid_realtime() noexcept;

// What the system really gave the calling thread.
struct Scheduling {
    bool realtime = false;
    int priority = 0;  // 0 when not real-time
    std::string name() const { return realtime ? "real-time, priority " + std::to_string(priority) : "ordinary"; }
};
Scheduling scheduling_of_this_thread() noexcept;

// Keeps these bytes in RAM. False when the system does not allow it: then nothing is locked. [any thread but audio]
bool lock_memory(std::span<std::byte> memory) noexcept;
void unlock_memory(std::span<std::byte> memory) noexcept;

// One line: what to do on this system when a thread did not get real-time priority.
std::string realtime_advice();

}  // namespace forerun
