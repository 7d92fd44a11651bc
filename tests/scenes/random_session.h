// A session of random notes, bends, controllers, parameters and pedals on a live engine whose time the test moves.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"

namespace forerun {

struct SessionPlan {
    std::filesystem::path script;
    std::uint32_t seed = 1;
    std::int64_t frames = 12000;
    Configuration configuration;
    // Time waits for workers, and for the mixer to hear all that was sent: no underruns, and nothing is left unheard at the end.
    // Else time goes on as it likes: notes come late, rings run dry, voices are stolen.
    bool patient = true;
    std::filesystem::path log;          // empty: none
    WorkerProbes* probes = nullptr;     // or null
    std::vector<std::string> versions;  // of the script, written and reloaded one after the other
};

struct Session {
    std::vector<Event> events;
    std::vector<float> heard;  // interleaved
    std::vector<float> left;
    std::vector<std::pair<std::int64_t, std::int64_t>> late;  // engine frames [E, switch + 64)
    std::uint64_t rewinds = 0, moved = 0, late_events = 0, underruns = 0, late_starts = 0, stolen = 0,
                  late_switches = 0;
    std::vector<std::string> errors, fixed;
    std::vector<UnderrunRecord> underrun_records;
};

inline Configuration session_configuration() {
    auto c = live_configuration();
    c.voices = 64;  // none is stolen: whom, is decided live from what is known then
    c.reserve_voices = 8;
    c.block_frames = 300;
    c.depth_frames = 8192;
    return c;
}

class RandomSession {
public:
    explicit RandomSession(const SessionPlan& plan)
        : plan_(plan), live_(plan.script, plan.configuration, plan.log, {}, plan.probes), random_(plan.seed) {}

    Session play() {
        // Something sounds in every session.
        Event first;
        first.frame = plan_.patient ? 4096 + 700 : 600;
        first.kind = EventKind::note_on;
        first.number = 55;
        first.value = 0.8f;
        send(first);
        while (live_.clock() < plan_.frames) {
            for (int burst = below(3); burst > 0; --burst) send(random_event());
            reload_when_due();
            const std::int64_t block = 1 + below(static_cast<int>(plan_.configuration.block_frames));
            if (plan_.patient) wait_for_rings(block);
            if (below(3) == 0) std::this_thread::sleep_for(std::chrono::microseconds(below(900)));
            live_.process(block);
        }
        // All that was sent is heard, or it would differ without a record. In long blocks: workers that have nothing to do sleep
        // as long for a short one.
        const std::int64_t last_block = 1000;
        while (plan_.patient && live_.clock() < plan_.frames + 6 * last_block) {
            wait_for_rings(last_block);
            wait_for_workers();
            live_.process(last_block);
        }
        return account();
    }

private:
    int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
    float unit() { return static_cast<float>(below(1001)) / 1000.0f; }

    // Frames of events never go back, so that offline sees the same order.
    void send(Event event) {
        event.frame = newest_ = std::max(newest_, event.frame);
        session_.events.push_back(event);
        while (!live_.producer.try_send(event)) std::this_thread::yield();
    }

    Event random_event() {
        const int keys[] = {40, 52, 55, 60, 67, 76};
        const auto clock = live_.clock();
        // Some long before their time, most in audio that is there, some in the past.
        const auto due =
            std::max<std::int64_t>(0, below(4) == 0 ? clock + 2000 + below(3000) : clock - 40 + below(500));
        const int key = keys[below(6)];
        Event event;
        event.frame = due;
        const auto make = [&](EventKind kind, int number, float value) {
            event.kind = kind;
            event.number = static_cast<std::uint16_t>(number);
            event.value = value;
            return event;
        };
        const auto parameters = static_cast<int>(live_.engine.state().header().parameter_count.load());
        switch (below(9)) {
        case 0:
            event.frame = plan_.patient || below(2) == 0 ? clock + 4096 + 700 : clock - 100 + below(600);
            event.frame = std::max<std::int64_t>(0, event.frame);
            return make(EventKind::note_on, key, 0.2f + 0.8f * unit());
        case 1: return make(EventKind::note_off, key, 0);
        case 2: return make(EventKind::controller, 64, below(2) ? 1.0f : 0.0f);
        case 3: return make(EventKind::controller, below(4) == 0 ? 7 : 1, unit());
        case 4: return make(EventKind::channel_pressure, 0, unit());
        case 5:
            if (parameters > 0) {
                const int index = below(parameters);
                const auto& entry = live_.engine.state().parameter(static_cast<std::uint32_t>(index));
                return make(EventKind::parameter, index, entry.minimum + unit() * (entry.maximum - entry.minimum));
            }
            [[fallthrough]];
        default: return make(EventKind::pitch_bend, 0, 2 * unit() - 1);
        }
    }

