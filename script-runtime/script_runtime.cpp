// The ScriptRuntime that the engine is linked with: workers, a watchdog, and a scratch host for looking at files.
#include "shared/script_runtime.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "script-runtime/lua_host.h"
#include "script-runtime/voice_check.h"
#include "script-runtime/watchdog.h"
#include "script-runtime/worker.h"
#include "shared/bad_input.h"
#include "shared/flush_denormals.h"

namespace forerun {
namespace {

constexpr double alone_gain_db = -9;  // a voice alone: room for a chord at full velocity

class LuaScriptRuntime : public ScriptRuntime {
    // Runs a function on a host of its own, under the watchdog, with the floating-point mode that workers have.
    template <typename Function>
    auto with_host(Function function) const {
        const FlushDenormals flush;
        LuaHostOptions options;
        options.rate_hz = configuration_.rate_hz;
        options.jit = configuration_.jit;
        options.trust = configuration_.trust;
        options.memory_bytes = configuration_.script_memory_bytes;
        options.watchdog_milliseconds = configuration_.watchdog_milliseconds;
        options.script_path = configuration_.script_path;
        options.on_read = [this](const std::filesystem::path& file, const std::string& text) {
            const std::lock_guard lock(texts_mutex_);
            texts_.emplace(file, text);
        };
        LuaHost host(options);
        Watchdog watchdog(configuration_.watchdog_milliseconds);
        const Watchdog::Guard guard(watchdog, host);
        return function(host);
    }

public:
    explicit LuaScriptRuntime(const Configuration& configuration) : configuration_(configuration) {}
    ~LuaScriptRuntime() override { stop(); }

    Rig load_rig(const std::filesystem::path& file) override {
        return with_host([&](LuaHost& host) {
            auto rig = host.evaluate_rig(file);
            try_out(host, rig);
            return rig;
        });
    }

    Rig load_voice(const std::filesystem::path& file) override {
        return with_host([&](LuaHost& host) {
            Rig rig;
            rig.instruments.push_back(host.describe(file));
            rig.name = rig.instruments.front().name;
            rig.instruments.front().polyphony = configuration_.voices;
            rig.master_gain_db = alone_gain_db;
            try_out(host, rig);
            return rig;
        });
    }

    bool is_rig(const std::filesystem::path& file) override {
        return with_host([&](LuaHost& host) { return host.is_rig(file); });
    }

    VoiceCheck check_voice(const InstrumentDescription& instrument) override {
        return with_host([&](LuaHost& host) { return forerun::check_voice(host, instrument); });
    }

    void start(SharedState& state, const Rig& rig, ThreadStarted thread_started) override {
        watchdog_ = std::make_unique<Watchdog>(configuration_.watchdog_milliseconds, [thread_started] {
            if (thread_started) thread_started(Thread::watchdog);
        });
        for (std::uint32_t w = 0; w < configuration_.workers; ++w)
            workers_.push_back(std::make_unique<Worker>(w, state, configuration_, rig));
        for (auto& worker : workers_) worker->start(*watchdog_, thread_started);
        for (auto& worker : workers_) worker->wait_until_warm();
    }

    void wake(std::uint32_t worker) noexcept override { workers_[worker]->wake(); }

    void stop() noexcept override {
        for (auto& worker : workers_) worker->stop();
        workers_.clear();
        watchdog_.reset();
    }

    std::vector<ScriptText> texts() const override {
        const std::lock_guard lock(texts_mutex_);
        std::vector<ScriptText> all;
        for (const auto& [file, text] : texts_) all.push_back({file, text});
        return all;
    }

    std::string description() const override { return LuaHost::description(); }

private:
    // A script that cannot play is refused before anything sounds.
    static void try_out(LuaHost& host, const Rig& rig) {
        for (std::size_t i = 0; i < rig.instruments.size(); ++i) {
            const auto index = static_cast<std::uint16_t>(i);
            host.load_instrument(index, rig.instruments[i]);
            auto* instance = host.take(index);
            StartNote note;
            std::vector<float> parameters;
            for (const auto& p : rig.instruments[i].parameters) parameters.push_back(p.value);
            note.parameters = parameters;
            if (!instance || !host.start(*instance, note) || !host.render(*instance, 0, 0, quantum_frames) ||
                !host.release(*instance))
                throw BadInput(host.error());
            host.give_back(instance);
        }
    }

    const Configuration configuration_;
    mutable std::mutex texts_mutex_;
    mutable std::map<std::filesystem::path, std::string> texts_;
    std::unique_ptr<Watchdog> watchdog_;
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

std::unique_ptr<ScriptRuntime> make_script_runtime(const Configuration& configuration) {
    return std::make_unique<LuaScriptRuntime>(configuration);
}

std::uint32_t worker_count(const Configuration& configuration) {
    if (configuration.workers != 0) return configuration.workers;
    return std::clamp(std::thread::hardware_concurrency(), 2u, max_workers + 1) - 1;
}

}  // namespace forerun
