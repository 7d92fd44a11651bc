// ctest: timeout=120
// ctest: jack
// ctest: plain
// Devices that have inputs, on a JACK server whose own delays are known: through a client of our own, and through PortAudio's.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "rt-engine/audio-io/jack_device.h"
#include "rt-engine/audio-io/open_device.h"
#include "rt-engine/audio-io/portaudio_session.h"
#include "rt-engine/audio-io/portaudio_stream.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/jack_server.h"

using namespace forerun;

namespace {

constexpr std::int64_t period = 256;

// Plays a number per channel that grows by one with every frame, and keeps what comes back.
struct Echo {
    explicit Echo(Device& device) : device(device), heard(static_cast<std::size_t>(40 * period)) {}
    ~Echo() { device.stop(); }

    static float sample(std::int64_t frame, std::uint32_t channel) {
        return static_cast<float>(frame + 1) * (channel % 2 ? -1.0f : 1.0f);
    }
    static void turn(void* self, const float* in, float* out, std::int64_t frames) noexcept {
        auto& echo = *static_cast<Echo*>(self);
        const auto inputs = echo.device.input_channels(), outputs = echo.device.channels();
        if (!in != (inputs == 0) || !out != (outputs == 0)) echo.null_is_wrong = true;
        for (std::int64_t i = 0; i < frames; ++i, ++echo.frame) {
            if (in && echo.frame < std::ssize(echo.heard))
                echo.heard[static_cast<std::size_t>(echo.frame)] = {in[i * inputs], in[i * inputs + inputs - 1]};
            for (std::uint32_t c = 0; out && c < outputs; ++c) out[i * outputs + c] = sample(echo.frame, c);
        }
        if (echo.frame >= std::ssize(echo.heard)) echo.done.store(true, std::memory_order_release);
    }
    bool turns() {
        for (int tries = 0; tries < 4000 && !done.load(std::memory_order_acquire); ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return done;
    }
    // How many frames later the first output was at the first input; the last heard pair.
    std::optional<std::int64_t> delay() const {
        const auto last = std::ssize(heard) - 1;
        const auto played = std::llround(heard.back().first) - 1;
        for (std::int64_t i = 0; i < period; ++i)
            if (std::llround(heard[static_cast<std::size_t>(last - i)].first) - 1 != played - i) return std::nullopt;
        return last - played;
    }

    Device& device;
    std::int64_t frame = 0;
    std::vector<std::pair<float, float>> heard;  // the first and the last input
    bool null_is_wrong = false;
    std::atomic<bool> done{false};
};

// The server may still be starting.
template <typename Open>
auto opened(Open open) -> decltype(open()) {
    for (int tries = 0;; ++tries) try {
            return open();
        } catch (const BadInput&) {
            if (tries == 2000) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
}

}  // namespace

TEST_CASE("a JACK device's inputs come interleaved, one period after what they are connected to") {
    const JackServer server(period);
    const auto device = opened([] { return open_jack_device({.channels = 3, .input_channels = 2}); });
    CHECK(device->channels() == 3);
    CHECK(device->input_channels() == 2);
    REQUIRE(device->try_connect(device->output_port(0), device->input_port(0)));
    REQUIRE(device->try_connect(device->output_port(1), device->input_port(1)));
    Echo echo(*device);
    device->start(Echo::turn, &echo);
    REQUIRE(echo.turns());
    device->stop();
    CHECK_FALSE(echo.null_is_wrong);
    CHECK(echo.delay() == period);
    CHECK(echo.heard.back().second == -echo.heard.back().first);
    CHECK(device->statistics().lost_frames == 0);
}

TEST_CASE("a JACK device that only listens hears another client, and one that only plays has no inputs") {
    const JackServer server(period);
    const auto player = opened([] { return open_jack_device({.client = "player"}); });
    const auto listener =
        open_jack_device({.client = "listener", .channels = 0, .input_channels = 2, .listens_to = "player"});
    Echo played(*player), heard(*listener);
    player->start(Echo::turn, &played);
    listener->start(Echo::turn, &heard);
    REQUIRE(played.turns());
    REQUIRE(heard.turns());
    listener->stop();
    player->stop();
    CHECK_FALSE(played.null_is_wrong);
    CHECK_FALSE(heard.null_is_wrong);
    CHECK(heard.delay());
    CHECK(heard.heard.back().second == -heard.heard.back().first);
}

TEST_CASE("by its name at a host API a JACK device is opened with inputs of the client that is asked for") {
    const JackServer server(period);
    const auto player = opened([] { return open_jack_device({.client = "player"}); });
    const auto device =
        open_device({.device = "system", .host_api = "jack", .channels = 2, .input_channels = 1, .input = "player"});
    CHECK(device->input_channels() == 1);
    CHECK(device->block_frames() == period);
    Echo played(*player), heard(*device);
    player->start(Echo::turn, &played);
    device->start(Echo::turn, &heard);
    REQUIRE(played.turns());
    REQUIRE(heard.turns());
    CHECK(heard.delay());
    try {
        open_device({.device = "system", .host_api = "jack", .input_channels = 1, .input = "nobody"});
        FAIL("it was opened");
    } catch (const BadInput& error) {
        CHECK_THAT(error.what(), Catch::Contains("--input nobody: no such input at JACK") && Catch::Contains("player"));
    }
}

TEST_CASE("a stream of PortAudio's own has its inputs beside its outputs, and counts the same frames") {
    const JackServer server(period);
    // Of another client, which PortAudio then lists beside the server.
    const auto wire = opened([] { return open_jack_device({.client = "wire", .channels = 0}); });
    const PortAudioSession session;
    const DeviceRequest request{.device = "system", .host_api = "jack", .channels = 2, .input_channels = 2};
    const auto output = matching_outputs(request).front();
    REQUIRE(is_on_jack(output));
    const auto device = open_portaudio_stream(output, request);
    CHECK(device->input_channels() == 2);
    const auto from = wire->outputs_of("PortAudio"), to = wire->inputs_of("PortAudio");
    REQUIRE(from.size() == 2);
    REQUIRE(to.size() == 2);
    for (const std::size_t c : {0, 1}) REQUIRE(wire->try_connect(from[c], to[c]));
    Echo echo(*device);
    device->start(Echo::turn, &echo);
    REQUIRE(echo.turns());
    device->stop();
    CHECK_FALSE(echo.null_is_wrong);
    const auto delay = echo.delay();
    REQUIRE(delay);
    CHECK(*delay >= period);
    CHECK(*delay % period == 0);
    CHECK(echo.heard.back().second == -echo.heard.back().first);
    const auto only_out = open_portaudio_stream(output, {.device = "system", .host_api = "jack"});
    CHECK(only_out->input_channels() == 0);
    Echo deaf(*only_out);
    only_out->start(Echo::turn, &deaf);
    REQUIRE(deaf.turns());
    CHECK_FALSE(deaf.null_is_wrong);
}
