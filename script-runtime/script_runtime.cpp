// The ScriptRuntime that the engine is linked with: starts and stops the workers and their watchdog, loads rigs and voices.
#include "shared/script_runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <thread>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/host/voice_check.h"
#include "script-runtime/host/waiting_report.h"
#include "script-runtime/sandbox/sandbox.h"
#include "script-runtime/sandbox/script_reader.h"
#include "script-runtime/sandbox/watchdog.h"
#include "script-runtime/scratch_host.h"
#include "script-runtime/script_files.h"
#include "script-runtime/script_reloads.h"
#include "script-runtime/worker/worker.h"
#include "shared/bad_input.h"
#include "shared/rig/rig_limits.h"

namespace forerun {
namespace {

constexpr double single_voice_gain_db = -9;  // headroom for a chord at full velocity

class LuaScriptRuntime : public ScriptRuntime {
public:
    LuaScriptRuntime(const Configuration& configuration, const WorkerSetup& setup)
        : configuration_(configuration), setup_(setup) {}
    ~LuaScriptRuntime() override { stop(); }

    Rig load_rig(const std::filesystem::path& file) override {
        return with_scratch_host(configuration_, files_, [&](LuaHost& host) {
            auto rig = host.evaluate_rig(file);
            check_limits(rig, RigLimits::of(configuration_), shown_path(file));
            test_instruments(host, rig, waiting_);
            return rig;
        });
    }

    Rig load_voice(const std::filesystem::path& file) override {
        return with_scratch_host(configuration_, files_, [&](LuaHost& host) {
            Rig rig;
            rig.instruments.push_back(host.describe(file));
            rig.name = rig.instruments.front().name;
            rig.instruments.front().polyphony = configuration_.voices;
            rig.master_gain_db = single_voice_gain_db;
            check_limits(rig, RigLimits::of(configuration_), shown_path(file));
            test_instruments(host, rig, waiting_);
            return rig;
        });
    }

    void report_waiting(Waiting waiting) override { waiting_ = std::move(waiting); }

    bool is_rig(const std::filesystem::path& file) override {
        return with_scratch_host(configuration_, files_, [&](LuaHost& host) { return host.is_rig(file); });
    }

    VoiceCheck check_voice(const InstrumentDescription& instrument) override {
        return with_scratch_host(configuration_, files_,
                                 [&](LuaHost& host) { return forerun::check_voice(host, instrument, waiting_); });
    }

    ScriptReload try_reload(const std::filesystem::path& file) override {
        return reloads_ ? reloads_->try_reload(file) : ScriptReload();
    }

    void prepare(const ScriptReload& reload) override {
        std::vector<std::future<std::exception_ptr>> all;
        for (auto& worker : workers_) all.push_back(worker->prepare(reload));
        std::string failure;
        for (auto& one : all) {
            try {
                if (const auto thrown = one.get()) std::rethrow_exception(thrown);
            } catch (const std::exception& error) {
                failure = error.what();
            }
        }
        if (!failure.empty()) throw BadInput(failure);
    }

    void start(SharedState& state, const Rig& rig, ThreadStarted thread_started) override {
        rig_ = rig;
        reloads_.emplace(configuration_, rig_, files_);
        for (const auto& instrument : rig_.instruments)
            if (!instrument.found_at.empty()) files_.add_linked_folder(instrument.script.parent_path());
        watchdog_ = std::make_unique<Watchdog>(configuration_.watchdog_milliseconds, [thread_started] {
            if (thread_started) thread_started(Thread::watchdog);
        });
        for (std::uint32_t w = 0; w < configuration_.workers; ++w)
            workers_.push_back(std::make_unique<Worker>(w, state, configuration_, rig_, setup_));
        ScriptReader reader(configuration_.trust ? 0 : configuration_.workers);
        for (auto& worker : workers_)
            worker->start(*watchdog_, thread_started, configuration_.trust ? nullptr : &reader);
        WaitingReport report(waiting_);
        const auto update_report = [&] {
            const auto warms = [](const auto& worker) { return worker->warming_instrument() >= 0; };
            const auto worker = std::ranges::find_if(workers_, warms);
            if (worker == workers_.end()) return;
            const auto i = static_cast<std::size_t>((*worker)->warming_instrument());
            if (i >= rig_.instruments.size()) return;
            report.update([&] {
                return fmt::format(
                    "compiling instrument {} of {}, \"{}\" ({}); 2 s of CPU time each at most, 20 s together", i + 1,
                    rig_.instruments.size(), rig_.instruments[i].name, shown_path(rig_.instruments[i].script));
            });
        };
        reader.serve(update_report);  // until every worker has read its scripts
        for (auto& worker : workers_)
            while (!worker->wait_until_warm(WaitingReport::update_period)) update_report();
    }

    void wake(std::uint32_t worker) noexcept override { workers_[worker]->wake(); }

    void stop() noexcept override {
        for (auto& worker : workers_) worker->stop();
        workers_.clear();
        watchdog_.reset();
    }

    std::vector<ScriptText> texts() const override { return files_.texts(); }
    std::vector<std::filesystem::path> files() const override { return files_.watched(rig_); }
    bool is_as_read(const std::filesystem::path& file) const override { return files_.is_as_read(file); }

    std::string description() const override { return LuaHost::description(); }

private:
    // Plays a quantum of every instrument, so that broken scripts are refused at start.
    static void test_instruments(LuaHost& host, const Rig& rig, const Waiting& waiting) {
        WaitingReport report(waiting);
        for (std::size_t i = 0; i < rig.instruments.size(); ++i) {
            report.update([&] {
                return fmt::format("trying instrument {} of {}, \"{}\" ({})", i + 1, rig.instruments.size(),
                                   rig.instruments[i].name, shown_path(rig.instruments[i].script));
            });
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
    const WorkerSetup setup_;
    Waiting waiting_;
    Rig rig_;
    ScriptFiles files_;
    std::optional<ScriptReloads> reloads_;  // from start() on
    std::unique_ptr<Watchdog> watchdog_;
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

std::unique_ptr<ScriptRuntime> make_script_runtime(const Configuration& configuration, const WorkerSetup& setup) {
    return std::make_unique<LuaScriptRuntime>(configuration, setup);
}

std::uint32_t worker_count(const Configuration& configuration) {
    if (configuration.workers != 0) return configuration.workers;
    return std::clamp(std::thread::hardware_concurrency(), 2u, max_workers + 1) - 1;
}

}  // namespace forerun
