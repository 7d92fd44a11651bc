#include "rt-engine/forerun_c.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "rt-engine/audio-io/open_device.h"
#include "rt-engine/device_host.h"
#include "rt-engine/forerun.h"

using namespace forerun;

struct forerun_engine {
    explicit forerun_engine(const Configuration& configuration) : engine(configuration) {}
    Engine engine;
    std::unique_ptr<DeviceHost> host;  // null: it plays on no device
    std::string error;
};

struct forerun_producer {
    Producer producer;
};

static_assert(FORERUN_KEY_PRESSURE == static_cast<int>(EventKind::key_pressure));
static_assert(FORERUN_TEMPO == static_cast<int>(EventKind::tempo));
static_assert(FORERUN_MUTE == static_cast<int>(EventKind::mute));
static_assert(FORERUN_SOLO == static_cast<int>(EventKind::solo));
static_assert(FORERUN_DRUM_PART == static_cast<int>(EventKind::drum_part));
static_assert(FORERUN_EVENTS_WAIT == static_cast<int>(NotificationKind::fixed));
static_assert(FORERUN_VOICE_SLOW == static_cast<int>(NotificationKind::slow));
static_assert(FORERUN_NOW == now_frame && FORERUN_ALL_CHANNELS == all_channels);
static_assert(sizeof(forerun_notification::text) == sizeof(Notification::text));

namespace {

// Runs `work`; nothing that it throws crosses into C.
template <typename Work>
forerun_result guarded(std::string& error, Work work) noexcept {
    try {
        error.clear();
        work();
        return FORERUN_OK;
    } catch (const BadInput& failure) {
        error = failure.what();
        return FORERUN_BAD_INPUT;
    } catch (const std::exception& failure) {
        error = printable(failure.what());
        return FORERUN_FAILED;
    } catch (...) {
        return FORERUN_FAILED;
    }
}

void copy_error(const std::string& text, char* error, std::size_t bytes) noexcept {
    if (error == nullptr || bytes == 0) return;
    const auto shown = printable(text, bytes - 1);
    shown.copy(error, shown.size());
    error[shown.size()] = '\0';
}

Configuration configuration_of(const forerun_configuration& given) {
    // A program that was compiled with an older, shorter struct has set only what it knows.
    auto known = forerun_default_configuration();
    if (given.size_bytes == 0 || given.size_bytes > sizeof known)
        throw BadInput("forerun_configuration: size_bytes is wrong; start from forerun_default_configuration()");
    std::memcpy(&known, &given, given.size_bytes);
    Configuration c;
    c.rate_hz = known.rate_hz;
    c.channels = known.channels;
    c.block_frames = known.block_frames;
    c.depth_frames = known.depth_frames;
    c.voices = known.voices;
    c.workers = known.workers;
    c.event_delay_frames = known.event_delay_frames;
    c.seed = known.seed;
    c.offline = known.offline != 0;
    c.trust = known.trust != 0;
    c.rewind = known.no_rewind == 0;
    c.floor_seconds = known.floor_seconds;
    c.load_ceiling = known.load_ceiling;
    return c;
}

}  // namespace

const char* forerun_version(void) { return FORERUN_VERSION; }

forerun_configuration forerun_default_configuration(void) {
    const Configuration c;
    forerun_configuration given{};
    given.size_bytes = sizeof given;
    given.channels = c.channels;
    given.rate_hz = c.rate_hz;
    given.block_frames = c.block_frames;
    given.depth_frames = c.depth_frames;
    given.voices = c.voices;
    given.workers = c.workers;
    given.event_delay_frames = c.event_delay_frames;
    given.seed = c.seed;
    given.floor_seconds = c.floor_seconds;
    given.load_ceiling = c.load_ceiling;
    return given;
}

forerun_engine* forerun_create(const forerun_configuration* configuration, char* error, size_t error_bytes) {
    forerun_engine* made = nullptr;
    std::string text;
    if (guarded(text, [&] { made = new forerun_engine(configuration_of(*configuration)); }) != FORERUN_OK)
        copy_error(text, error, error_bytes);
    return made;
}

void forerun_destroy(forerun_engine* engine) { delete engine; }

const char* forerun_error(const forerun_engine* engine) { return engine->error.c_str(); }

forerun_result forerun_load(forerun_engine* e, const char* file) {
    return guarded(e->error, [&] {
        if (e->engine.is_rig(file)) {
            e->engine.load_rig(file);
        } else {
            e->engine.load_voice(file);
        }
    });
}

