// The engine behind forerun.h: puts SharedState, script runtime, conductor and mixer together.
#include <fmt/chrono.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "rt-engine/conductor/conductor.h"
#include "rt-engine/conductor/graph.h"
#include "rt-engine/conductor/rig_change.h"
#include "rt-engine/forerun.h"
#include "rt-engine/mixer/mixer.h"
#include "rt-engine/mixer/stem_ring.h"
#include "rt-engine/notifications.h"
#include "rt-engine/session/logged_conducting.h"
#include "rt-engine/session/session_log.h"
#include "rt-engine/threads/realtime_thread.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"
#include "shared/files/real_path.h"
#include "shared/files/script_path.h"
#include "shared/script_runtime.h"
#include "shared/threads/guarded_thread.h"
#include "shared/time/musical_time.h"
#include "shared/time/quantum.h"
#include "shared/version.h"

namespace forerun {
namespace {

constexpr auto conductor_period = std::chrono::microseconds(500);
constexpr auto longest_ring_wait = std::chrono::seconds(20);  // no script call lasts longer than the watchdog's limit
constexpr std::uint32_t most_input_channels = 64;
constexpr std::size_t most_rig_bytes = std::size_t{4} << 20;  // of its file; no script is longer

Configuration completed(Configuration c) {
    if (c.input_channels > most_input_channels)
        throw BadInput(
            fmt::format("input channels: {} is not between 0 and {}", c.input_channels, most_input_channels));
    c.workers = worker_count(c);
    c.depth_frames = std::max(c.depth_frames, least_depth_frames(c.block_frames));
    if (c.script_path.empty()) c.script_path = default_script_path();
    if (c.library.empty()) c.library = own_library();
    if (c.event_delay_frames < 0) c.event_delay_frames = c.block_frames + 2 * quantum_frames;
    return c;
}

void raise_script_thread(ScriptRuntime::Thread thread) {
    raise_to_realtime(thread == ScriptRuntime::Thread::watchdog ? conductor_thread_priority : worker_thread_priority);
}

}  // namespace

struct Engine::Impl {
    Impl(Configuration c, WorkerProbes* probes)
        : configuration(completed(std::move(c))),
          state(configuration),
          inbox(std::make_shared<Inbox>(state.header().conductor.events_refused)),
          notifications(std::make_shared<NotificationRing>(state.header().conductor.notifications_lost)),
          own_reader(notifications),
          scripts(make_script_runtime(configuration, {.replay_reach_frames = {}, .probes = probes})) {
        lock_memory(state.memory());
    }

    void conduct() {
        raise_to_realtime(conductor_thread_priority);
        while (!stopping.load(std::memory_order_acquire)) {
            // Out of memory in one turn need not be in the next: what sounds sounds on, and the failure is told.
            run_guarded([this] { conductor->advance(state.clock().frame()); },
                        [this](const char* why) { tell_failure(why); });
            std::this_thread::sleep_for(conductor_period);
        }
    }

    void tell_failure(const char* why) noexcept {
        run_guarded(
            [&] {
                Notification notification;
                notification.kind = NotificationKind::error;
                const auto text = fmt::format("events could not be handed out ({}); notes may be missing", why);
                text.copy(notification.text, sizeof notification.text - 1);
                notifications->push(notification);
            },
            [](const char*) {});
    }

    // Sleeps until `done`, or throws: what is waited for depends on workers, whose every script call is bounded.
    template <typename Condition>
    void wait_for(Condition done, const char* what) {
        if (done()) return;
        conductor->wake_all();
        const auto give_up = std::chrono::steady_clock::now() + longest_ring_wait;
        do {
            if (std::chrono::steady_clock::now() > give_up)
                throw std::runtime_error(std::string("gave up waiting for ") + what);
            std::this_thread::sleep_for(ring_wait);
        } while (!done());
    }

    // ---- Reloads; under reload_mutex

