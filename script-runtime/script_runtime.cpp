// The ScriptRuntime that the engine is linked with: workers, a watchdog, and a scratch host for looking at files.
#include "shared/script_runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/host/voice_check.h"
#include "script-runtime/host/waiting_teller.h"
#include "script-runtime/rig/description_change.h"
#include "script-runtime/sandbox/sandbox.h"
#include "script-runtime/sandbox/script_thread.h"
#include "script-runtime/sandbox/watchdog.h"
#include "script-runtime/worker/worker.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"
#include "shared/files/real_path.h"
#include "shared/rig/rig_limits.h"
#include "shared/threads/flush_denormals.h"

namespace forerun {
namespace {

constexpr double alone_gain_db = -9;  // a voice alone: room for a chord at full velocity

class LuaScriptRuntime : public ScriptRuntime {
    using OnRead = std::function<void(const std::filesystem::path&, const std::string&)>;
    // Runs a function on a host of its own, on a thread of its own behind the wall, under the watchdog, with the floating-point
    // mode that workers have.
    template <typename Function>
    auto with_host(Function function, const OnRead& on_read = {}) const {
        auto options = LuaHostOptions::of(configuration_);
        options.reach_frames = Worker::reach_frames(configuration_);
        options.on_read = [&](const std::filesystem::path& file, const std::string& text) {
            if (on_read) on_read(file, text);
            const std::lock_guard lock(texts_mutex_);
            texts_.emplace(file, text);
        };
        options.on_described = [&](const InstrumentDescription& description) {
            const std::lock_guard lock(texts_mutex_);
            described_.emplace(description.script, description);
        };
        Watchdog watchdog(configuration_.watchdog_milliseconds);  // behind the wall no thread is made
        return on_script_thread(configuration_.trust, [&](const ReadScript& read) {
            const FlushDenormals flush;
            options.read = read;
            LuaHost host(options);
            const Watchdog::Guard guard(watchdog, host);
            return function(host);
        });
    }

public:
    LuaScriptRuntime(const Configuration& configuration, const WorkerSetup& setup)
        : configuration_(configuration), setup_(setup) {}
    ~LuaScriptRuntime() override { stop(); }

    Rig load_rig(const std::filesystem::path& file) override {
        return with_host([&](LuaHost& host) {
            auto rig = host.evaluate_rig(file);
            check_limits(rig, RigLimits::of(configuration_), shown_path(file));
            try_out(host, rig, waiting_);
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
            check_limits(rig, RigLimits::of(configuration_), shown_path(file));
            try_out(host, rig, waiting_);
            return rig;
        });
    }

    void tell_waiting(Waiting waiting) override { waiting_ = std::move(waiting); }

    bool is_rig(const std::filesystem::path& file) override {
        return with_host([&](LuaHost& host) { return host.is_rig(file); });
    }

    VoiceCheck check_voice(const InstrumentDescription& instrument) override {
        return with_host([&](LuaHost& host) { return forerun::check_voice(host, instrument, waiting_); });
    }

