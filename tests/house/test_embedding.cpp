// The public faces, C++ and C: the same engine behind both, a device played on, and mistakes that are answered.
#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

#include "rt-engine/audio-io/clock_device.h"
#include "rt-engine/device_host.h"
#include "rt-engine/forerun.h"
#include "rt-engine/forerun_c.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/rendered_piece.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

const std::string tone_voice = R"(
local dsp = require "dsp"
return {
    name = "tone",
    parameters = { level = { default = 0.5, minimum = 0, maximum = 1 } },
    start = function(self) self.osc = dsp.sine() self.amp = dsp.adsr() end,
    sample = function(self) return self.osc:next(self.frequency) * self.amp:next() * self.parameters.level end,
})";

forerun_configuration offline() {
    auto c = forerun_default_configuration();
    c.offline = 1;
    c.workers = 1;
    return c;
}

forerun_event note_event(std::int64_t frame, std::uint16_t key) {
    forerun_event event{};
    event.frame = frame;
    event.kind = FORERUN_NOTE_ON;
    event.number = key;
    event.value = 0.8f;
    return event;
}

struct CEngine {
    explicit CEngine(const forerun_configuration& c = offline()) : engine(forerun_create(&c, nullptr, 0)) {
        REQUIRE(engine != nullptr);
    }
    ~CEngine() { forerun_destroy(engine); }
    forerun_engine* engine;
};

}  // namespace

TEST_CASE("what the C face renders is what the C++ face renders, to the bit") {
    ScriptFolder folder;
    const auto file = folder.write("tone.lua", tone_voice);
    constexpr std::int64_t frames = 9600;

    std::vector<float> from_c(2 * frames);
    {
        CEngine c;
        REQUIRE(forerun_load(c.engine, file.c_str()) == FORERUN_OK);
        REQUIRE(forerun_start(c.engine) == FORERUN_OK);
        auto* score = forerun_make_producer(c.engine);
        const auto first = note_event(100, 60), second = note_event(3000, 67);
        CHECK(forerun_send(score, &first) == 1);
        CHECK(forerun_send(score, &second) == 1);
        forerun_promise(score, 48000);
        REQUIRE(forerun_render(c.engine, from_c.data(), frames) == FORERUN_OK);
        CHECK(forerun_frame(c.engine) == frames);
        CHECK(forerun_voices(c.engine) == 2);
        CHECK(forerun_underrun_events(c.engine) == 0);
        forerun_notification happened;
        REQUIRE(forerun_next_notification(c.engine, &happened) == 1);
        CHECK(happened.kind == FORERUN_VOICE_STARTED);
        CHECK(happened.key == 60);
        CHECK(happened.frame == 100);
        forerun_destroy_producer(score);
    }

    std::vector<float> from_cpp(2 * frames);
    Configuration configuration;
    configuration.offline = true;
    configuration.workers = 1;
    Engine engine(configuration);
    engine.load_voice(file);
    engine.start();
    auto score = engine.make_producer();
    score.try_send({.frame = 100, .kind = EventKind::note_on, .number = 60, .value = 0.8f});
    score.try_send({.frame = 3000, .kind = EventKind::note_on, .number = 67, .value = 0.8f});
    score.promise(48000);
    engine.render(from_cpp.data(), frames);
    CHECK(std::memcmp(from_c.data(), from_cpp.data(), from_c.size() * sizeof(float)) == 0);
    CHECK(*std::max_element(from_c.begin(), from_c.end()) > 0.05f);
}

