// An output whose device goes, falls silent, and comes back, perhaps as another. The devices are the test's own, and so is
// the time.
#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "rt-engine/audio-io/steady_output.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t one_second = 1'000'000'000;
constexpr std::int64_t step = 5'000'000;  // from update to update

// What is left of a device when it is closed, so that a test can do what a bad driver does: call all the same.
struct Driver {
    Device::Callback callback = nullptr;
    void* user = nullptr;
    std::atomic<bool> running{true};
    bool closed = false;
    std::uint32_t input_channels = 1;
    std::uint64_t blocks = 0;
    std::vector<float> heard;

    void ask(std::int64_t frames) {
        ++blocks;
        std::vector<float> out(static_cast<std::size_t>(2 * frames), 9.0f);
        const std::vector<float> in(static_cast<std::size_t>(frames), 0.5f);
        if (callback) callback(user, in.data(), out.data(), frames);
        heard = out;
    }
};

class FakeDevice final : public Device {
public:
    FakeDevice(std::shared_ptr<Driver> driver, double rate_hz, std::int64_t block_frames, Reopen reopen)
        : driver_(std::move(driver)), rate_hz_(rate_hz), block_frames_(block_frames), reopen_(std::move(reopen)) {}
    ~FakeDevice() override { driver_->closed = true; }
    std::string name() const override { return "card"; }
    double rate_hz() const override { return rate_hz_; }
    std::uint32_t channels() const override { return 2; }
    std::uint32_t input_channels() const override { return driver_->input_channels; }
    std::int64_t block_frames() const override { return block_frames_; }
    double latency_seconds() const override { return 0; }
    void start(Callback callback, void* user) override {
        driver_->user = user;
        driver_->callback = callback;
    }
    void stop() noexcept override { driver_->callback = nullptr; }
    bool running() const noexcept override { return driver_->running; }
    Scheduling scheduling() const override { return {}; }
    DeviceStatistics statistics() const override { return {.blocks = driver_->blocks}; }
    Reopen reopen() const override { return reopen_; }

private:
    std::shared_ptr<Driver> driver_;
    double rate_hz_;
    std::int64_t block_frames_;
    Reopen reopen_;
};

// A card, and what comes in its place; a mixer that counts its frames and plays ones.
struct Stage {
    Stage() {
        const Reopen reopen = [this]() -> std::unique_ptr<Device> {
            ++tries;
            if (refuses) throw DeviceRefusal("it is taken");
            if (!there) throw BadInput("no such device");
            auto device = std::make_unique<FakeDevice>(next, next_rate_hz, next_block_frames, Reopen());
            return device;
        };
        output = std::make_unique<SteadyOutput>(
            std::make_unique<FakeDevice>(card, 48000, 128, reopen), SteadyOutput::Fit{48000, 128, 4096, 2, 1},
            [this](const SteadyOutput::Fit& fit) {
                return std::make_unique<FakeDevice>(clock, fit.rate_hz, fit.block_frames, Reopen());
            });
        output->start(mix, this);
    }
    static void mix(void* self, const float* in, float* out, std::int64_t frames) noexcept {
        auto& stage = *static_cast<Stage*>(self);
        for (std::int64_t i = 0; i < frames; ++i) stage.taken += in[i];
        stage.mixed += frames;
        if (stage.while_mixing) stage.while_mixing();
        std::fill_n(out, 2 * frames, 1.0f);
    }
    std::string update(std::int64_t passed = step) {
        std::string text;
        for (const auto& line : output->update(now += passed)) {
            text += line.text + "\n";
            losses += line.is_loss;
        }
        return text;
    }
    std::string lose() {
        card->running = false;
        return update();
    }

    std::shared_ptr<Driver> card = std::make_shared<Driver>(), next = std::make_shared<Driver>(),
                            clock = std::make_shared<Driver>();
    bool there = false, refuses = false;
    double next_rate_hz = 48000;
    std::int64_t next_block_frames = 128;
    int tries = 0, losses = 0;
    std::int64_t now = 17 * one_second, mixed = 0;
    double taken = 0;  // sum of the inputs
    std::function<void()> while_mixing;
    std::unique_ptr<SteadyOutput> output;
};

}  // namespace

