// Underruns, stops, ends, late starts and late switches: nothing in the mixer's output ever clicks, and everything is told.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tests/scenes/catch.h"
#include "tests/scenes/mixer_stage.h"

using namespace forerun;
using namespace forerun::test;

namespace {

// The largest step between neighbours of one channel in frames [from, to).
float largest_step(const MixerStage& stage, std::uint32_t channel, std::int64_t from, std::int64_t to) {
    float largest = 0;
    for (std::int64_t f = from + 1; f < to; ++f)
        largest = std::max(largest, std::abs(stage.at(f, channel) - stage.at(f - 1, channel)));
    return largest;
}

float largest_step(const Signal& signal, std::uint32_t channel) {
    float largest = 0;
    for (std::int64_t f = 1; f < 5000; ++f)
        largest = std::max(largest, std::abs(signal(channel, f) - signal(channel, f - 1)));
    return largest;
}

float fade_out(std::int64_t i, std::int64_t length) {
    return static_cast<float>(
        0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(i + 1) / static_cast<double>(length))));
}

// A worker that is busy with something when the mixer looks.
void be_busy(MixerStage& stage, Activity activity, std::uint64_t serial) {
    stage.state.worker(0).activity.store(WorkerActivity{activity, serial}.packed());
    stage.state.worker(0).activity_since_nanoseconds.store(monotonic_nanoseconds() - 5'000'000);
}

const UnderrunRecord* underrun_in(const std::vector<MixerReport>& reports) {
    for (const auto& report : reports)
        if (report.kind == MixerReportKind::underrun) return &report.underrun;
    return nullptr;
}
const MixerReport* finish_in(const std::vector<MixerReport>& reports) {
    for (const auto& report : reports)
        if (report.kind == MixerReportKind::finished) return &report;
    return nullptr;
}

}  // namespace

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

TEST_CASE("A stop fades over what the ring holds, from its frame on") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const std::int64_t stop = GENERATE(0, 300, 64 * 9, 999);
    const Signal signal = sine(700, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 4, 0, 2, signal);
    stage.send(stage.start(0, 4, 0));
    voice.write_until(4000);
    voice.publish();
    const std::int64_t said = block * 2;  // a stop whose frame has passed begins now
    stage.play(said, block);
    stage.stop(0, 4, stop);
    stage.stop(0, 4, stop + 200);  // a later one changes nothing
    stage.stop(0, 3, 0);           // nor does one for another generation
    stage.play(2000, block);
    const std::int64_t from = std::max(stop, said);
    for (std::int64_t f = 0; f < from; ++f) REQUIRE(stage.at(f, 1) == signal(1, f));
    for (std::int64_t f = from; f < from + stop_fade_frames; ++f)
        REQUIRE(stage.at(f, 1) == Approx(signal(1, f) * fade_out(f - from, stop_fade_frames)).margin(1e-6));
    for (std::int64_t f = from + stop_fade_frames; f < stage.mixer.frame(); ++f) REQUIRE(stage.at(f, 1) == 0.0f);
    const auto reports = stage.take_reports();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].kind == MixerReportKind::finished);
    CHECK(reports[0].frame == from + stop_fade_frames);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 5);
}

TEST_CASE("A voice that is stopped before it sounds is released when the stop's frame comes") {
    const bool published = GENERATE(true, false);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 4, 500, 1, constant(1));
    stage.send(stage.start(0, 4, 500));
    if (published) {
        voice.write(1000);
        voice.publish();
    }
    stage.stop(0, 4, 400);
    stage.play(384, 64);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 0);
    stage.play(64, 64);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 5);
    stage.play(500, 64);
    CHECK(std::all_of(stage.heard.begin(), stage.heard.end(), [](float x) { return x == 0.0f; }));
    CHECK(stage.statistics().underrun_events.load() == 0);
}