TEST_CASE("parameters are found by name and sent by number") {
    ScriptFolder folder;
    CEngine c;
    REQUIRE(forerun_load(c.engine, folder.write("tone.lua", tone_voice).c_str()) == FORERUN_OK);
    const auto level = forerun_find_parameter(c.engine, "tone", "level");
    REQUIRE(level >= 0);
    CHECK(forerun_find_parameter(c.engine, "tone", "volume") == -1);
    CHECK(forerun_find_parameter(c.engine, "other", "level") == -1);
    REQUIRE(forerun_start(c.engine) == FORERUN_OK);
    auto* score = forerun_make_producer(c.engine);
    forerun_event silence{};
    silence.kind = FORERUN_PARAMETER;
    silence.number = static_cast<std::uint16_t>(level);
    silence.value = 0;
    silence.frame = 0;
    const auto key = note_event(64, 60);
    SECTION("") { CHECK(forerun_send(score, &silence) == 1); }
    SECTION("or everything is muted") {
        silence.kind = FORERUN_MUTE;
        silence.value = 1;
        CHECK(forerun_send(score, &silence) == 1);
    }
    CHECK(forerun_send(score, &key) == 1);
    forerun_promise(score, 48000);
    std::vector<float> out(2 * 4800, 1.0f);
    REQUIRE(forerun_render(c.engine, out.data(), 4800) == FORERUN_OK);
    CHECK(std::all_of(out.begin(), out.end(), [](float x) { return x == 0.0f; }));
    forerun_destroy_producer(score);
}

TEST_CASE("the C face answers mistakes with one line and never throws") {
    char error[200] = "";
    auto c = offline();
    c.rate_hz = 7;
    CHECK(forerun_create(&c, error, sizeof error) == nullptr);
    CHECK_THAT(error, Catch::Contains("rate"));
    char little[8] = "";
    CHECK(forerun_create(&c, little, sizeof little) == nullptr);
    CHECK(std::strlen(little) == sizeof little - 1);
    c = offline();
    c.size_bytes += 8;
    CHECK(forerun_create(&c, error, sizeof error) == nullptr);
    CHECK_THAT(error, Catch::Contains("size_bytes"));

    ScriptFolder folder;
    CEngine good;
    CHECK(forerun_load(good.engine, "nowhere.lua") == FORERUN_BAD_INPUT);
    CHECK_THAT(forerun_error(good.engine), Catch::Contains("nowhere.lua"));
    CHECK(forerun_load(good.engine, folder.write("bad.lua", "return {\n").c_str()) == FORERUN_BAD_INPUT);
    CHECK_THAT(forerun_error(good.engine), Catch::Contains("bad.lua:"));
    CHECK(forerun_start(good.engine) == FORERUN_FAILED);  // nothing was loaded
    REQUIRE(forerun_load(good.engine, folder.write("tone.lua", tone_voice).c_str()) == FORERUN_OK);
    CHECK(std::string(forerun_error(good.engine)).empty());
    REQUIRE(forerun_start(good.engine) == FORERUN_OK);
    auto* producer = forerun_make_producer(good.engine);
    auto event = note_event(0, 60);
    for (const int kind : {-1, 10, FORERUN_DRUM_PART + 1, 99}) {
        event.kind = kind;
        CHECK(forerun_send(producer, &event) == 0);
    }
    forerun_destroy_producer(producer);
    forerun_destroy(nullptr);
    forerun_destroy_producer(nullptr);
}

TEST_CASE("a program that knows a shorter configuration gets the defaults for the rest") {
    auto c = offline();
    c.offline = 0;
    c.trust = 1;
    c.size_bytes = offsetof(forerun_configuration, offline);  // compiled before the last two fields came
    auto* engine = forerun_create(&c, nullptr, 0);
    REQUIRE(engine != nullptr);
    ScriptFolder folder;
    // trust was beyond its end: the script is not trusted.
    CHECK(forerun_load(engine, folder.write("io.lua", "return io.open").c_str()) == FORERUN_BAD_INPUT);
    CHECK_THAT(forerun_error(engine), Catch::Contains("not available"));
    forerun_destroy(engine);
}

