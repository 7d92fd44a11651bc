#include "rt-engine/midi/midi_file_merge.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rt-engine/midi/midi_tick_clock.h"

namespace forerun {

void append_midi_track(MidiTrack& all, MidiTrack&& track) {
    const auto exclusives_before = all.exclusives.size();
    all.messages.reserve(all.messages.size() + track.messages.size());
    for (auto message : track.messages) {
        if (message.exclusive != MidiTickMessage::is_channel_message) message.exclusive += exclusives_before;
        all.messages.push_back(message);
    }
    std::move(track.exclusives.begin(), track.exclusives.end(), std::back_inserter(all.exclusives));
    all.tempos.insert(all.tempos.end(), track.tempos.begin(), track.tempos.end());
    if (all.title.empty()) all.title = std::move(track.title);
    all.last_tick = std::max(all.last_tick, track.last_tick);
    all.ports |= track.ports;
    all.clipped += track.clipped;
    all.skipped += track.skipped;
    all.bad_tempos += track.bad_tempos;
}

MidiFile merged_midi_file(const MidiFileBytes& file, const MidiFileHeader& header, MidiTrack&& all) {
    const auto by_tick = [](const auto& a, const auto& b) { return a.tick < b.tick; };
    std::stable_sort(all.messages.begin(), all.messages.end(), by_tick);
    std::stable_sort(all.tempos.begin(), all.tempos.end(), by_tick);
    const MidiTickClock clock =
        header.is_smpte() ? MidiTickClock::smpte(header.smpte_frames_per_second(), header.smpte_ticks_per_frame())
                          : MidiTickClock(header.division, all.tempos);
    MidiFile piece{header.format == 2 ? 0 : header.format, {}, {}, clock.seconds(all.last_tick), std::move(all.title)};
    if (piece.duration_seconds > kMidiFileMaxSeconds) file.fail_too_long(file.size());

    piece.messages.reserve(all.messages.size());
    for (auto& timed : all.messages) {
        timed.message.seconds = clock.seconds(timed.tick);
        if (timed.exclusive == MidiTickMessage::is_channel_message)
            piece.messages.push_back(timed.message);
        else
            piece.exclusives.push_back(
                {timed.message.seconds, piece.messages.size(), std::move(all.exclusives[timed.exclusive])});
    }
    auto& tempos = all.tempos;
    if (tempos.empty() || tempos.front().tick > 0)
        tempos.insert(tempos.begin(), {0, kMidiDefaultMicrosecondsPerQuarter});
    for (std::size_t i = 0; i < tempos.size(); ++i) {
        if (i + 1 < tempos.size() && tempos[i + 1].tick == tempos[i].tick) continue;  // the last at one tick counts
        piece.tempos.push_back({clock.seconds(tempos[i].tick), 60e6 / tempos[i].microseconds_per_quarter});
    }
    return piece;
}

}  // namespace forerun
