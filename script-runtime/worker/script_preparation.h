// Prepares new versions of scripts while voices sound.
//
//   prepare() ──handed over──> step(), step(), … (texts, compiling, warming) ──> the future: what was thrown, or null
//
// A step takes as long as the script's slowest call, time that rendering ahead must cover. So a step is made when all rings
// are at least half full; and occasionally regardless, or a worker that is always busy would never finish.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/script_versions.h"
#include "shared/script_runtime.h"
#include "shared/time/sample_clock.h"

namespace forerun {

class ScriptPreparation {
public:
    // [any thread] One at a time: wake the worker, and wait for the future before the next.
    std::future<std::exception_ptr> prepare(const ScriptReload& reload) {
        auto next = std::make_unique<Job>();
        next->reload = reload;
        auto done = next->done.get_future();
        {
            const std::lock_guard lock(mutex_);
            handed_over_ = std::move(next);
        }
        // Release: pairs with the acquire in has_work().
        something_handed_over_.store(true, std::memory_order_release);
        return done;
    }

    // The rest: [worker]. Whether a step may be made now, where the neediest voice has at least half its depth or not.
    bool may_step(std::int64_t now_nanoseconds, bool all_deep, double depth_nanoseconds) const {
        if (all_deep && static_cast<double>(step_nanoseconds_) < 0.25 * depth_nanoseconds) return true;
        return now_nanoseconds > stepped_nanoseconds_ + std::max(longest_pause_nanoseconds, 10 * step_nanoseconds_);
    }

    bool has_work() {
        if (job_) return true;
        if (!something_handed_over_.load(std::memory_order_acquire)) return false;
        const std::lock_guard lock(mutex_);
        job_ = std::move(handed_over_);
        something_handed_over_.store(false, std::memory_order_relaxed);
        return true;
    }

    // A few milliseconds of what there is to do. Only if has_work().
    void step(LuaHost& host, ScriptVersions& versions) {
        const auto began = monotonic_nanoseconds();
        std::exception_ptr thrown;
        try {
            work(host, versions);
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown || job_->warmings.empty()) {
            job_->done.set_value(std::move(thrown));
            job_.reset();
        }
        stepped_nanoseconds_ = monotonic_nanoseconds();
        step_nanoseconds_ = job_ ? stepped_nanoseconds_ - began : 0;
    }

private:
    static constexpr std::uint32_t pooled_instances = 4;
    static constexpr std::int64_t step_length_nanoseconds = 5'000'000;
    static constexpr std::int64_t longest_pause_nanoseconds = 50'000'000;

    struct Job {
        ScriptReload reload;
        std::promise<std::exception_ptr> done;
        std::deque<LuaHost::Warming> warmings;  // still to be done
        bool begun = false;
    };

    void work(LuaHost& host, ScriptVersions& versions) {
        if (!job_->begun) {
            job_->begun = true;
            load(host, versions);
        } else if (host.warm_step(job_->warmings.front(), step_length_nanoseconds)) {
            job_->warmings.pop_front();
        }
        if (!job_->warmings.empty()) return;
        for (const auto& instrument : job_->reload.instruments)
            for (const auto& version : versions.all(instrument.index))
                if (version.description.version != instrument.description.version) host.retire(version.host_index);
    }
    void load(LuaHost& host, ScriptVersions& versions) {
        for (const auto& text : job_->reload.texts) host.set_text(text.path, text.text);
        for (const auto& instrument : job_->reload.instruments) {
            const auto& version = versions.add(instrument.index, instrument.description);
            LuaHost::Warming warming;
            warming.index = version.host_index;
            warming.pooled = std::min<std::uint32_t>(instrument.description.polyphony, pooled_instances);
            host.load_instrument(version.host_index, instrument.description);
            job_->warmings.push_back(std::move(warming));
        }
    }

    std::unique_ptr<Job> job_;              // under way
    std::int64_t stepped_nanoseconds_ = 0;  // when the newest step was made
    std::int64_t step_nanoseconds_ = 0;     // what that took; 0: nothing is under way
    std::mutex mutex_;
    std::unique_ptr<Job> handed_over_;
    std::atomic<bool> something_handed_over_{false};
};

}  // namespace forerun
