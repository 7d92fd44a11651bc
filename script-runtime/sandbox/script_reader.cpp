#include "script-runtime/sandbox/script_reader.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "shared/threads/guarded_thread.h"

namespace forerun {
namespace fs = std::filesystem;

// Shared by the owner and the threads that ask.
struct ReadRequests {
    struct Request {
        fs::path file;
        std::optional<ScriptFile> answer;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Request*> waiting;  // each lives on the stack of the thread that asks
    std::uint32_t users = 0;
    bool closed = false;

    ScriptFile read(const fs::path& file) {
        Request request{file, {}};
        std::unique_lock lock(mutex);
        if (closed) return {{}, "cannot be read any more while it plays"};
        // Answered, and so taken off, before this returns.
        // cppcheck-suppress danglingLifetime
        waiting.push_back(&request);
        changed.notify_all();
        changed.wait(lock, [&] { return request.answer.has_value(); });
        return std::move(*request.answer);
    }
    void close() {
        const std::lock_guard lock(mutex);
        closed = true;
        for (auto* request : waiting) request->answer = ScriptFile{{}, "cannot be read any more"};
        waiting.clear();
        changed.notify_all();
    }
};

ScriptReader::ScriptReader(std::uint32_t users) : requests_(std::make_shared<ReadRequests>()) {
    requests_->users = users;
}
ScriptReader::~ScriptReader() { requests_->close(); }

void ScriptReader::serve(const std::function<void()>& meanwhile) {
    constexpr auto period = std::chrono::milliseconds(100);
    std::unique_lock lock(requests_->mutex);
    while (true) {
        const auto due = [this] { return !requests_->waiting.empty() || requests_->users == 0; };
        if (!requests_->changed.wait_for(lock, period, due)) {
            lock.unlock();
            if (meanwhile) meanwhile();
            lock.lock();
            continue;
        }
        if (requests_->waiting.empty()) return;
        auto* const request = requests_->waiting.front();
        const auto path = request->file;
        lock.unlock();
        ScriptFile file;
        run_guarded([&] { file = read_script_file(path); },
                    [&](const char* why) { file.error = std::string("cannot be read (") + why + ")"; });
        lock.lock();
        // Only this thread takes requests away while it serves.
        requests_->waiting.pop_front();
        request->answer = std::move(file);
        requests_->changed.notify_all();
    }
}

ReadScript ScriptReader::reading() const {
    return [requests = requests_](const fs::path& file) { return requests->read(file); };
}

void ScriptReader::User::leave() noexcept {
    if (!requests_) return;
    {
        const std::lock_guard lock(requests_->mutex);
        --requests_->users;
    }
    requests_->changed.notify_all();
    requests_.reset();
}

}  // namespace forerun