    void send(Event event) {
        if (!reloads) reloads.emplace(Producer(std::make_unique<Producer::Impl>(inbox)));
        while (!reloads->try_send(event)) std::this_thread::yield();
    }
    // Nobody takes that over while it plays.
    bool is_of_library(const std::filesystem::path& file) const {
        return real_path(file).parent_path() == real_path(configuration.library);
    }
    // Not a voice: the rig itself, or what only rigs read.
    bool is_of_rig(const std::filesystem::path& file) const {
        const auto real = real_path(file);
        if (file.extension() != ".lua" || real == real_path(source.file)) return true;
        if (is_of_library(file)) return false;
        // A voice, or a module beside one. Either may be a link, which may lead elsewhere by now.
        const auto same = [&](const InstrumentDescription& i) {
            if (i.found_at.lexically_normal() == file) return true;
            const auto folder = real_path(i.found_at.empty() ? i.script : i.found_at).parent_path();
            return folder == real.parent_path() || folder == real_path(file.parent_path());
        };
        return std::ranges::none_of(rig.instruments, same);
    }
    std::size_t reload_rig(const std::filesystem::path& file) {
        auto change = changed_rig(*newest(), scripts->load_rig(source.file), source.file.filename());
        reload_remarks = std::move(change.remarks);
        ScriptReload texts;  // for who reads the log: what came of it stands there as events and commands
        texts.texts.push_back({file, try_read_file(file, most_rig_bytes).text});
        if (log) log->add(texts);
        use(std::move(change.rig), RigChangeOf::file);
        return rig.instruments.size();
    }
    // From now on. What was moved is told.
    void use(Rig next, RigChangeOf what) {
        const auto before = newest();
        for (std::uint16_t i = 0; i < next.instruments.size(); ++i)
            for (std::uint16_t p = 0; p < next.instruments[i].parameters.size(); ++p) {
                const auto& parameter = next.instruments[i].parameters[p];
                const auto& entry = state.parameter(state.node(i).first_parameter + p);
                if (parameter.value == before->instruments[i].parameters[p].value || entry.moved.load() == 0) continue;
                reload_remarks.push_back(fmt::format("{}: \"{}\" was moved and stays at {:g}", next.instruments[i].name,
                                                     parameter.name, entry.value.load()));
            }
        const auto offered = std::make_shared<const Rig>(std::move(next));
        conductor->offer(offered);
        {
            const std::lock_guard lock(newest_rig_mutex);
            newest_rig = offered;
        }
        send({.kind = EventKind::change_rig, .number = static_cast<std::uint16_t>(what)});
    }

    std::shared_ptr<const Rig> newest() {
        const std::lock_guard lock(newest_rig_mutex);
        if (!newest_rig) newest_rig = std::make_shared<const Rig>(rig);
        return newest_rig;
    }

    // Before the start: the rig that was loaded is another one now.
    void forget_newest() {
        const std::lock_guard lock(newest_rig_mutex);
        newest_rig.reset();
    }

