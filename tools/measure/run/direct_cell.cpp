// A cell whose voices are called inside the audio callback, as a script in a plug-in is: mode direct.
#include <cmath>
#include <utility>

#include "rt-engine/forerun.h"
#include "script-runtime/host/direct_voices.h"
#include "script-runtime/sandbox/script_thread_wall.h"
#include "shared/files/script_path.h"
#include "shared/script_runtime.h"
#include "tools/measure/plan/fault.h"
#include "tools/measure/record/provenance.h"
#include "tools/measure/run/cell_setup.h"
#include "tools/options/engine_options.h"
#include "tools/report/run_report.h"

namespace forerun::measure {
namespace {

struct DirectCallback {
    DirectVoices& voices;
    std::uint32_t channels;
    DeadlineWatch watch;
    bool enters_wall;  // in its first call; only a thread of our own, others serve their drivers, too
    static void call(void* user, const float*, float* out, std::int64_t frames) noexcept {
        auto& self = *static_cast<DirectCallback*>(user);
        if (std::exchange(self.enters_wall, false)) ScriptThreadWall::enter();
        const auto began = monotonic_nanoseconds();
        self.voices.render(out, frames, self.channels);
        self.watch.block(began, monotonic_nanoseconds(), frames);
    }
};

// Does the conductor's work for a cell's events: which voices an event is for, and the messages to them.
class DirectEvents {
public:
    DirectEvents(const CellSetup& setup, const Rig& rig, DirectVoices& voices)
        : setup_(setup), rig_(rig), voices_(voices) {}

    void hold_all() {
        for (std::uint32_t n = 0; n < setup_.voices(); ++n)
            while (!voices_.try_send(note(n))) std::this_thread::yield();
    }

    bool send(const Event& event) {
        bool taken = true;
        for (std::uint32_t n = 0; n < setup_.voices(); ++n) {
            const auto held = held_note(n, now_frame);
            const bool of_key = event.kind == EventKind::note_on || event.kind == EventKind::note_off ||
                                event.kind == EventKind::key_pressure;
            if (held.channel != event.channel || (of_key && held.number != event.number)) continue;
            if (event.kind == EventKind::note_off) continue;  // the note that follows takes its place
            taken = voices_.try_send(event.kind == EventKind::note_on ? note(n) : message(event, n)) && taken;
        }
        return taken;
    }

private:
    VoiceMessage note(std::uint32_t n) {
        const auto held = held_note(n, now_frame);
        return direct_note(setup_.configuration, rig_,
                           {.slot = static_cast<std::uint16_t>(n),
                            .key = static_cast<std::uint8_t>(held.number),
                            .velocity = held.value,
                            .serial = ++serial_,
                            .arrival_nanoseconds = monotonic_nanoseconds()});
    }
    VoiceMessage message(const Event& event, std::uint32_t n) const {
        VoiceControlMove move{.value = event.value, .control = VoiceControl::pressure};
        if (event.kind == EventKind::controller) move.control = VoiceControl::timbre;
        if (event.kind == EventKind::pitch_bend)
            move = {.value = static_cast<float>(std::exp2(event.value * rig_.instruments[0].bend_range / 12)),
                    .control = VoiceControl::bend};
        auto m = VoiceMessage::of(move);
        m.slot = static_cast<std::uint16_t>(n);
        m.arrival_nanoseconds = monotonic_nanoseconds();
        return m;
    }

    const CellSetup& setup_;
    const Rig& rig_;
    DirectVoices& voices_;
    std::uint64_t serial_ = 0;
};

}  // namespace

void run_direct_cell(const CellSetup& setup, CellRecord& record) {
    const auto& point = setup.point;
    if (!faults_of(point.text("fault")).empty())
        throw BadInput("mode direct: has no workers to put a fault into; leave fault or direct out of the grid");
    if (!point.text("rig").empty()) throw BadInput("mode direct: plays one voice; leave rig or direct out of the grid");
    auto configuration = setup.configuration;
    configuration.workers = 1;
    configuration.script_path = default_script_path();
    const auto scripts = make_script_runtime(configuration);
    const auto rig = scripts->load_voice(find_script(point.text("voice"), "voices", "voice"));
    const auto voices = make_direct_voices(configuration, rig);
    const auto& figures = voices->figures();
    DirectEvents conductor(setup, rig, *voices);
    conductor.hold_all();
    DirectCallback callback{*voices, setup.device.channels(), DeadlineWatch(configuration.rate_hz),
                            !configuration.trust && setup.device.name() == "clock"};
    setup.device.start(&DirectCallback::call, &callback);
    wait_until(monotonic_nanoseconds() + static_cast<std::int64_t>(1e9 * setup.plan.warmup_seconds));

    Sentinel sentinel(setup.device.scheduling().priority);
    const auto began = monotonic_nanoseconds();
    const auto blocks = setup.device.statistics().blocks;
    const auto quanta = figures.quanta_rendered.load();
    const auto notes_answered = buckets_of(figures.response_nanoseconds, 1e-6);
    const auto cpu = process_cpu_seconds();
    const auto events = setup.events();
    const auto sent = send_events(events, began, [&](const Event& event) { return conductor.send(event); });
    wait_until(began + static_cast<std::int64_t>(1e9 * setup.plan.seconds));
    const double seconds = static_cast<double>(monotonic_nanoseconds() - began) / 1e9;
    const double cpu_seconds = process_cpu_seconds() - cpu;
    const auto frames =
        static_cast<std::int64_t>(setup.device.statistics().blocks - blocks) * configuration.block_frames;
    const auto rendered = (figures.quanta_rendered.load() - quanta) * 64;
    sentinel.stop();
    setup.device.stop();
    sentinel.require_complete();

    record.cell["seconds"] = seconds;
    record.cell["frames"] = frames;
    record.cell["counts"] = {{"frames_rendered", rendered},
                             {"events_planned", events.size()},
                             {"events_sent", sent},
                             {"script_errors", figures.failed_voices.load()}};
    // There is no worker: what renders is the audio thread, and the whole process is little else.
    record.cell["cpu_share"] = cpu_seconds / seconds;
    record.cell["process_cpu_share"] = cpu_seconds / seconds;
    record.cell["rendered_per_played"] =
        static_cast<double>(rendered) / std::max(1.0, static_cast<double>(frames) * setup.voices());
    record.histograms["response_ms"] = since(notes_answered, buckets_of(figures.response_nanoseconds, 1e-6));
    record.histograms["callback_us"] = buckets_of(callback.watch.work_nanoseconds(), 1e-3);
    record.histograms["interval_us"] = buckets_of(callback.watch.interval_nanoseconds(), 1e-3);
    record.histograms["quantum_us"] = buckets_of(figures.quantum_nanoseconds, 1e-3);
    record.histograms["garbage_step_us"] = buckets_of(figures.garbage_nanoseconds, 1e-3);
    std::erase_if(record.histograms, [](const auto& named) { return named.second.empty(); });
    add_missed_deadlines(callback.watch, setup, began, record);
    record.add_pauses(sentinel, began);
    std::vector<std::filesystem::path> files;
    for (const auto& text : scripts->texts()) files.push_back(text.path);
    add_scripts(record.cell["provenance"], files);
}

}  // namespace forerun::measure