TEST_CASE("a working device calls, and nothing is printed") {
    Stage stage;
    for (int i = 0; i < 1000; ++i) {
        stage.card->ask(128);
        CHECK(stage.update() == "");
    }
    CHECK(stage.mixed == 1000 * 128);
    CHECK(stage.card->heard == std::vector<float>(256, 1.0f));
    CHECK_FALSE(stage.output->on_clock());
}

TEST_CASE("a device that goes gives its turn to the clock, and comes back by a fade") {
    Stage stage;
    stage.card->ask(128);
    const auto line = stage.lose();
    CHECK_THAT(line, Catch::Contains("device card has gone, so the clock keeps time"));
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(stage.losses == 1);
    CHECK(stage.card->closed);
    stage.clock->ask(128);
    CHECK(stage.mixed == 256);

    // Tried again once a second.
    for (int i = 0; i < 199; ++i) CHECK(stage.update() == "");
    CHECK(stage.tries == 0);
    CHECK(stage.update() == "");
    CHECK(stage.tries == 1);
    stage.there = true;
    for (int i = 0; i < 199; ++i) CHECK(stage.update() == "");
    CHECK(stage.tries == 1);
    CHECK(stage.update() == "device card is back\n");
    CHECK(stage.tries == 2);
    CHECK(stage.clock->closed);
    CHECK_FALSE(stage.output->on_clock());

    // From nothing to all in 20 ms, without a step.
    std::vector<float> heard;
    for (int i = 0; i < 8; ++i) {
        stage.next->ask(128);
        heard.insert(heard.end(), stage.next->heard.begin(), stage.next->heard.end());
    }
    CHECK(heard[0] == 0.0f);
    float largest_step = 0;
    for (std::size_t i = 2; i < heard.size(); ++i) largest_step = std::max(largest_step, heard[i] - heard[i - 2]);
    CHECK(largest_step < 1.01f / 960);
    CHECK(heard[2 * 959] < 1.0f);
    CHECK(heard[2 * 960] == 1.0f);
    CHECK(stage.mixed == 256 + 8 * 128);
    CHECK(stage.taken == 0.5 * static_cast<double>(stage.mixed));  // whoever has the turn brings the inputs
    CHECK(stage.output->statistics().blocks == 1 + 1 + 8);
}

TEST_CASE("a driver that goes on calling plays silence once another has the turn") {
    Stage stage;
    auto callback = stage.card->callback;
    auto* user = stage.card->user;
    stage.card->ask(128);
    // It falls silent and is kept; the clock has the turn.
    for (int i = 0; i < 403; ++i) stage.update();
    CHECK(stage.output->on_clock());
    const auto mixed = stage.mixed;
    std::vector<float> out(256, 9.0f);
    const auto taken = stage.taken;
    callback(user, out.data(), out.data(), 128);
    CHECK(stage.taken == taken);
    CHECK(out == std::vector<float>(256, 0.0f));
    CHECK(stage.mixed == mixed);
    stage.clock->ask(128);
    CHECK(stage.mixed == mixed + 128);
}

TEST_CASE("the turn is never passed on while a block is being mixed") {
    Stage stage;
    int inside = 0, most_inside = 0;
    stage.while_mixing = [&] {
        most_inside = std::max(most_inside, ++inside);
        if (stage.card->running) {
            stage.lose();
            // The clock's thread runs already. It may not get in.
            REQUIRE(stage.clock->callback);
            stage.clock->ask(128);
            CHECK(stage.clock->heard == std::vector<float>(256, 0.0f));
            CHECK_FALSE(stage.card->closed);
        }
        --inside;
    };
    stage.card->ask(128);
    CHECK(most_inside == 1);
    CHECK(stage.mixed == 128);
    stage.update();
    CHECK(stage.card->closed);
    stage.clock->ask(128);
    CHECK(stage.mixed == 256);
}

TEST_CASE("after stop nothing is mixed, though the device calls until it is closed") {
    Stage stage;
    stage.card->ask(128);
    stage.output->stop();
    stage.output->stop();
    stage.card->ask(128);
    CHECK(stage.card->heard == std::vector<float>(256, 0.0f));
    CHECK(stage.mixed == 128);
    CHECK(stage.lose() == "");
    CHECK_FALSE(stage.card->closed);
    stage.output.reset();
    CHECK(stage.card->closed);
}

