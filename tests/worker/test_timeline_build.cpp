// A timeline is published whole, or voice and rings are as if it had never been built. The mixer's part is played here.
#include "script-runtime/worker/timeline_build.h"

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

// A voice in slot 0 that plays on lane 0, and a spare ring 9.
struct Building {
    static Configuration small() {
        Configuration c;
        c.voices = 4;
        c.depth_frames = 4096;
        c.workers = 1;
        return c;
    }
    Building() : state(small()) {
        voice.note.generation = 5;
        voice.timeline.ring = 0;
        voice.timeline.other_ring = 1;
        put(WordState::taken);
    }
    void put(WordState word_state) {
        word().store(
            VoiceWord{word_state, voice.timeline.lane, voice.timeline.ring, 5, voice.timeline.seam_frame}.packed());
    }
    std::atomic<std::uint64_t>& word() { return state.voice(0).word; }
    VoiceWord present() { return VoiceWord::unpacked(word().load()); }
    WrittenFrames written(std::uint8_t lane) { return WrittenFrames::unpacked(state.voice(0).written[lane].load()); }

    SharedState state;
    WorkerSide side{state, 0};
    WorkedVoice voice;
    std::uint16_t spare = 9;
};

void write(RingWriter& writer, std::int64_t frames) {
    REQUIRE(writer.reserve(frames, 0).frames() == frames);
    writer.commit(frames);
}

}  // namespace

TEST_CASE("behind a timeline that was taken, the next one is built in the voice's other ring") {
    Building scene;
    TimelineBuild build(scene.side, scene.voice, scene.word().load(), 100, scene.spare);
    CHECK(build.number() == 1);
    CHECK(build.first_written() == 64);
    write(build.writer(), 64);
    CHECK(scene.present().state == WordState::taken);  // nothing is to be seen yet
    CHECK(scene.voice.timeline.ring == 0);
    REQUIRE(build.publish(777));
    CHECK(scene.present() == VoiceWord{WordState::published, 1, 1, 5, 100});
    CHECK(scene.written(1).frames == 128);
    CHECK(scene.voice.timeline.ring == 1);
    CHECK(scene.voice.timeline.other_ring == 0);
    CHECK(scene.voice.timeline.lane == 1);
    CHECK(scene.voice.timeline.playing_lane == 0);
    CHECK(scene.voice.timeline.seam_frame == 100);
    CHECK(scene.voice.timeline.number == 1);
    CHECK(scene.voice.timeline.writer.position() == 128);
    CHECK(scene.spare == 9);
    CHECK(scene.state.worker_voice(0).arrival_nanoseconds[1] == 777);
    CHECK(scene.state.worker_voice(0).timeline_number[1] == 1);
}

TEST_CASE("in the place of a timeline that was not taken, the next one is built in the spare ring") {
    Building scene;
    scene.voice.timeline.lane = 1;
    scene.voice.timeline.ring = 1;
    scene.voice.timeline.other_ring = 0;
    scene.put(WordState::published);
    TimelineBuild build(scene.side, scene.voice, scene.word().load(), 128, scene.spare);
    REQUIRE(build.publish(0));
    CHECK(scene.present() == VoiceWord{WordState::published, 2, 9, 5, 128});
    CHECK(scene.voice.timeline.ring == 9);
    CHECK(scene.voice.timeline.other_ring == 0);  // which the mixer plays
    CHECK(scene.voice.timeline.playing_lane == 0);
    CHECK(scene.spare == 1);  // displaced
}

TEST_CASE("when the mixer takes what was to be replaced, nothing was built") {
    Building scene;
    scene.voice.timeline.lane = 1;
    scene.voice.timeline.ring = 1;
    scene.voice.timeline.other_ring = 0;
    scene.voice.timeline.begun = 2;
    scene.voice.timeline.number = 1;
    scene.voice.timeline.seam_frame = 64;
    scene.voice.timeline.writer = RingWriter(scene.state.ring(1), scene.state.voice(0).written[1], 64);
    write(scene.voice.timeline.writer, 256);
    scene.put(WordState::published);
    TimelineBuild build(scene.side, scene.voice, scene.word().load(), 128, scene.spare);
    write(build.writer(), 64);
    scene.put(WordState::taken);
    CHECK_FALSE(build.publish(0));
    CHECK(scene.present() == VoiceWord{WordState::taken, 1, 1, 5, 64});
    CHECK(scene.voice.timeline.ring == 1);
    CHECK(scene.voice.timeline.other_ring == 0);
    CHECK(scene.voice.timeline.lane == 1);
    CHECK(scene.voice.timeline.seam_frame == 64);
    CHECK(scene.voice.timeline.number == 1);
    CHECK(scene.voice.timeline.begun == 3);  // but a number is never used twice
    CHECK(scene.spare == 9);
    // What was published goes on.
    write(scene.voice.timeline.writer, 64);
    CHECK(scene.written(1).frames == 64 + 256 + 64);
}

TEST_CASE("a voice's progress is put back: events, position, quality, end") {
    WorkedVoice voice;
    voice.position = 640;
    voice.quality = 1;
    VoiceMessage bend;
    bend.frame = 100;
    voice.add_event(bend);
    voice.applied = 1;
    const auto before = voice.progress();
    bend.frame = 200;
    voice.go_back_to(64, {bend});
    voice.quality = 2;
    voice.ended = voice.failed = true;
    REQUIRE(voice.events.size() == 2);
    voice.restore(before);
    CHECK(voice.position == 640);
    CHECK(voice.applied == 1);
    CHECK(voice.events.size() == 1);
    CHECK(voice.quality == 1);
    CHECK_FALSE(voice.ended);
    CHECK_FALSE(voice.failed);
}