TEST_CASE("A late start fades in from where the mixer is") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const Signal signal = sine(600, 0.5);
    MixerStage stage;
    be_busy(stage, Activity::starting_voice, 5);
    stage.send(stage.start(1, 0, 100));
    FakeVoice voice(stage.state, 1, 0, 100, 1, signal);
    stage.play(999, block);
    be_busy(stage, Activity::rendering, 6);
    voice.write_until(3000);
    voice.publish();
    stage.play(999, block);
    for (std::int64_t f = 0; f < 999; ++f) REQUIRE(stage.at(f) == 0.0f);
    for (std::int64_t i = 0; i < 64; ++i)
        REQUIRE(stage.at(999 + i) == Approx(signal(0, 899 + i) * (1 - fade_out(i, 64))).margin(1e-6));
    REQUIRE(stage.at(999 + 64) == signal(0, 899 + 64));
    const auto reports = stage.take_reports();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].underrun.late_start);
    CHECK(reports[0].underrun.frame == 100);
    CHECK(reports[0].underrun.frames_missing == 899);
    CHECK(reports[0].underrun.activity == Activity::starting_voice);  // when it was missed first, not when it came
    CHECK(stage.statistics().late_starts.load() == 1);
    CHECK(stage.statistics().underrun_events.load() == 0);
}

TEST_CASE("An event that is in time is heard in time while a late voice still fades in") {
    const Signal before = constant(0.5f), after = constant(-0.5f);
    MixerStage stage;
    stage.send(stage.start(1, 0, 0));
    FakeVoice voice(stage.state, 1, 0, 0, 1, before);
    stage.play(32, 32);
    voice.write_until(1000);
    voice.publish();
    stage.play(32, 32);  // takes it late: fades in from 32 to 96, and has acknowledged it
    REQUIRE(voice.mixer_line().acknowledged_seam() == 0);
    voice.begin_timeline(70, 70, after);
    voice.write_until(1000);
    REQUIRE(voice.publish());
    stage.play(64, 32);
    CHECK(stage.at(69) > 0);
    for (std::int64_t f = 70; f < 96; ++f) CHECK(stage.at(f) == Approx(-0.5 * (1 - fade_out(f - 32, 64))).margin(1e-6));
    CHECK(stage.at(96) == -0.5f);
    CHECK(stage.statistics().late_switches.load() == 0);
}

TEST_CASE("A seam on time is exact") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const std::int64_t seam = GENERATE(1024, 1025, 1343);
    const Signal before = sine(400, 0.5), after = sine(900, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 7, 2, before);
    stage.send(stage.start(0, 0, 7));
    voice.write_until(3000);
    voice.publish();
    stage.play((8 / block + 1) * block, block);
    voice.begin_timeline(seam, 960,
                         [&](std::uint32_t c, std::int64_t f) { return f < seam ? before(c, f) : after(c, f); });
    voice.write_until(3000);
    REQUIRE(voice.publish());
    const std::int64_t seam_block = (seam + 7) / block * block;
    stage.play(seam_block - stage.mixer.frame(), block);
    CHECK(voice.word().state == WordState::published);  // never taken before its block
    stage.play(block, block);
    CHECK(voice.word().state == WordState::taken);
    // The old ring was read in that block unless the seam is the block's first frame.
    CHECK(voice.mixer_line().acknowledged_seam() == (seam + 7 == seam_block ? seam : 0));
    stage.play(block, block);
    CHECK(voice.mixer_line().acknowledged_seam() == seam);
    stage.play(2000 / block * block - block, block);
    for (std::int64_t f = 7; f < stage.mixer.frame() && f < 2900; ++f)
        REQUIRE(stage.at(f, 1) == (f - 7 < seam ? before : after)(1, f - 7));
}

