// Renders music through the whole engine, offline, into memory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_file.h"
#include "rt-engine/midi/midi_player.h"

namespace forerun {

inline std::filesystem::path source_file(const std::string& name) {
    return std::filesystem::path(FORERUN_SOURCE_DIR) / name;
}

inline Configuration offline_configuration() {
    Configuration c;
    c.offline = true;
    c.workers = 1;
    c.script_path = {source_file("scripts")};
    return c;
}

struct Piece {
    std::filesystem::path music = source_file("examples/mountain-king.mid");
    std::filesystem::path rig = source_file("examples/mountain-king.lua");
    double from_seconds = 0;  // notes before are left out, controllers and programs are not
    double seconds = 5;
};

struct RenderedPiece {
    std::vector<float> samples;  // interleaved
    std::uint64_t stolen = 0;
    std::uint64_t dropped = 0;
    std::uint64_t underruns = 0;
    std::vector<std::string> errors;
};

inline RenderedPiece render_piece(const Configuration& configuration, const Piece& piece = {}) {
    Engine engine(configuration);
    engine.load_rig(piece.rig);
    auto file = read_midi_file(piece.music);
    std::erase_if(file.messages, [&](const MidiMessage& message) {
        const bool is_note = (message.status & 0xe0) == 0x80;
        return message.seconds >= piece.from_seconds + piece.seconds ||
               (is_note && message.seconds < piece.from_seconds);
    });
    for (auto& message : file.messages) message.seconds = std::max(0.0, message.seconds - piece.from_seconds);
    const auto rate_hz = engine.configuration().rate_hz;
    MidiPlayer player(file, engine.make_producer(), rate_hz, 0);
    engine.start();

    RenderedPiece result;
    const auto frames = static_cast<std::int64_t>(piece.seconds * rate_hz);
    const auto block = engine.configuration().block_frames;
    const auto ahead = engine.state().header().depth_frames + 8192;
    result.samples.resize(static_cast<std::size_t>(frames) * configuration.channels);
    for (std::int64_t at = 0; at < frames; at += block) {
        player.advance_to(at + ahead);
        engine.render(result.samples.data() + at * configuration.channels, std::min(block, frames - at));
    }
    for (Notification n; engine.next_notification(n);)
        if (n.kind == NotificationKind::error) result.errors.emplace_back(n.text);
    const auto& header = engine.state().header();
    result.stolen = header.conductor.voices_stolen;
    result.dropped = header.conductor.notes_dropped;
    result.underruns = header.mixer.underrun_events;
    engine.stop();
    return result;
}

}  // namespace forerun