forerun_result forerun_log_session(forerun_engine* e, const char* file) {
    return guarded(e->error, [&] { e->engine.log_session(file); });
}

int32_t forerun_reload(forerun_engine* e, const char* file) {
    std::size_t count = 0;
    return guarded(e->error, [&] { count = e->engine.reload(file); }) == FORERUN_OK ? static_cast<int32_t>(count) : -1;
}

forerun_result forerun_start(forerun_engine* e) {
    return guarded(e->error, [&] { e->engine.start(); });
}

void forerun_stop(forerun_engine* e) {
    e->host.reset();
    e->engine.stop();
}

forerun_result forerun_play_on(forerun_engine* e, const char* device) {
    return guarded(e->error, [&] {
        const auto& c = e->engine.configuration();
        auto opened = open_device({.device = device != nullptr ? device : "",
                                   .rate_hz = c.rate_hz,
                                   .block_frames = c.block_frames,
                                   .channels = c.channels});
        require_fit(*opened, c);  // else the one before plays on
        e->host.reset();
        e->host = std::make_unique<DeviceHost>(e->engine, std::move(opened));
    });
}

void forerun_leave_device(forerun_engine* e) { e->host.reset(); }

forerun_result forerun_fit_to_device(forerun_configuration* configuration, const char* device, char* error,
                                     size_t error_bytes) {
    std::string text;
    const auto result = guarded(text, [&] {
        const auto c = configuration_of(*configuration);
        const auto opened = open_device({.device = device != nullptr ? device : "", .channels = c.channels});
        const auto fitted = fitted_to(*opened, c);
        configuration->rate_hz = fitted.rate_hz;
        configuration->channels = fitted.channels;
        configuration->block_frames = fitted.block_frames;
    });
    if (result != FORERUN_OK) copy_error(text, error, error_bytes);
    return result;
}

void forerun_process(forerun_engine* e, float* out, int64_t frames) { e->engine.process(out, frames); }

forerun_result forerun_render(forerun_engine* e, float* out, int64_t frames) {
    return guarded(e->error, [&] { e->engine.render(out, frames); });
}

forerun_producer* forerun_make_producer(forerun_engine* e) {
    return new (std::nothrow) forerun_producer{e->engine.make_producer()};
}

void forerun_destroy_producer(forerun_producer* producer) { delete producer; }

int forerun_send(forerun_producer* producer, const forerun_event* event) {
    constexpr int own = static_cast<int>(EventKind::reload);
    if (event->kind < FORERUN_NOTE_ON || event->kind > FORERUN_DRUM_PART || event->kind == own) return 0;
    return producer->producer.try_send({.frame = event->frame,
                                        .kind = static_cast<EventKind>(event->kind),
                                        .channel = event->channel,
                                        .number = event->number,
                                        .value = event->value})
               ? 1
               : 0;
}

void forerun_promise(forerun_producer* producer, int64_t frame) { producer->producer.promise(frame); }

int forerun_next_notification(forerun_engine* e, forerun_notification* out) {
    Notification n;
    if (!e->engine.next_notification(n)) return 0;
    *out = {};
    out->frame = n.frame;
    out->value = n.kind == NotificationKind::underrun ? n.underrun.frames_missing : n.value;
    out->serial = n.serial;
    out->kind = static_cast<int32_t>(n.kind);
    out->instrument = n.instrument;
    out->channel = n.channel;
    out->key = n.key;
    std::memcpy(out->text, n.text, sizeof out->text);
    return 1;
}

int32_t forerun_find_parameter(const forerun_engine* e, const char* instrument, const char* parameter) {
    const auto found = e->engine.state().find_parameter(instrument, parameter);
    return found ? static_cast<int32_t>(*found) : -1;
}

int64_t forerun_frame(const forerun_engine* e) { return e->engine.state().clock().frame(); }
float forerun_peak(const forerun_engine* e) { return e->engine.peak_level(); }
uint64_t forerun_voices(const forerun_engine* e) { return e->engine.voices_sounding(); }
uint64_t forerun_underrun_events(const forerun_engine* e) { return e->engine.state().header().mixer.underrun_events; }
uint64_t forerun_underrun_frames(const forerun_engine* e) { return e->engine.state().header().mixer.underrun_frames; }
