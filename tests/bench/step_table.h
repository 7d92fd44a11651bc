// What was measured, for people and for programs, and whether the goals are met.
#pragma once

#include <fmt/format.h>

#include <cstdio>

#include "tests/bench/step_stage.h"

namespace forerun::bench {

inline constexpr double rate_hz = 48000;
inline double milliseconds(std::int64_t frames) { return 1e3 * static_cast<double>(frames) / rate_hz; }

inline void print_head() {
    fmt::print(
        "From the frame of a MIDI message to the first changed sample, in frames of the JACK server ({} Hz).\n"
        "  latency   as the recorder heard it. floor: of a client that does nothing but answer, for the same "
        "messages:\n"
        "            what JACK, or RtMidi and JACK, need (RtMidi's messages go with the next cycle)\n"
        "  added     latency beyond the floor. spread: its longest minus its shortest; off: messages that are not as "
        "most\n"
        "  blurred   messages whose answer is not one step: a crossfade, or voices that did not answer at the same "
        "frame\n"
        "Not in it: what hardware adds, usually a block until a key's message is in JACK's cycle and the buffer to "
        "the\n"
        "converter. The server waits for late clients (jackd -S). Its xruns are the machine's: jack_frame_time(), "
        "RtMidi's\n"
        "time of sending, is wrong after them by what they took, and so is that floor, to either side.\n\n",
        rate_hz);
}

inline void print_column_names() {
    fmt::print(
        "  {:<7} {:<11} {:>5} {:>8} | {:>6} {:>6} {:>6} {:>7} {:>7} | {:>5} {:>5} | {:>6} {:>6} {:>6} {:>5} {:>7}\n",
        "sender", "kind", "sent", "answered", "p50", "p99", "max", "p50 ms", "p99 ms", "floor", "max", "added", "p99",
        "spread", "off", "blurred");
}

inline void print_cell(const CellFigures& f) {
    const auto& c = f.cell;
    fmt::print(
        "blocks of {}, {}, {}, {} frames ahead; event delay {}; {:.0f} messages/s; underruns {}, rewinds {}, late "
        "switches {}, xruns of the server {}; {}\n",
        c.block_frames, c.loaded ? "under load" : "idle", c.rewind ? "rewinding" : "no rewinding", c.depth_frames(),
        f.event_delay_frames, f.mean_events_hz, f.underrun_events, f.rewinds, f.late_switches, f.server_xruns,
        f.audio_thread);
    for (std::size_t way = 0; way < ways; ++way)
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const auto& k = f.of[way][kind];
            const auto p50 = k.latency.percentile(50), p99 = k.latency.percentile(99);
            fmt::print(
                "  {:<7} {:<11} {:5} {:8} | {:6} {:6} {:6} {:7.2f} {:7.2f} | {:5} {:5} | {:6} {:6} {:6} {:5} {:7}\n",
                way_names[way], kind_names[kind], k.sent, k.latency.count(), p50, p99, k.latency.most(),
                milliseconds(p50), milliseconds(p99), k.floor.percentile(50), k.floor.most(), k.added.percentile(50),
                k.added.percentile(99), k.added.most() - k.added.least(), k.added.deviating(), k.blurred);
        }
    std::fflush(stdout);
}

inline nlohmann::ordered_json json_of(const Spread& s) {
    return {{"least", s.least()}, {"p50", s.percentile(50)},        {"p99", s.percentile(99)},
            {"max", s.most()},    {"spread", s.most() - s.least()}, {"deviating", s.deviating()}};
}

