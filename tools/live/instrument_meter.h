// The current notes, fill, quality and peak of every instrument, for the live picture. Belongs to one thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "rt-engine/snapshot.h"
#include "shared/rig/gains.h"
#include "tools/live/live_picture.h"

namespace forerun {

class InstrumentMeter {
public:
    explicit InstrumentMeter(const Engine& engine)
        : peaks_(engine.rig().instruments.size()), heard_seconds_(peaks_.size(), -1) {}

    // Looks at what is heard now. The peak is the loudest voice's, before pan and bus.
    void look(const std::vector<VoiceSnapshot>& voices) {
        for (const auto& v : voices)
            if (v.instrument < peaks_.size()) peaks_[v.instrument] = std::max(peaks_[v.instrument], v.level);
    }

    // A row for every instrument of the rig that is used, in the rig's order. Shown peaks fall by 14 dB in a second of 15
    // pictures. `seconds`: the time of what is heard.
    std::vector<PictureInstrument> rows(const EngineSnapshot& now, double seconds) {
        std::vector<PictureInstrument> found(peaks_.size());
        for (const auto& v : now.voices) {
            if (v.instrument >= found.size()) continue;
            auto& row = found[v.instrument];
            ++row.notes;
            row.quality = std::min(row.quality, static_cast<int>(v.quality));
            if (!v.ended)
                row.least_fill = std::min(row.least_fill,
                                          static_cast<double>(v.fill_frames) / static_cast<double>(now.depth_frames));
        }
        std::vector<PictureInstrument> rows;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto& instrument = now.rig->instruments[i];
            const double peak = static_cast<double>(peaks_[i]) * linear_gain(instrument.gain_db);
            peaks_[i] *= 0.9f;
            if (found[i].notes > 0) heard_seconds_[i] = seconds;
            found[i].name = instrument.name;
            found[i].heard_seconds = heard_seconds_[i];
            found[i].peak_db = peak > 1e-5 ? 20 * std::log10(peak) : -200;
            // Of a set's other rigs what still rings.
            if (instrument.rig == now.used_rig || found[i].notes > 0) {
                found[i].number = i;
                rows.push_back(found[i]);
            }
        }
        return rows;
    }

private:
    std::vector<float> peaks_;
    std::vector<double> heard_seconds_;
};

}  // namespace forerun
