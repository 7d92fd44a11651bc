// Rings that run dry: what is there is faded out, what comes is faded in, and everything is told.
#include "tests/scenes/catch.h"
#include "tests/scenes/fades.h"

using namespace forerun;
using namespace forerun::test;

TEST_CASE("An underrun fades out, whatever is left, and is told") {
    const std::int64_t left = GENERATE(0, 1, 63, 64, 65, 200);
    const std::int64_t block = GENERATE(1, 64, 333);
    const std::uint32_t channels = GENERATE(1u, 2u);
    const bool stays = GENERATE(true, false);
    const std::int64_t blocks_before = GENERATE(as<std::int64_t>{}, 2, 3, 7);
    INFO(left << " frames left, blocks of " << block << ", channels " << channels << ", stays " << stays);

    const Signal signal = sine(301, 0.9);
    MixerStage stage;
    be_busy(stage, Activity::collecting, 77);
    FakeVoice voice(stage.state, 2, 9, 0, channels, signal);
    stage.send(stage.start(2, 9, 0, stays));
    const std::int64_t before = block * blocks_before + (block == 1 ? 100 : 0);
    voice.write_until(before + left);
    voice.publish();
    stage.play(before, block);
    REQUIRE(stage.statistics().underrun_events.load() == 0);
    stage.play((left / block + 2) * block, block);

    // The block in which it happened, and what was left when it began.
    const std::int64_t dry = before + left;
    const std::int64_t dry_block = before + left / block * block;
    const std::int64_t fade = std::max(dry_block, dry - fade_frames);
    CHECK(stage.statistics().underrun_events.load() == 1);
    CHECK(voice.mixer_line().dry_generation_plus_one.load() == (stays ? 10u : 0u));

    // Until the worker publishes, there is silence; what it writes into the dry timeline is not heard.
    voice.write(100);
    stage.play(1000 / block * block, block);
    std::int64_t back = 0;
    if (stays) {
        back = (stage.mixer.frame() + block + quantum_frames) / quantum_frames * quantum_frames;
        voice.begin_timeline(back, back, signal);
        voice.write(3000);
        REQUIRE(voice.publish());
    }
    stage.play(1800 / block * block, block);
    const auto reports = stage.take_reports();
    const UnderrunRecord* record = underrun_in(reports);
    REQUIRE(record != nullptr);
    CHECK(stage.statistics().underrun_events_by_activity[static_cast<int>(Activity::collecting)].load() == 1);

    for (std::uint32_t c = 0; c < 2; ++c) {
        const std::uint32_t channel = std::min(c, channels - 1);
        CHECK(largest_step(stage, c, 0, stage.mixer.frame()) <= largest_step(signal, channel) * 1.0001f);
        for (std::int64_t f = 0; f < fade; ++f) REQUIRE(stage.at(f, c) == signal(channel, f));
        for (std::int64_t f = fade; f < fade + fade_frames; ++f)
            REQUIRE(stage.at(f, c) ==
                    Approx(signal(channel, std::min(f, dry - 1)) * fade_out(f - fade, fade_frames)).margin(1e-6));
        for (std::int64_t f = fade + fade_frames; f < (stays ? back : stage.mixer.frame()); ++f)
            REQUIRE(stage.at(f, c) == 0.0f);
        if (!stays) continue;
        for (std::int64_t f = back; f < back + fade_frames; ++f)
            REQUIRE(stage.at(f, c) == Approx(signal(channel, f) * (1 - fade_out(f - back, fade_frames))).margin(1e-6));
        for (std::int64_t f = back + fade_frames; f < stage.mixer.frame(); ++f)
            REQUIRE(stage.at(f, c) == signal(channel, f));
    }

    CHECK(record->serial == 1);
    CHECK(record->slot == 2);
    CHECK(record->instrument == 1);
    CHECK(record->frame == dry);
    CHECK(record->fill_before == dry - dry_block);
    CHECK(record->activity == Activity::collecting);
    CHECK(record->activity_serial == 77);
    CHECK(record->activity_nanoseconds >= 5'000'000);
    CHECK(record->stopped == !stays);
    CHECK_FALSE(record->late_start);
    const std::int64_t missing = stays ? back - dry : std::max<std::int64_t>(1, fade + fade_frames - dry);
    CHECK(record->frames_missing == missing);
    CHECK(stage.statistics().underrun_frames.load() == static_cast<std::uint64_t>(missing));
    CHECK(voice.mixer_line().dry_generation_plus_one.load() == 0);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == (stays ? 0u : 10u));
    if (stays) CHECK(voice.mixer_line().acknowledged_seam() == back);
    if (!stays) CHECK(finish_in(reports)->frame == fade + fade_frames);
}