inline nlohmann::ordered_json json_of(const CellFigures& f) {
    nlohmann::ordered_json j = {{"block_frames", f.cell.block_frames},
                                {"loaded", f.cell.loaded},
                                {"rewind", f.cell.rewind},
                                {"depth_frames", f.cell.depth_frames()},
                                {"event_delay_frames", f.event_delay_frames},
                                {"messages_per_second", f.mean_events_hz},
                                {"underrun_events", f.underrun_events},
                                {"rewinds", f.rewinds},
                                {"late_switches", f.late_switches},
                                {"late_starts", f.late_starts},
                                {"events_moved", f.events_moved},
                                {"server_xruns", f.server_xruns},
                                {"audio_thread", f.audio_thread}};
    for (std::size_t way = 0; way < ways; ++way)
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const auto& k = f.of[way][kind];
            j["answers"].push_back({{"sender", way_names[way]},
                                    {"kind", kind_names[kind]},
                                    {"sent", k.sent},
                                    {"answered", k.latency.count()},
                                    {"blurred", k.blurred},
                                    {"longest_blur_frames", k.longest_blur_frames},
                                    {"latency_frames", json_of(k.latency)},
                                    {"floor_frames", json_of(k.floor)},
                                    {"added_frames", json_of(k.added)}});
        }
    return j;
}

// What is promised of rewinding, against all cells that have it.
inline void print_goals(const std::vector<CellFigures>& all) {
    std::size_t sent = 0, answered = 0, jack_sent = 0, jack_off = 0;
    std::uint64_t underruns = 0;
    std::int64_t worst_over = -1'000'000, worst_spread = 0, worst_p50 = 0, worst_p99 = 0;
    bool has_64 = false, has_pair = false;
    const auto shallow_of = [&](const CellFigures& deep) -> const CellFigures* {
        for (const auto& f : all)
            if (!f.cell.deep && f.cell.rewind && f.cell.loaded == deep.cell.loaded &&
                f.cell.block_frames == deep.cell.block_frames)
                return &f;
        return nullptr;
    };
    for (const auto& f : all) {
        underruns += f.underrun_events;
        const auto* shallow = f.cell.rewind && f.cell.deep ? shallow_of(f) : nullptr;
        for (std::size_t way = 0; way < ways; ++way)
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                const auto& k = f.of[way][kind];
                sent += k.sent;
                answered += k.latency.count();
                if (!f.cell.rewind) continue;
                if (f.cell.block_frames == 64) {
                    has_64 = true;
                    // A message by JACK has no floor; RtMidi's is measured with a wrong clock when the server has xruns.
                    const auto& over = way == by_jack ? k.latency : k.added;
                    worst_over = std::max(worst_over, over.percentile(50) - f.event_delay_frames - 64 * 3 / 2);
                }
                if (way == by_jack) {
                    jack_sent += k.latency.count();
                    jack_off += k.added.deviating();
                    worst_spread = std::max(worst_spread, k.added.most() - k.added.least());
                }
                if (!shallow) continue;
                // Of what is added: when RtMidi's messages meet the cycle is chance.
                const auto& other = shallow->of[way][kind];
                const auto more = [&](double percent) {
                    return k.added.percentile(percent) - other.added.percentile(percent);
                };
                has_pair = true;
                worst_p50 = std::max(worst_p50, more(50));
                worst_p99 = std::max(worst_p99, more(99));
            }
    }
    const auto verdict = [](bool met) { return met ? "met" : "NOT met"; };
    fmt::print("\nall cells: {} sent, {} answered ({}); {} underruns\n", sent, answered, verdict(sent == answered),
               underruns);
    if (has_64)
        fmt::print(
            "blocks of 64, p50 (RtMidi: beyond the floor) within event delay + 1.5 blocks: {} (worst {:+} frames "
            "against "
            "that)\n",
            verdict(worst_over <= 0), worst_over);
    if (has_pair)
        fmt::print("default depth no worse than the smallest: {} (worst p50 {:+} frames, p99 {:+} frames)\n",
                   verdict(worst_p50 <= 0 && worst_p99 <= 0), worst_p50, worst_p99);
    fmt::print("JACK MIDI, added jitter below one sample: {} (spread {} frames, {} of {} messages off)\n",
               verdict(worst_spread == 0), worst_spread, jack_off, jack_sent);
}

}  // namespace forerun::bench