    const Configuration configuration;
    // Workers that have a whole depth before them need no hurry from us, and every look costs them a context switch.
    const std::chrono::microseconds ring_wait{configuration.depth_frames >= 4096 ? 300 : 30};
    SharedState state;
    std::shared_ptr<Inbox> inbox;
    std::shared_ptr<NotificationRing> notifications;
    NotificationReader own_reader;  // of next_notification
    std::unique_ptr<ScriptRuntime> scripts;
    Rig rig;
    struct Source {
        std::filesystem::path file;
        bool is_rig = false;
    };
    Source source;  // of the rig, when it came from a file
    std::unique_ptr<SessionLog> log;
    std::shared_ptr<StemRing> stems;              // or none
    std::unique_ptr<LiveEventQueue> live_events;  // or none
    std::mutex reload_mutex;                      // of the reloads' producer and remarks
    std::optional<Producer> reloads;
    std::mutex newest_rig_mutex;
    std::shared_ptr<const Rig> newest_rig;  // null: the one that was loaded
    std::vector<std::string> reload_remarks;
    bool loaded = false;
    bool started = false;
    std::unique_ptr<Conductor> conductor;
    std::unique_ptr<Mixer> mixer;
    std::atomic<bool> stopping{false};
    GuardedThread conductor_thread;
};

Engine::Engine(Configuration configuration) : Engine(std::move(configuration), nullptr) {}
Engine::Engine(Configuration configuration, WorkerProbes* probes)
    : impl_(std::make_unique<Impl>(std::move(configuration), probes)) {}
Engine::~Engine() { stop(); }

void Engine::load_rig(const std::filesystem::path& file) {
    load(impl_->scripts->load_rig(file));
    impl_->source = {file, true};
}
void Engine::load_voice(const std::filesystem::path& file) {
    load(impl_->scripts->load_voice(file));
    impl_->source = {file, false};
}
bool Engine::is_rig(const std::filesystem::path& file) { return impl_->scripts->is_rig(file); }

void Engine::load(const Rig& rig) {
    if (impl_->started) throw std::logic_error("Engine::load after start");
    describe_graph(impl_->state, rig);
    impl_->rig = rig;
    impl_->forget_newest();
    impl_->source = {};
    impl_->loaded = true;
}

void Engine::add_to_rig(const std::vector<ControllerMapping>& learned, const std::vector<Preset>& presets) {
    auto& e = *impl_;
    if (e.started || !e.loaded) throw std::logic_error("Engine::add_to_rig: after load, before start");
    ControllerMap map(e.rig);
    for (const auto& mapping : learned) map.learn(mapping);
    e.rig.mappings = map.mappings();
    e.rig.presets.insert(e.rig.presets.end(), presets.begin(), presets.end());
    e.forget_newest();
}

void Engine::log_session(const std::filesystem::path& file) {
    auto& e = *impl_;
    if (e.started || e.configuration.offline || e.source.file.empty())
        throw std::logic_error("Engine::log_session: load a file first, and do not start yet; live engines only");
    SessionHeader header;
    header.version = FORERUN_VERSION;
    header.began_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    // Without links: a replay puts the texts into folders of its own, where a voice must lie where its rig looks for it.
    header.source = real_path(e.source.file);
    header.source_is_rig = e.source.is_rig;
    header.configuration = e.configuration;
    for (auto& folder : header.configuration.script_path) folder = real_path(folder);
    header.configuration.library = real_path(header.configuration.library);
    header.machine = machine_identity(e.scripts->description());
    auto texts = e.scripts->texts();
    for (auto& text : texts) text.path = real_path(text.path);
    e.log = std::make_unique<SessionLog>(file, header, texts);
    e.state.header().logs_decisions = 1;
}

void Engine::send_stems_to(std::shared_ptr<StemRing> stems) {
    auto& e = *impl_;
    if (e.started || !e.loaded || stems->instruments() != e.rig.instruments.size())
        throw std::logic_error("Engine::send_stems_to: after load, before start, for as many instruments as there are");
    e.stems = std::move(stems);
}

void Engine::keep_live_events() {
    auto& e = *impl_;
    if (e.started || e.configuration.offline)
        throw std::logic_error("Engine::keep_live_events: before start; live engines only");
    e.live_events = std::make_unique<LiveEventQueue>();
}

bool Engine::next_live_event(Event& event) { return impl_->live_events && impl_->live_events->try_dequeue(event); }

std::size_t Engine::reload(const std::filesystem::path& file) {
    auto& e = *impl_;
    if (!e.started || e.configuration.offline) throw std::logic_error("Engine::reload: of live engines, after start");
    const std::lock_guard one_at_a_time(e.reload_mutex);
    const auto path = absolute_path(file);
    if (e.source.is_rig && e.is_of_rig(path)) return e.reload_rig(path);
    const auto reload = e.scripts->try_reload(path);
    // A rig of a set may lie beside a voice.
    if (reload.instruments.empty())
        return !e.rig.set.empty() && !e.is_of_library(path) && e.scripts->is_rig(path) ? e.reload_rig(path) : 0;
    e.scripts->prepare(reload);
    if (e.log) e.log->add(reload);
    e.reload_remarks = reload.remarks;
    auto rig = *e.newest();
    for (const auto& instrument : reload.instruments)
        for (auto& parameter : rig.instruments[instrument.index].parameters)
            if (const auto place = place_of(instrument.description.parameters, parameter.name)) {
                const auto& next = instrument.description.parameters[*place];
                const bool is_other = parameter.default_value != next.default_value;
                parameter.default_value = next.default_value;
                if (!parameter.set_by_rig)
                    parameter.value = next.default_value;
                else if (is_other)
                    e.reload_remarks.push_back(fmt::format("{}: the rig sets \"{}\"; its new default is not heard",
                                                           rig.instruments[instrument.index].name, parameter.name));
            }
    // Also when nothing is new to us: a version before may have failed, and its values with it.
    e.use(std::move(rig), RigChangeOf::script);
    for (const auto& instrument : reload.instruments)
        e.send({.kind = EventKind::reload,
                .number = instrument.index,
                .value = static_cast<float>(instrument.description.version)});
    return reload.instruments.size();
}

std::vector<std::string> Engine::take_reload_remarks() {
    const std::lock_guard lock(impl_->reload_mutex);
    return std::exchange(impl_->reload_remarks, {});
}

void Engine::tell_waiting(std::function<void(const std::string&)> waiting) {
    impl_->scripts->tell_waiting(std::move(waiting));
}

std::vector<std::filesystem::path> Engine::script_files() const { return impl_->scripts->files(); }

bool Engine::is_as_read(const std::filesystem::path& file) const { return impl_->scripts->is_as_read(file); }

std::string Engine::log_failure() { return impl_->log ? impl_->log->take_failure() : std::string(); }

void Engine::start() {
    auto& e = *impl_;
    if (e.started) return;
    if (!e.loaded) throw std::logic_error("Engine::start before a rig was loaded");
    require_outputs(e.rig, e.configuration.channels);
    e.scripts->start(e.state, e.rig, e.configuration.offline ? nullptr : raise_script_thread);
    e.mixer = std::make_unique<Mixer>(e.state, e.configuration, e.rig);
    if (e.stems) e.mixer->send_stems_to(*e.stems);
    const auto wake = [&e](std::uint32_t worker) { e.scripts->wake(worker); };
    auto outputs =
        e.log ? std::make_unique<LoggedOutputs>(e.state, wake, *e.log) : std::make_unique<Outputs>(e.state, wake);
    auto reports = e.log ? std::make_unique<LoggedReports>(e.state, *e.log) : std::make_unique<Reports>(e.state);
    e.conductor = std::make_unique<Conductor>(e.state, e.configuration, e.rig, *e.inbox, *e.notifications,
                                              std::move(outputs), std::move(reports), e.live_events.get());
    e.scripts->tell_waiting({});
    e.state.header().active.store(1, std::memory_order_release);
    e.started = true;
    if (!e.configuration.offline)
        e.conductor_thread = GuardedThread([&e] { e.conduct(); }, [&e](const char* why) { e.tell_failure(why); });
}

bool Engine::is_started() const noexcept { return impl_->started; }

void Engine::stop() noexcept {
    auto& e = *impl_;
    e.stopping.store(true, std::memory_order_release);
    if (e.conductor_thread.joinable()) {
        e.conductor_thread.join();
        e.mixer->end_underruns();
        e.conductor->end(e.state.clock().frame());
    }
    if (e.log) e.log->finish();
    e.scripts->stop();
    e.state.header().active.store(0, std::memory_order_release);
}

Producer Engine::make_producer() { return Producer(std::make_unique<Producer::Impl>(impl_->inbox)); }

void Engine::process(const float* in, float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
    static_cast<void>(in);
    impl_->mixer->process(out, frames);
}

void Engine::render(float* out, std::int64_t frames) {
    auto& e = *impl_;
    const auto channels = e.state.header().channels;
    for (std::int64_t done = 0; done < frames;) {
        const auto clock = e.mixer->frame();
        e.conductor->advance(clock);
        // Only whole quanta before the horizon can be rendered: what lies in the last one is not waited for.
        const auto until = std::min(clock + std::min(frames - done, e.configuration.max_block_frames),
                                    e.conductor->horizon() - quantum_frames + 1);
        if (until <= clock) {
            if (!e.conductor->waits_for_slot() && e.conductor->horizon() - quantum_frames + 1 <= clock)
                throw std::logic_error(
                    "Engine::render: a producer has promised too little; promise a block and a quantum ahead");
            // Voices that the mixer is through with are about to be released by their workers.
            e.wait_for(
                [&] {
                    e.conductor->advance(clock);
                    return e.conductor->horizon() - quantum_frames >= clock;
                },
                "a free slot");
            continue;
        }
        e.wait_for([&] { return e.mixer->ready_until(until); }, "rings");
        e.mixer->process(out + done * channels, until - clock);
        done += until - clock;
    }
}

bool Engine::next_notification(Notification& notification) { return impl_->own_reader.next(notification); }

NotificationReader::NotificationReader(const Engine& engine, From from)
    : NotificationReader(engine.impl_->notifications, from) {}

float Engine::peak_level() const noexcept {
    const auto& meter = impl_->state.meter(impl_->state.header().buses);
    float peak = 0;
    for (const auto& channel : meter.peak) peak = std::max(peak, channel.load(std::memory_order_relaxed));
    return peak;
}

std::uint64_t Engine::voices_sounding() const noexcept {
    return impl_->conductor ? impl_->conductor->view().used_slots() : 0;
}

bool Engine::idle() const noexcept {
    return !impl_->conductor ||
           (impl_->conductor->view().used_slots() == 0 && impl_->conductor->view().pending_events() == 0);
}

ControllerMove Engine::last_move() const noexcept {
    return impl_->conductor ? impl_->conductor->view().last_move() : ControllerMove();
}
double Engine::tempo() const noexcept { return impl_->conductor ? impl_->conductor->tempo() : MusicalTime().tempo; }
std::uint16_t Engine::used_rig() const noexcept { return impl_->conductor ? impl_->conductor->view().used_rig() : 0; }

const SharedState& Engine::state() const noexcept { return impl_->state; }
const Configuration& Engine::configuration() const noexcept { return impl_->configuration; }
const Rig& Engine::rig() const noexcept { return impl_->rig; }
std::shared_ptr<const Rig> Engine::newest_rig() const { return impl_->newest(); }
std::string Engine::script_runtime_description() const { return impl_->scripts->description(); }

Engine::SlotView Engine::slot(std::uint32_t index) const noexcept {
    if (!impl_->conductor) return {};
    const auto& word = impl_->conductor->view().slot(index);
    const auto serial = word.serial.load(std::memory_order_acquire);
    const auto note = word.note.load(std::memory_order_relaxed);
    return {serial, static_cast<std::uint16_t>(note >> 16), static_cast<std::uint8_t>(note >> 8 & 0x7f),
            static_cast<std::uint8_t>(note & 0xff), (note >> 15 & 1) != 0};
}

}  // namespace forerun