TEST_CASE("An underrun in which the worker was not run by the system is told as that") {
    MixerStage stage;
    be_busy(stage, Activity::rendering, 77);
    FakeVoice voice(stage.state, 2, 9, 0, 1, sine(301, 0.9));
    stage.send(stage.start(2, 9, 0, false));
    voice.write_until(640);
    voice.publish();
    stage.play(1024, 64);
    // The worker runs again and finds that out; a low-priority voice's record waits for the end of its fade.
    stage.state.worker(0).unscheduled_to_nanoseconds = monotonic_nanoseconds();
    FakeVoice next(stage.state, 3, 9, 1024, 1, sine(301, 0.9));
    stage.send(stage.start(3, 9, 1024, true));
    next.write(640);
    next.publish();
    stage.play(704, 64);
    stage.state.worker(0).unscheduled_to_nanoseconds = monotonic_nanoseconds();
    next.begin_timeline(896, 896, sine(301, 0.9));
    next.write(1000);
    REQUIRE(next.publish());
    stage.play(320, 64);
    const auto& by_activity = stage.statistics().underrun_events_by_activity;
    CHECK(stage.statistics().underrun_events.load() == 2);
    CHECK(by_activity[static_cast<int>(Activity::rendering)].load() == 1);
    CHECK(by_activity[static_cast<int>(Activity::not_scheduled)].load() == 1);
}

TEST_CASE("A skip that comes late fades in from where the mixer is") {
    const Signal signal = sine(500, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 0, 1, signal);
    stage.send(stage.start(0, 0, 0));
    voice.write_until(100);
    voice.publish();
    stage.play(640, 64);
    voice.begin_timeline(256, 256, signal);
    voice.write_until(2000);
    voice.publish();
    stage.play(640, 64);
    CHECK(stage.at(639) == 0.0f);
    for (std::int64_t i = 0; i < 64; ++i)
        CHECK(stage.at(640 + i) == Approx(signal(0, 640 + i) * (1 - fade_out(i, 64))).margin(1e-6));
    CHECK(stage.at(704) == signal(0, 704));
    const auto reports = stage.take_reports();
    REQUIRE(underrun_in(reports) != nullptr);
    CHECK(underrun_in(reports)->frames_missing == 540);
}

TEST_CASE("A voice that is stopped or ends while it is dry closes its record") {
    const bool ends = GENERATE(true, false);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 0, 1, sine(500, 0.5));
    stage.send(stage.start(0, 0, 0));
    voice.write_until(100);
    voice.publish();
    stage.play(256, 64);
    CHECK(stage.take_reports().empty());
    if (ends) {
        voice.write(100, true);
    } else {
        stage.stop(0, 0, 300);
    }
    stage.play(640, 64);
    const auto reports = stage.take_reports();
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].kind == MixerReportKind::underrun);
    CHECK(reports[0].underrun.frame == 100);
    CHECK(reports[0].underrun.frames_missing == (ends ? 156 : 300 + stop_fade_frames - 100));
    CHECK_FALSE(reports[0].underrun.stopped);
    CHECK(reports[1].kind == MixerReportKind::finished);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 1);
    CHECK(voice.mixer_line().dry_generation_plus_one.load() == 0);
}
