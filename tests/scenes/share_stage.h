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

// One instrument's script, loaded for a worker without a thread.
struct ScriptStage {
    explicit ScriptStage(const std::string& script, const Configuration& c = small())
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
        auto message = VoiceMessage::of(VoiceStart{.frequency_hz = 440, .velocity = 1});
        message.frame = frame;
        message.slot = slot;
        message.generation = 3;
        message.serial = 1;
        return message;
    }
    template <typename Said>
    static VoiceMessage event(const Said& said, std::int64_t frame) {
        auto message = start(frame);
        message.set(said);
        return message;
    }
    static VoiceMessage pressure(std::int64_t frame, float value = 0) {
        return event(VoiceControlMove{.value = value, .control = VoiceControl::pressure}, frame);
    }
    std::vector<WorkerReport> reports(WorkerReportKind kind) {
        WorkerReport report;
        while (report_reader.try_pop(report)) reported.push_back(report);
        std::vector<WorkerReport> found;
        for (const auto& one : reported)
            if (one.kind == kind) found.push_back(one);
        return found;
    }

    const FlushDenormals flush;  // before the host
    ScriptFolder folder;
    Configuration configuration;
    Rig rig;
    SharedState state{configuration};
    WorkerSide side{state, 0};
    WorkerLine& line{side.line()};
    WorkerThread thread;
    ActivityLine activity{line, nullptr};
    ShareScripts scripts{host_options(), rig, line, activity};
    SchedulingWatch scheduling{line, activity};
    QueueReader<WorkerReport> report_reader{state.worker_report_reader(0)};
    std::vector<WorkerReport> reported;

private:
    static Rig rig_of(const std::filesystem::path& script) {
        LuaHost host(host_options());
        Rig rig;
        rig.instruments.push_back(host.describe(script));
        return rig;
    }
};

// A voice of it, for the parts that serve voices.
struct ServiceStage : ScriptStage {
    using ScriptStage::ScriptStage;

    // A voice that is begun, as service.rendering does it: at frame 0, so that its frames are the engine's.
    void begin() {
        state.clock().stamp({-1, monotonic_nanoseconds() + 1'000'000'000});  // the first block is to come
        voice.note = start();
        voice.start = voice.note.get<VoiceStart>();
        voice.depth.frames = service.ahead.depth_frames;
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
    float heard(std::int64_t frame, std::uint32_t channel = 0) {
        return *state.ring(voice.timeline.ring).at(channel, frame);
    }

    ProbeCalls probe{nullptr, state.clock(), thread, activity, scripts.host()};
    VoiceService service{side, configuration, {}, scripts, activity, scheduling, probe};
    WorkedVoice voice;
};

// The whole share.
struct ShareStage : ScriptStage {
    explicit ShareStage(const std::string& script, const Configuration& c = small()) : ScriptStage(script, c) {
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
    float sample(std::int64_t frame) {
        const auto ring = state.ring(word().ring);
        return *ring.at(0, frame);
    }
    // The mixer takes what waits, and reads from nothing else.
    void take(std::uint32_t slot = 0) {
        auto present = word(slot);
        present.state = WordState::taken;
        state.voice(slot).word = present.packed();
        state.mixer_voice(slot).acknowledged_word = present.packed();
    }
    void play_to(std::int64_t frame) {
        state.clock().stamp({frame, monotonic_nanoseconds()});
        state.clock().advance(frame);
    }

    EngineShare share{{thread, activity, scheduling, nullptr}, side, configuration, {}, scripts};
    QueueWriter<VoiceMessage> messages{state.worker_message_writer(0)};
};

}  // namespace forerun
