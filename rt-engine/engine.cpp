// The engine behind forerun.h: puts SharedState, script runtime, conductor and mixer together, and starts and ends them.
#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include "rt-engine/completed_configuration.h"
#include "rt-engine/conductor/graph.h"
#include "rt-engine/engine_impl.h"
#include "rt-engine/mixer/stem_ring.h"
#include "rt-engine/offline_rendering.h"
#include "rt-engine/session/logged_conducting.h"
#include "rt-engine/session_beginning.h"
#include "rt-engine/threads/realtime_thread.h"

namespace forerun {
namespace {

void raise_script_thread(ScriptRuntime::Thread thread) {
    raise_to_realtime(thread == ScriptRuntime::Thread::watchdog ? conductor_thread_priority : worker_thread_priority);
}

}  // namespace

Engine::Impl::Impl(Configuration c, WorkerProbes* probes)
    : configuration(completed(std::move(c))),
      state(configuration),
      inbox(std::make_shared<Inbox>(state.header().conductor.events_refused)),
      notifications(std::make_shared<NotificationRing>(state.header().conductor.notifications_lost)),
      own_reader(notifications),
      scripts(make_script_runtime(configuration, {.replay_reach_frames = {}, .probes = probes})),
      reloads(configuration, state, *scripts, rig, [this] { return make_producer(); }),
      conductor_thread(state.clock(), *notifications) {
    lock_memory(state.memory());
}

void Engine::Impl::load(const Rig& loaded, RigSource source) {
    if (started) throw std::logic_error("Engine::load after start");
    describe_graph(state, loaded);
    rig.load(loaded, std::move(source));
}

Engine::Engine(Configuration configuration) : Engine(std::move(configuration), nullptr) {}
Engine::Engine(Configuration configuration, WorkerProbes* probes)
    : impl_(std::make_unique<Impl>(std::move(configuration), probes)) {}
Engine::~Engine() { stop(); }

void Engine::load_rig(const std::filesystem::path& file) { impl_->load(impl_->scripts->load_rig(file), {file, true}); }
void Engine::load_voice(const std::filesystem::path& file) {
    impl_->load(impl_->scripts->load_voice(file), {file, false});
}
void Engine::load(const Rig& rig) { impl_->load(rig, {}); }
bool Engine::is_rig(const std::filesystem::path& file) { return impl_->scripts->is_rig(file); }

void Engine::add_to_rig(const std::vector<ControllerMapping>& learned, const std::vector<Preset>& presets) {
    auto& e = *impl_;
    if (e.started || !e.rig.is_loaded()) throw std::logic_error("Engine::add_to_rig: after load, before start");
    e.rig.add(learned, presets);
}

void Engine::log_session(const std::filesystem::path& file) {
    auto& e = *impl_;
    if (e.started || e.configuration.offline || e.rig.source().file.empty())
        throw std::logic_error("Engine::log_session: load a file first, and do not start yet; live engines only");
    e.log = begin_log(file, e.configuration, e.rig.source(), *e.scripts);
    e.state.header().logs_decisions = 1;
}

void Engine::send_stems_to(std::shared_ptr<StemRing> stems) {
    auto& e = *impl_;
    if (e.started || !e.rig.is_loaded() || stems->instruments() != e.rig.rig().instruments.size())
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
    return e.reloads.reload(file, *e.conductor, e.log.get());
}

std::vector<std::string> Engine::take_reload_remarks() { return impl_->reloads.take_remarks(); }

void Engine::report_waiting(std::function<void(const std::string&)> waiting) {
    impl_->scripts->report_waiting(std::move(waiting));
}

std::vector<std::filesystem::path> Engine::script_files() const { return impl_->scripts->files(); }

bool Engine::is_as_read(const std::filesystem::path& file) const { return impl_->scripts->is_as_read(file); }

std::string Engine::log_failure() { return impl_->log ? impl_->log->take_failure() : std::string(); }

void Engine::start() {
    auto& e = *impl_;
    if (e.started) return;
    if (!e.rig.is_loaded()) throw std::logic_error("Engine::start before a rig was loaded");
    require_outputs(e.rig.rig(), e.configuration.channels);
    e.scripts->start(e.state, e.rig.rig(), e.configuration.offline ? nullptr : raise_script_thread);
    e.mixer = std::make_unique<Mixer>(e.state, e.configuration, e.rig.rig());
    if (e.stems) e.mixer->send_stems_to(*e.stems);
    const auto wake = [&e](std::uint32_t worker) { e.scripts->wake(worker); };
    auto outputs =
        e.log ? std::make_unique<LoggedOutputs>(e.state, wake, *e.log) : std::make_unique<Outputs>(e.state, wake);
    auto reports = e.log ? std::make_unique<LoggedReports>(e.state, *e.log) : std::make_unique<Reports>(e.state);
    e.conductor = std::make_unique<Conductor>(e.state, e.configuration, e.rig.rig(), *e.inbox, *e.notifications,
                                              std::move(outputs), std::move(reports), e.live_events.get());
    e.scripts->report_waiting({});
    e.state.header().active.store(1, std::memory_order_release);
    e.started = true;
    if (!e.configuration.offline) e.conductor_thread.start(*e.conductor);
}

bool Engine::is_started() const noexcept { return impl_->started; }

void Engine::stop() noexcept {
    auto& e = *impl_;
    if (e.conductor_thread.stop()) {
        e.mixer->end_underruns();
        e.conductor->end(e.state.clock().frame());
    }
    if (e.log) e.log->finish();
    e.scripts->stop();
    e.state.header().active.store(0, std::memory_order_release);
}

Producer Engine::make_producer() { return impl_->make_producer(); }

void Engine::process(const float* in, float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
    static_cast<void>(in);
    impl_->mixer->process(out, frames);
}

void Engine::render(float* out, std::int64_t frames) {
    auto& e = *impl_;
    OfflineRendering(e.configuration, e.state, *e.conductor, *e.mixer).render(out, frames);
}

}  // namespace forerun
