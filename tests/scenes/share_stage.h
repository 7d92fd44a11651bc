// An engine's share on a worker without its thread: the test steps it, and plays conductor and mixer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "script-runtime/worker/engine_share.h"
#include "shared/threads/flush_denormals.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

namespace forerun {

// Each sample is its own number, and `more`.
inline std::string counting_script(const std::string& more = "") {
    return ScriptFolder::voice("self.n = self.n + 1 return self.n / 65536" + more, "self.n = 0");
}
inline float count_at(std::int64_t frame) { return static_cast<float>(frame + 1) / 65536; }

// One instrument's script, loaded, and a voice of it for the parts that serve voices.
struct ServiceStage {
    explicit ServiceStage(const std::string& script, const Configuration& c = small())
        : configuration(c), rig(rig_of(folder.write("voice.lua", script))) {}

    static Configuration small() {
        Configuration c;
        c.workers = 1;
        c.voices = 4;
        c.block_frames = 64;
        c.depth_frames = 4096;
        return c;
    }
    static VoiceMessage start(std::int64_t frame = 0, std::uint16_t slot = 0) {
        VoiceMessage message;
        message.kind = VoiceMessageKind::start;
        message.frame = frame;
        message.slot = slot;
        message.generation = 3;
        message.serial = 1;
        message.frequency_hz = 440;
        message.value = 1;
        return message;
    }
    static VoiceMessage event(VoiceMessageKind kind, std::int64_t frame, float value = 0, std::uint16_t slot = 0) {
        auto message = start(frame, slot);
        message.kind = kind;
        message.value = value;
        return message;
    }
    // A voice that is begun, as service.rendering does it: at frame 0, so that its frames are the engine's.
    void begin() {
        state.clock().stamp({-1, monotonic_nanoseconds() + 1'000'000'000});  // the first block is to come
        voice.note = start();
        voice.depth_frames = service.ahead.depth_frames;
        voice.channels = rig.instruments[0].channels;
        REQUIRE(service.rendering.begin(voice, 0));
    }
    void render(int quanta) {
        service.time.read();
        for (int i = 0; i < quanta; ++i) {
            service.copies.keep(voice, state.clock().frame());
            service.rendering.render_quantum(voice);
        }
    }
    std::vector<WorkerReport> reports(WorkerReportKind kind) {
        WorkerReport report;
        while (report_reader.try_pop(report)) told.push_back(report);
        std::vector<WorkerReport> found;
        for (const auto& one : told)
            if (one.kind == kind) found.push_back(one);
        return found;
    }
    float heard(std::int64_t frame) { return *voice.writer.samples(0, frame); }

    const FlushDenormals flush;  // before the host
    ScriptFolder folder;
    Configuration configuration;
    Rig rig;
    SharedState state{configuration};
    WorkerLine& line{state.worker(0)};
    WorkerThread thread;
    ActivityLine activity{line, nullptr};
    ShareScripts scripts{host_options(), rig, line, activity};
    SchedulingWatch scheduling{line, activity};
    ProbeCalls probe{nullptr, state.clock(), thread, activity, scripts.host()};
    VoiceService service{0, state, configuration, {}, scripts, activity, scheduling, probe};
    WorkedVoice voice;
    QueueReader<WorkerReport> report_reader{state.worker_report_reader(0)};
    std::vector<WorkerReport> told;

private:
    static Rig rig_of(const std::filesystem::path& script) {
        LuaHost host(host_options());
        Rig rig;
        rig.instruments.push_back(host.describe(script));
        return rig;
    }
};

struct ShareStage : ServiceStage {
    explicit ShareStage(const std::string& script, const Configuration& c = small()) : ServiceStage(script, c) {
        state.header().horizon_frame = INT64_MAX / 2;
    }

    void send(const VoiceMessage& message) { REQUIRE(messages.try_push(message)); }
    // Until there is nothing to do. How many steps that were.
    int step_until_idle() {
        int steps = 0;
        while (share.step()) REQUIRE(++steps < 100'000);
        return steps;
    }
    VoiceWord word(std::uint32_t slot = 0) const { return VoiceWord::unpacked(state.voice(slot).word.load()); }
    std::int64_t written(std::uint32_t slot = 0) const {
        return WrittenFrames::unpacked(state.voice(slot).written[word(slot).lane].load()).frames;
    }
    float sample(std::int64_t frame) const {
        const auto ring = state.ring(word().ring);
        return *ring.at(0, frame);
    }
    // The mixer takes what waits, and reads from nothing else.
    void take(std::uint32_t slot = 0) {
        auto present = word(slot);
        present.state = WordState::taken;
        state.voice(slot).word = present.packed();
        state.mixer_voice(slot).acknowledged_timeline = MixerVoiceLine::timeline(present.seam, present.lane);
    }
    void play_to(std::int64_t frame) {
        state.clock().stamp({frame, monotonic_nanoseconds()});
        state.clock().advance(frame);
    }

    EngineShare share{{0, thread, activity, scheduling, nullptr}, state, configuration, {}, scripts};
    QueueWriter<VoiceMessage> messages{state.worker_message_writer(0)};
};

}  // namespace forerun
