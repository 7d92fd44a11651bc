// What a voice costs the audio thread, with a live worker: while the mixer reads, another thread writes the same rings a
// fixed distance ahead, so that every line comes from another core. (With an idle worker everything lies in the reader's
// own cache and the figures are several times too good.)
//
// Beside it, in the same run and in turn with it, a bare vectorised loop over the same memory: left += gain × x,
// right += gain × x, nothing else. Medians over blocks of 64 frames, in nanoseconds per voice.
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "rt-engine/mixer/mixer.h"

using namespace forerun;

namespace {

constexpr std::int64_t block = 64;

// Without this both threads meet on one core of a busy machine, where nothing has to cross.
void stay_on_core(unsigned core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core % std::max(1u, std::thread::hardware_concurrency()), &set);
    pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

// Writes all rings in turn, one quantum each per round, never more than `ahead` frames before the clock.
class LiveWorker {
public:
    LiveWorker(SharedState& state, std::uint32_t voices, std::int64_t ahead) : state_(state), ahead_(ahead) {
        for (std::uint32_t v = 0; v < voices; ++v) {
            state.voice(v).channels.store(2);
            writers_.emplace_back(state.ring(2 * v), state.voice(v).written[0], 0);
        }
        for (std::size_t i = 0; i < pattern_.size(); ++i)
            pattern_[i] = 0.0005f * static_cast<float>(std::sin(0.01 * static_cast<double>(i)));
        round();
        for (std::uint32_t v = 0; v < voices; ++v)
            state.voice(v).word.store(
                VoiceWord{WordState::published, 0, static_cast<std::uint16_t>(2 * v), 0, 0}.packed());
        thread_ = std::thread([this] {
            stay_on_core(1);
            run();
        });
    }
    ~LiveWorker() {
        ended_.store(true);
        thread_.join();
    }

    // [the mixing thread] Lets the worker write up to `ahead` frames behind `frame`, and waits until no more than two
    // blocks of that are missing. Looks at no voice's line.
    void wait(std::int64_t frame) {
        allowed_.store(frame + ahead_, std::memory_order_release);
        while (written_.load(std::memory_order_acquire) < frame + ahead_ - 2 * block) std::this_thread::yield();
    }

private:
    void run() {
        while (!ended_.load(std::memory_order_relaxed)) {
            if (written_.load(std::memory_order_relaxed) + block <= allowed_.load(std::memory_order_acquire)) {
                round();
            } else {
                std::this_thread::yield();
            }
        }
    }
    void round() {
        for (RingWriter& writer : writers_) {
            const auto space = writer.reserve(block, state_.clock().frame());
            if (space.frames() != block) std::abort();
            for (std::uint32_t c = 0; c < 2; ++c)
                std::copy_n(pattern_.data() + (writer.position() & 1023), block, writer.samples(c, writer.position()));
            writer.commit(block);
        }
        written_.store(written_.load(std::memory_order_relaxed) + block, std::memory_order_release);
    }

    SharedState& state_;
    std::int64_t ahead_;
    std::vector<RingWriter> writers_;
    std::vector<float> pattern_ = std::vector<float>(1024 + block);
    alignas(64) std::atomic<std::int64_t> written_{0};
    alignas(64) std::atomic<std::int64_t> allowed_{0};
    std::atomic<bool> ended_{false};
    std::thread thread_;
};

struct Gains {
    float left, right;
};

__attribute__((noinline)) void bare_loop(SharedState& state, const std::vector<Gains>& gains, std::int64_t frame,
                                         float* __restrict left, float* __restrict right) {
    std::fill_n(left, block, 0.0f);
    std::fill_n(right, block, 0.0f);
    for (std::uint32_t v = 0; v < gains.size(); ++v) {
        const RingMemory ring = state.ring(2 * v);
        const float* const x = ring.at(0, frame);
        const float* const y = ring.at(1, frame);
        const Gains g = gains[v];
        for (std::int64_t i = 0; i < block; ++i) {
            left[i] += g.left * x[i];
            right[i] += g.right * y[i];
        }
    }
}

double median(std::vector<std::int64_t>& values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return static_cast<double>(values[values.size() / 2]);
}

struct Cost {
    double mixer_ns, bare_ns;  // per voice and block
};

// With stems the voices belong to sixteen instruments.
Cost measure(std::uint32_t voices, std::int64_t ahead, int blocks, bool with_stems) {
    constexpr std::uint16_t instruments = 16;
    StemRing stems(instruments, 1u << 16);
    Configuration c;
    c.voices = voices;
    c.reserve_voices = 1;
    c.workers = 1;
    c.depth_frames = std::max<std::int64_t>(ahead + 256, 1024) - 2 * quantum_frames;
    SharedState state(c);
    Mixer mixer(state, c, Rig{});
    if (with_stems) mixer.send_stems_to(stems);
    auto commands = state.mixer_command_writer();
    std::vector<Gains> gains;
    for (std::uint32_t v = 0; v < voices; ++v) {
        MixerCommand start;
        start.slot = static_cast<std::uint16_t>(v);
        start.serial = v + 1;
        start.instrument = static_cast<std::uint16_t>(v % instruments);
        start.left = 0.5f;
        start.right = 0.25f;
        gains.push_back({start.left, start.right});
        if (!commands.try_push(start)) std::abort();
    }
    LiveWorker worker(state, voices, ahead);
    alignas(64) static float left[block], right[block], out[2 * block];
    std::vector<std::int64_t> mixed, bare;
    float sink = 0;
    for (int b = 0; b < blocks; ++b) {
        const std::int64_t frame = mixer.frame();
        worker.wait(frame);
        if (b % 2 == 0) {
            const auto before = monotonic_nanoseconds();
            mixer.process(out, block);
            mixed.push_back(monotonic_nanoseconds() - before);
        } else {
            const auto before = monotonic_nanoseconds();
            bare_loop(state, gains, frame, left, right);
            bare.push_back(monotonic_nanoseconds() - before);
            mixer.process(out, block);
        }
        stems.read([](const StemRing::Packet&) {});
        sink += out[17] + left[5];
    }
    if (state.header().mixer.underrun_events.load() != 0 || !std::isfinite(sink)) std::abort();
    return {median(mixed) / voices, median(bare) / voices};
}

}  // namespace

int main(int argc, char** argv) {
    stay_on_core(0);
    const int blocks = argc > 1 ? std::atoi(argv[1]) : 3000;
    std::printf("mixer, stereo voices, blocks of 64 frames, one live worker; ns per voice and block\n");
    std::printf("%7s %9s %12s %12s %8s %12s\n", "voices", "ahead", "mixer", "bare loop", "ratio", "with stems");
    for (const std::int64_t ahead : {512, 6000})
        for (const std::uint32_t voices : {16u, 64u, 256u, 1024u}) {
            const auto cost = measure(voices, ahead, blocks, false);
            std::printf("%7u %9lld %12.1f %12.1f %8.2f %12.1f\n", voices, static_cast<long long>(ahead), cost.mixer_ns,
                        cost.bare_ns, cost.mixer_ns / cost.bare_ns, measure(voices, ahead, blocks, true).mixer_ns);
            std::fflush(stdout);
        }

    Configuration one, two;
    one.workers = two.workers = 1;
    one.voices = 100;
    two.voices = 101;
    std::printf("memory per voice at a depth of %lld frames: %zu bytes\n", static_cast<long long>(one.depth_frames),
                SharedState::size_bytes(two) - SharedState::size_bytes(one));
}