    ScriptReload try_reload(const std::filesystem::path& given) override {
        ScriptReload reload;
        std::set<std::filesystem::path> tried;
        for (std::size_t n = 0; n < rig_.instruments.size(); ++n) {
            const auto script = present_script(n);
            // Modules lie beside the scripts that require them.
            const bool is_beside = given.parent_path() == script.parent_path() ||
                                   real_path(given).parent_path() == real_path(script).parent_path();
            const bool is_link = given == rig_.instruments[n].found_at.lexically_normal();
            if (!(is_link || is_beside) || !tried.insert(script).second) continue;
            if (!rig_.instruments[n].found_at.empty()) {
                const std::lock_guard lock(texts_mutex_);
                linked_folders_.insert(script.parent_path());
            }
            std::map<std::filesystem::path, std::string> read;
            const auto is_given = [&](const auto& r) {
                return r.first == given || real_path(r.first) == real_path(given);
            };
            const auto reads_it = [&] { return std::any_of(read.begin(), read.end(), is_given); };
            InstrumentDescription description;
            try {
                description = describe_again(script, read);
            } catch (const BadInput&) {
                if (is_link || given == script || reads_it()) throw;
                continue;  // a neighbour that is broken, or has gone, keeps nothing else from being heard
            }
            if (!is_link && !reads_it()) continue;
            auto& before = described_.at(description.script);
            for (auto& line : description_remarks(before, description, shown_path(script)))
                reload.remarks.push_back(std::move(line));
            before = description;
            for (const auto& [path, text] : read) reload.texts.push_back({path, text});
            for (std::size_t i = 0; i < rig_.instruments.size(); ++i)
                if (present_script(i) == script)
                    reload.instruments.push_back({static_cast<std::uint16_t>(i), next_version(i, description)});
        }
        return reload;
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
        versions_.assign(rig.instruments.size(), 0);
        for (const auto& instrument : rig.instruments)
            if (!instrument.found_at.empty()) linked_folders_.insert(instrument.script.parent_path());
        watchdog_ = std::make_unique<Watchdog>(configuration_.watchdog_milliseconds, [thread_started] {
            if (thread_started) thread_started(Thread::watchdog);
        });
        for (std::uint32_t w = 0; w < configuration_.workers; ++w)
            workers_.push_back(std::make_unique<Worker>(w, state, configuration_, rig_, setup_));
        ScriptReader reader(configuration_.trust ? 0 : configuration_.workers);
        for (auto& worker : workers_)
            worker->start(*watchdog_, thread_started, configuration_.trust ? nullptr : &reader);
        WaitingTeller teller(waiting_);
        const auto tell = [&] {
            const auto warms = [](const auto& worker) { return worker->warming_instrument() >= 0; };
            const auto worker = std::ranges::find_if(workers_, warms);
            if (worker == workers_.end()) return;
            const auto i = static_cast<std::size_t>((*worker)->warming_instrument());
            if (i >= rig_.instruments.size()) return;
            teller.look([&] {
                return fmt::format(
                    "compiling instrument {} of {}, \"{}\" ({}); 2 s of CPU time each at most, 20 s together", i + 1,
                    rig_.instruments.size(), rig_.instruments[i].name, shown_path(rig_.instruments[i].script));
            });
        };
        reader.serve(tell);  // until each has read its scripts
        for (auto& worker : workers_)
            while (!worker->wait_until_warm(WaitingTeller::look_period)) tell();
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

    std::vector<std::filesystem::path> files() const override {
        const std::lock_guard lock(texts_mutex_);
        std::set<std::filesystem::path> all, links;
        auto left = linked_folders_;
        for (const auto& [file, text] : texts_) all.insert(file);
        for (std::size_t n = 0; n < rig_.instruments.size(); ++n) {
            left.erase(present_script(n).parent_path());
            if (rig_.instruments[n].found_at.empty()) continue;
            links.insert(rig_.instruments[n].found_at);
            all.erase(present_script(n));
        }
        std::erase_if(all, [&](const auto& file) { return left.contains(file.parent_path()); });
        all.merge(links);
        return {all.begin(), all.end()};
    }

    bool is_as_read(const std::filesystem::path& file) const override {
        std::string read;
        {
            const std::lock_guard lock(texts_mutex_);
            auto known = texts_.find(file);
            if (known == texts_.end()) known = texts_.find(real_path(file));
            if (known == texts_.end()) return false;
            read = known->second;
        }
        const auto now = try_read_file(file, read.size());
        return now.found == FileText::Found::text && now.text == read;
    }

    std::string description() const override { return LuaHost::description(); }

private:
    // A link of the rig may lead elsewhere by now.
    std::filesystem::path present_script(std::size_t instrument) const {
        const auto& known = rig_.instruments[instrument];
        return known.found_at.empty() ? known.script : real_path(known.found_at);
    }

    // A script that cannot play is refused before anything sounds.
    static void try_out(LuaHost& host, const Rig& rig, const Waiting& waiting) {
        WaitingTeller teller(waiting);
        for (std::size_t i = 0; i < rig.instruments.size(); ++i) {
            teller.look([&] {
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

    // As a newer version has it: played with every event for some seconds of its time. `read` gets its files, but for the
    // library's.
    InstrumentDescription describe_again(const std::filesystem::path& script,
                                         std::map<std::filesystem::path, std::string>& read) const {
        const auto note = [&](const std::filesystem::path& file, const std::string& text) {
            if (file.parent_path() == script.parent_path()) read.emplace(file, text);
        };
        return with_host(
            [&](LuaHost& host) {
                const auto description = host.describe(script);
                check_limits(description, RigLimits::of(configuration_), shown_path(script));
                const auto check = forerun::check_voice(host, description);
                if (check.silenced_frame >= 0)
                    throw BadInput(check.silenced + "; check divisions by 0, filter frequencies and feedback");
                return description;
            },
            note);
    }

    // What the rig says about the instrument stays; what the script says is new.
    InstrumentDescription next_version(std::size_t instrument, const InstrumentDescription& script) {
        const auto& known = rig_.instruments[instrument];
        auto next = known;
        next.version = ++versions_[instrument];
        next.script = script.script;
        next.channels = script.channels;
        next.whole_quanta = script.whole_quanta;
        next.parameters = script.parameters;
        for (auto& parameter : next.parameters)
            for (const auto& before : known.parameters)
                if (before.name == parameter.name && before.set_by_rig)
                    parameter.value = std::clamp(before.value, parameter.minimum, parameter.maximum);
        return next;
    }

    const Configuration configuration_;
    const WorkerSetup setup_;
    Waiting waiting_;
    Rig rig_;
    std::vector<std::uint16_t> versions_;  // newest of each instrument
    mutable std::mutex texts_mutex_;
    mutable std::map<std::filesystem::path, std::string> texts_;
    std::set<std::filesystem::path> linked_folders_;  // that links of the rig have led into; with texts_
    mutable std::map<std::filesystem::path, InstrumentDescription> described_;  // as the newest version has it
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
