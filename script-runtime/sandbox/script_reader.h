// Reads scripts for threads that cannot open files (script_thread_wall.h): the thread that started them reads on request.
//
//   ScriptReader reader(1);
//   ... a thread with a ScriptReader::User calls reader.reading()(path) ...
//   reader.serve();                 // until all users have left
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "script-runtime/sandbox/script_file.h"

namespace forerun {

struct ReadRequests;

class ScriptReader {
public:
    // For so many users. Each leaves once, even if its thread failed or could not be started.
    explicit ScriptReader(std::uint32_t users);
    // Pending and later requests are refused.
    ~ScriptReader();
    ScriptReader(const ScriptReader&) = delete;
    ScriptReader& operator=(const ScriptReader&) = delete;

    // Serves requests until no users are left; calls `meanwhile`, if set, at most ten times a second. [owner]
    void serve(const std::function<void()>& meanwhile = {});

    // For LuaHostOptions::read. May outlive the reader, and then refuses. [any thread]
    ReadScript reading() const;

    // A user; leaves on destruction.
    class User {
    public:
        explicit User(const ScriptReader& reader) : requests_(reader.requests_) {}
        User(User&&) = default;
        User& operator=(User&&) = delete;
        ~User() { leave(); }
        void leave() noexcept;

    private:
        std::shared_ptr<ReadRequests> requests_;
    };

private:
    std::shared_ptr<ReadRequests> requests_;
};

}  // namespace forerun