TEST_CASE("a C program logs its session and reloads a script") {
    ScriptFolder folder;
    const auto file = folder.write("tone.lua", tone_voice);
    auto configuration = offline();
    configuration.offline = 0;
    configuration.no_rewind = 1;
    CEngine c(configuration);
    REQUIRE(forerun_load(c.engine, file.c_str()) == FORERUN_OK);
    CHECK(forerun_reload(c.engine, file.c_str()) == -1);
    CHECK_THAT(forerun_error(c.engine), Catch::Contains("after start"));
    CHECK(forerun_log_session(c.engine, (folder.path() / "none" / "s.frlog").c_str()) == FORERUN_BAD_INPUT);
    REQUIRE(forerun_log_session(c.engine, (folder.path() / "s.frlog").c_str()) == FORERUN_OK);
    REQUIRE(forerun_start(c.engine) == FORERUN_OK);
    CHECK(forerun_reload(c.engine, file.c_str()) == 1);
    CHECK(forerun_reload(c.engine, (folder.path() / "other.lua").c_str()) == 0);
    folder.write("tone.lua", "return {");
    CHECK(forerun_reload(c.engine, file.c_str()) == -1);
    CHECK_THAT(forerun_error(c.engine), Catch::Contains("tone.lua:1"));
    forerun_stop(c.engine);
    CHECK(std::filesystem::file_size(folder.path() / "s.frlog") > 1000);
}

TEST_CASE("an engine plays on a device, leaves it, and refuses one that does not fit") {
    ScriptFolder folder;
    auto device = std::make_unique<ClockDevice>(48000, 64, 2);
    auto configuration = fitted_to(*device);
    CHECK(configuration.block_frames == 64);
    configuration.workers = 1;
    Engine engine(configuration);
    engine.load_voice(folder.write("tone.lua", tone_voice));
    CHECK_THROWS_WITH(DeviceHost(engine, std::make_unique<ClockDevice>(44100, 64, 2)), Catch::Contains("fitted_to"));
    CHECK_THROWS_WITH(DeviceHost(engine, std::make_unique<ClockDevice>(48000, 64, 2, make_monotonic_time_source(), 1)),
                      Catch::Contains("fitted_to"));
    {
        const DeviceHost host(engine, std::move(device));
        while (engine.state().clock().frame() < 1000) std::this_thread::yield();
        CHECK(host.device().running());
    }
    const auto stopped_at = engine.state().clock().frame();
    std::vector<float> out(2 * 64);
    engine.process(out.data(), 64);  // the engine goes on without it
    CHECK(engine.state().clock().frame() == stopped_at + 64);
}

namespace {

// A driver with one input, which asks when the test does.
class AskingDevice final : public Device {
public:
    std::string name() const override { return "asking"; }
    double rate_hz() const override { return 48000; }
    std::uint32_t channels() const override { return 2; }
    std::uint32_t input_channels() const override { return 1; }
    std::int64_t block_frames() const override { return 64; }
    double latency_seconds() const override { return 0; }
    void start(Callback callback, void* user) override {
        callback_ = callback;
        user_ = user;
    }
    void stop() noexcept override { callback_ = nullptr; }
    bool running() const noexcept override { return callback_ != nullptr; }
    Scheduling scheduling() const override { return {}; }
    DeviceStatistics statistics() const override { return {}; }
    void ask(const float* in, float* out, std::int64_t frames) { callback_(user_, in, out, frames); }

private:
    Callback callback_ = nullptr;
    void* user_ = nullptr;
};

}  // namespace

TEST_CASE("a device may ask for blocks of any size, and its inputs change nothing that voices play") {
    ScriptFolder folder;
    auto device = std::make_unique<AskingDevice>();
    auto& driver = *device;
    auto configuration = fitted_to(driver);
    CHECK(configuration.input_channels == 1);
    configuration.workers = 1;
    Engine engine(configuration);
    engine.load_voice(folder.write("tone.lua", tone_voice));
    const DeviceHost host(engine, std::move(device));
    constexpr std::int64_t frames = 3 * 4096 + 17;
    const std::vector<float> in(frames, 0.5f);
    std::vector<float> out(2 * frames, 9.0f);
    driver.ask(in.data(), out.data(), frames);
    CHECK(engine.state().clock().frame() == frames);
    CHECK(engine.state().header().mixer.callbacks.load() == 1);  // and the clock is stamped once for each
    CHECK(out == std::vector<float>(2 * frames, 0.0f));          // nobody plays
    engine.process(nullptr, out.data(), 64);                     // inputs may be left out
    CHECK(engine.state().clock().frame() == frames + 64);
}
