// Reads scripts for threads that cannot open files (script_thread_wall.h): they ask, the thread that started them reads.
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

struct ReadingDesk;

class ScriptReader {
public:
    // For so many users. Each leaves once, also when its thread could not be started or failed.
    explicit ScriptReader(std::uint32_t users);
    // Whoever still asks is answered "not now".
    ~ScriptReader();
    ScriptReader(const ScriptReader&) = delete;
    ScriptReader& operator=(const ScriptReader&) = delete;

    // Answers until no users are left; calls `meanwhile`, if there is one, ten times a second or more seldom. [owner]
    void serve(const std::function<void()>& meanwhile = {});

    // What a host reads with; may outlive the reader, and then reads nothing. [any thread]
    ReadScript reading() const;

    // One user; leaves when it is destroyed.
    class User {
    public:
        explicit User(const ScriptReader& reader) : desk_(reader.desk_) {}
        User(User&&) = default;
        User& operator=(User&&) = delete;
        ~User() { leave(); }
        void leave() noexcept;

    private:
        std::shared_ptr<ReadingDesk> desk_;
    };

private:
    std::shared_ptr<ReadingDesk> desk_;
};

}  // namespace forerun