TEST_CASE("a device that falls silent is replaced by the clock, and comes back when it calls again") {
    Stage stage;
    for (int i = 0; i < 10; ++i) {
        stage.card->ask(128);
        stage.update();
    }
    std::string reported;
    int updates = 0;
    for (; reported.empty() && updates < 1000; ++updates) reported = stage.update();
    CHECK_THAT(reported, Catch::Contains("device card does not ask for sound any more"));
    CHECK(updates > 400);  // two seconds, and two blocks
    CHECK(updates < 404);
    CHECK_FALSE(stage.card->closed);
    stage.clock->ask(128);
    for (int i = 0; i < 500; ++i) CHECK(stage.update() == "");
    CHECK(stage.tries == 0);  // it is still open
    stage.card->ask(128);
    CHECK(stage.card->heard == std::vector<float>(256, 0.0f));
    CHECK(stage.update() == "device card is back\n");
    stage.card->ask(128);
    CHECK(stage.card->heard[0] == 0.0f);
    CHECK(stage.card->heard[254] > 0.0f);
    CHECK(stage.mixed == 12 * 128);
}

TEST_CASE("that this program was suspended is not the device's silence") {
    Stage stage;
    stage.card->ask(128);
    stage.update();
    for (int i = 0; i < 10; ++i) {
        CHECK(stage.update(20 * one_second) == "");
        stage.card->ask(128);
    }
    CHECK_FALSE(stage.output->on_clock());
}

TEST_CASE("another block is taken, another rate or too large a block refused, with one line each") {
    Stage stage;
    stage.lose();
    stage.there = true;
    stage.next_rate_hz = 44100;
    const auto line = stage.update(one_second);
    CHECK_THAT(line, Catch::Contains("device card is there again with 44100 Hz, and voices are rendered for 48000 Hz"));
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(stage.next->closed);
    CHECK(stage.update(one_second) == "");
    stage.next_rate_hz = 48000;
    stage.next_block_frames = 8192;
    CHECK_THAT(stage.update(one_second),
               Catch::Contains("with blocks of 8192 frames, and the engine has room for 4096"));
    stage.next_block_frames = 128;
    stage.next->input_channels = 0;
    CHECK_THAT(stage.update(one_second), Catch::Contains("is there again without the inputs that are played with"));
    stage.next->input_channels = 1;
    stage.refuses = true;
    CHECK_THAT(stage.update(one_second), Catch::Contains("cannot be used (it is taken)"));
    CHECK(stage.update(one_second) == "");
    CHECK(stage.output->on_clock());
    stage.clock->ask(128);
    CHECK(stage.mixed == 128);
    stage.refuses = false;
    stage.next_block_frames = 1024;
    CHECK_THAT(stage.update(one_second),
               Catch::Contains("device card is back; its blocks are larger now (1024 frames, not 128)"));
    stage.next->ask(1024);
    CHECK(stage.mixed == 128 + 1024);
}

TEST_CASE("threads of an old and a new device never mix at once") {
    // Both call as fast as they can while the turn goes to and fro.
    AudioTurn turn;
    std::atomic<bool> done{false};
    std::atomic<int> inside{0}, collisions{0};
    std::int64_t frames = 0, entered[2] = {0, 0};  // not atomic: ThreadSanitizer looks
    const auto call = [&](std::uint32_t device) {
        while (!done.load()) {
            if (!turn.try_enter(device)) continue;
            if (inside.fetch_add(1, std::memory_order_relaxed) != 0) ++collisions;
            ++frames;
            ++entered[device - 1];
            inside.fetch_sub(1, std::memory_order_relaxed);
            turn.leave(device);
        }
    };
    std::uint32_t from = AudioTurn::nobody;
    std::thread first(call, 1), second_one(call, 2);
    for (int passes = 0; passes < 2000; ++passes) {
        const std::uint32_t to = from == 1 ? 2 : 1;
        while (!turn.try_pass(from, to)) std::this_thread::yield();
        from = to;
    }
    done = true;
    first.join();
    second_one.join();
    CHECK(collisions == 0);
    CHECK(frames == entered[0] + entered[1]);
}