TEST_CASE("A seam that comes late is a crossfade from where the mixer is") {
    const std::int64_t block = GENERATE(1, 16, 64, 333);
    const bool old_runs_out = GENERATE(true, false);
    const Signal before = sine(400, 0.5), after = sine(410, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 0, 1, before);
    stage.send(stage.start(0, 0, 0));
    voice.write_until(old_runs_out ? 1010 : 3000);
    voice.publish();
    stage.play(999, block);
    voice.begin_timeline(640, 640, after);
    voice.write_until(3000);
    REQUIRE(voice.publish());
    stage.play(block, block);
    CHECK(voice.mixer_line().acknowledged_seam() == 0);
    stage.play(block * (64 / block + 1), block);
    CHECK(voice.mixer_line().acknowledged_seam() == 640);
    stage.play(666, block);
    for (std::int64_t f = 999; f < 999 + 64; ++f) {
        const double w = fade_out(f - 999, 64);
        const double old = before(0, old_runs_out ? std::min<std::int64_t>(f, 1009) : f);
        REQUIRE(stage.at(f) == Approx(old * w + static_cast<double>(after(0, f)) * (1 - w)).margin(1e-6));
    }
    for (std::int64_t f = 999 + 64; f < stage.mixer.frame(); ++f) REQUIRE(stage.at(f) == after(0, f));
    CHECK(stage.statistics().underrun_events.load() == 0);
}

TEST_CASE("While a crossfade lasts, nothing is taken; while it is untaken, a word may be replaced") {
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 0, 1, constant(0.1f));
    stage.send(stage.start(0, 0, 0));
    voice.write_until(3000);
    voice.publish();
    stage.play(320, 32);
    voice.begin_timeline(256, 256, constant(0.2f));
    voice.write_until(3000);
    voice.publish();
    stage.play(32, 32);
    REQUIRE(voice.word().state == WordState::taken);
    voice.begin_timeline(300, 300, constant(0.3f));  // over the old ring: allowed here, for nobody hears the difference
    voice.write_until(3000);
    voice.publish();
    stage.play(32, 32);
    CHECK(voice.word().state == WordState::published);
    stage.play(32, 32);
    CHECK(voice.word().state == WordState::taken);
    stage.play(640, 32);
    CHECK(stage.at(stage.mixer.frame() - 1) == 0.3f);
}

TEST_CASE("A timeline with nothing behind the clock is left alone until there is something") {
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 100, 1, constant(0.5f));
    stage.send(stage.start(0, 0, 100));
    voice.publish();
    stage.play(640, 64);
    CHECK(voice.word().state == WordState::published);
    CHECK(stage.statistics().underrun_events.load() == 0);
    voice.write_until(1500);
    stage.play(640, 64);
    CHECK(voice.word().state == WordState::taken);
    CHECK(stage.statistics().late_starts.load() == 1);
}

TEST_CASE("The end of a voice decays and gives the slot back") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const std::int64_t end = GENERATE(640, 641, 703, 999);
    const bool told_later = GENERATE(true, false);
    const Signal signal = sine(350, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 11, 0, 2, signal);
    stage.send(stage.start(0, 11, 0));
    voice.write(end, !told_later);
    voice.publish();
    if (told_later) {
        stage.play(end / block * block, block);
        voice.end();
    }
    stage.play(2000 / block * block - stage.mixer.frame(), block);
    for (std::int64_t f = 0; f < end; ++f) REQUIRE(stage.at(f, 1) == signal(1, f));
    for (std::int64_t i = 0; i < 64; ++i)
        REQUIRE(stage.at(end + i, 1) == Approx(signal(1, end - 1) * fade_out(i, 64)).margin(1e-6));
    for (std::int64_t f = end + 64; f < stage.mixer.frame(); ++f) REQUIRE(stage.at(f, 1) == 0.0f);
    const auto reports = stage.take_reports();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].kind == MixerReportKind::finished);
    CHECK(reports[0].frame == end + 64);
    CHECK(reports[0].generation == 11);
    CHECK(stage.statistics().underrun_events.load() == 0);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 12);
    CHECK(voice.mixer_line().acknowledged_seam() == -1);
}