    // Evenly over the session.
    void reload_when_due() {
        const auto count = static_cast<std::int64_t>(plan_.versions.size());
        if (next_version_ >= count || live_.clock() * (count + 1) < plan_.frames * (next_version_ + 1)) return;
        std::ofstream(plan_.script, std::ios::binary) << plan_.versions[static_cast<std::size_t>(next_version_++)];
        CHECK(live_.engine.reload(plan_.script) == 1);
    }

    // Time never passes what is rendered; apart from that workers are early or late as it comes.
    void wait_for_rings(std::int64_t block) {
        live_.wait_until(
            [&] {
                const auto& state = live_.engine.state();
                if (state.header().conductor.events < session_.events.size()) return false;
                for (std::uint32_t slot = 0; slot < state.header().slots; ++slot) {
                    const auto word = VoiceWord::unpacked(state.voice(slot).word.load());
                    const auto view = live_.engine.slot(slot);
                    const bool alive = view.serial != 0 && !view.stopped;
                    if (alive && word.state != WordState::empty && live_.fill(slot) < block + 64 && !live_.ended(slot))
                        return false;
                }
                return true;
            },
            5000);
    }

    // Until the worker has looked at everything twice and found nothing to do but wait for the mixer.
    void wait_for_workers() {
        const auto& sleeps = live_.engine.state().worker(0).sleeps;
        const auto before = sleeps.load();
        REQUIRE(live_.wait_until([&] { return sleeps.load() >= before + 2; }));
    }

    Session account() {
        const auto& mixer = live_.engine.state().header().mixer;
        REQUIRE(live_.wait_until(
            [&] { return live_.of_kind(NotificationKind::late_switch).size() == mixer.late_switches; }));
        session_.heard = live_.heard;
        session_.left = live_.left;
        for (const auto& n : live_.notifications) {
            if (n.kind == NotificationKind::late_switch)
                session_.late.emplace_back(n.frame - n.value, n.frame + fade_frames);
            if (n.kind == NotificationKind::voice_started && n.value != 0) ++session_.moved;
            if (n.kind == NotificationKind::error) session_.errors.emplace_back(n.text);
            if (n.kind == NotificationKind::fixed) session_.fixed.emplace_back(n.text);
        }
        const auto& line = live_.engine.state().worker(0);
        session_.moved += line.events_moved + mixer.late_starts;
        session_.rewinds = line.rewinds;
        session_.late_events = line.late_events;
        session_.underruns = mixer.underrun_events;
        session_.late_starts = mixer.late_starts;
        session_.late_switches = mixer.late_switches;
        session_.stolen = live_.engine.state().header().conductor.voices_stolen;
        REQUIRE(mixer.reports_lost == 0);
        if (plan_.patient) REQUIRE(session_.underruns == 0);
        live_.engine.stop();
        for (Notification n; live_.engine.next_notification(n);) live_.notifications.push_back(n);
        for (const auto& n : live_.of_kind(NotificationKind::underrun)) session_.underrun_records.push_back(n.underrun);
        return session_;
    }

    const SessionPlan plan_;
    LiveEngine live_;
    std::mt19937 random_;
    Session session_;
    std::int64_t newest_ = 0;
    std::int64_t next_version_ = 0;
};

}  // namespace forerun
