// Runs a function that runs scripts on a thread of its own (sized_thread.h), behind the wall (script_thread_wall.h), and waits
// for it.
#pragma once

#include <utility>

#include "script-runtime/sandbox/script_reader.h"
#include "script-runtime/sandbox/script_thread_wall.h"
#include "script-runtime/sandbox/sized_thread.h"

namespace forerun {

// Calls function(read); its host must read files with `read`, which the calling thread serves. Rethrows exceptions. With `trust`
// there is no wall, and `read` is empty. [any thread that may wait]
template <typename Function>
auto on_script_thread(bool trust, Function&& function) -> std::invoke_result_t<Function, ReadScript> {
    if (trust) return on_sized_thread([&] { return function(ReadScript()); });
    std::exception_ptr thrown;
    std::optional<std::invoke_result_t<Function, ReadScript>> result;
    ScriptReader reader(1);
    SizedThread thread(
        [&, user = ScriptReader::User(reader)]() mutable {
            ScriptThreadWall::enter();
            result.emplace(function(reader.reading()));
            user.leave();
        },
        [&](const char*) { thrown = std::current_exception(); });
    reader.serve();
    thread.join();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
}

}  // namespace forerun
