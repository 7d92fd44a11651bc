// The audio thread is clean: process() makes no system call, whatever happens to its voices.
#include <unistd.h>

#include <optional>
#include <thread>

#include "tests/scenes/catch.h"
#include "tests/scenes/mixer_stage.h"
#include "tests/scenes/syscall_trap.h"

using namespace forerun;
using namespace forerun::test;

TEST_CASE("The trap sees a system call") {
    if (!SyscallTrap::can_count()) {
        WARN("ThreadSanitizer makes system calls of its own: nothing is counted in this build");
        return;
    }
    SyscallTrap trap;
    if (!trap.available())
        FAIL("no Syscall User Dispatch here (it needs Linux 5.11 on x86-64): the audio thread cannot be proven clean");
    const auto before = trap.count();
    {
        const SyscallTrap::Watch watch;
        (void)!write(-1, "", 0);
    }
    CHECK(trap.count() == before + 1);
    CHECK(trap.last_number() == 1);
    {
        const SyscallTrap::Watch watch;
        getpid();
    }
    CHECK(trap.count() == before + 2);
    {
        const SyscallTrap::Watch watch;
        std::this_thread::yield();
    }
    CHECK(trap.count() == before + 3);
    getpid();
    CHECK(trap.count() == before + 3);
}

TEST_CASE("process() makes no system call while voices start, end, run dry, rewind and are stolen") {
    SyscallTrap trap;
    REQUIRE(trap.available() == SyscallTrap::can_count());
    const bool with_stems = GENERATE(false, true);
    StemRing stems(2, 1u << 12);  // too small now and then
    MixerStage stage;
    if (with_stems) stage.mixer.send_stems_to(stems);
    std::uint64_t stem_frames = 0;
    std::uint32_t random = 1;
    const auto below = [&](std::uint32_t n) { return (random = random * 1664525u + 1013904223u) / 65536u % n; };

    struct Slot {
        std::optional<FakeVoice> voice;
        std::uint16_t generation = 0;
        bool ended = false;
    };
    std::vector<Slot> slots(stage.state.header().slots);
    std::vector<float> out(4096 * 2);
    std::uint64_t stolen = 0, started = 0, rewound = 0, skipped = 0, finished = 0, underruns = 0;
    const Signal signal = sine(440, 0.3);
    const std::int64_t block = 64;
    constexpr int blocks = 20000;
    const auto before = trap.count();
    for (int b = 0; b < blocks; ++b) {
        const std::int64_t now = stage.mixer.frame();
        for (std::uint32_t s = 0; s < slots.size(); ++s) {
            Slot& slot = slots[s];
            if (!slot.voice) {
                if (below(20) != 0) continue;
                slot.generation = static_cast<std::uint16_t>((slot.generation + 1) % VoiceWord::generation_count);
                const std::int64_t start = now + below(200);
                stage.send(stage.start(s, slot.generation, start, below(2) != 0));
                slot.voice.emplace(stage.state, s, slot.generation, start, 1 + below(2), signal);
                slot.voice->write(64);
                slot.ended = false;
                if (below(10) != 0) slot.voice->publish();
                ++started;
                continue;
            }
            FakeVoice& voice = *slot.voice;
            if (voice.mixer_line().released_generation_plus_one.load() == slot.generation + 1u) {
                slot.voice.reset();
                continue;
            }
            if (voice.word().generation != slot.generation || voice.word().state == WordState::empty) voice.publish();
            if (slot.ended) continue;
            switch (below(60)) {
            case 0:
                stage.stop(s, slot.generation, now + below(300));
                ++stolen;
                break;
            case 1: voice.end(), slot.ended = true; break;
            case 2: break;  // forgets to write: may run dry
            case 3: {
                // A rewind, on time or late, as soon as the last one was acknowledged.
                const auto seam = voice.mixer_line().acknowledged_seam();
                if (seam < 0 || voice.word().state != WordState::taken || voice.position() < 64) break;
                const std::int64_t at = std::max<std::int64_t>(0, now - voice.start_frame()) + below(128);
                voice.begin_timeline(at, std::max<std::int64_t>(0, at - 64), signal);
                voice.write_until(now + 600);
                voice.publish();
                ++rewound;
                break;
            }
            default:
                if (voice.mixer_line().dry_generation_plus_one.load() == slot.generation + 1u &&
                    voice.word().state == WordState::taken) {
                    const std::int64_t at = now - voice.start_frame() + below(256);
                    voice.begin_timeline(at, at, signal);
                    voice.publish();
                    ++skipped;
                }
                if (below(3) != 0) voice.write_until(now + 64 + below(400));
            }
        }
        if (below(2) != 0)
            stage.gain(MixerCommandKind::voice_gains, now + below(500), 0.5f, 0.5f,
                       static_cast<std::uint16_t>(below(16)), slots[0].generation);
        const std::int64_t frames = below(50) == 0 ? 1 + below(4096) : block;
        {
            const SyscallTrap::Watch watch;
            stage.mixer.process(out.data(), frames);
        }
        if (b % 8 == 0)
            stems.read([&](const StemRing::Packet& p) { stem_frames += static_cast<std::uint64_t>(p.frames); });
        for (const auto& report : stage.take_reports())
            ++(report.kind == MixerReportKind::finished ? finished : underruns);
    }
    CHECK(trap.count() == before);
    CHECK(stage.statistics().callbacks.load() == blocks);
    // All of it has happened, and often.
    CHECK((stem_frames > 100'000) == with_stems);
    CHECK((stems.dropped_frames(1) > 10'000) == with_stems);
    CHECK(started > 500);
    CHECK(stolen > 500);
    CHECK(rewound > 100);
    CHECK(skipped > 100);
    CHECK(finished > 500);
    CHECK(underruns > 100);
    CHECK(stage.statistics().late_starts.load() > 100);
}
