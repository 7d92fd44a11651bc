#include "tools/live/music_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "shared/bad_input.h"
#include "tools/options/option_range.h"

namespace forerun {

namespace {

constexpr double usual_hold_seconds = 0.5;
constexpr double seconds_between_notes = 0.5;
constexpr std::uint8_t usual_velocity = 100;
constexpr std::size_t most_notes = 16384;
constexpr std::size_t most_repeated_messages = std::size_t{2} << 20;

std::vector<std::string_view> pieces_of(std::string_view list) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto comma = list.find(',');
        pieces.push_back(list.substr(0, comma));
        if (comma == list.npos) return pieces;
        list.remove_prefix(comma + 1);
    }
}

std::optional<int> whole_number(std::string_view text) {
    int value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

// "F#3": a letter, signs, an octave.
std::optional<int> named_key(std::string_view name) {
    constexpr std::array<int, 7> above_c = {9, 11, 0, 2, 4, 5, 7};  // A to G
    if (name.empty()) return std::nullopt;
    const char letter = static_cast<char>(name[0] | 0x20);
    if (letter < 'a' || letter > 'g') return std::nullopt;
    int key = above_c[static_cast<std::size_t>(letter - 'a')];
    name.remove_prefix(1);
    for (; !name.empty() && (name[0] == '#' || name[0] == 'b'); name.remove_prefix(1)) key += name[0] == '#' ? 1 : -1;
    const auto octave = whole_number(name);
    if (!octave || std::abs(*octave) > 10) return std::nullopt;
    return key + 12 * (*octave + 1);
}

bool is_note(const MidiMessage& message) { return (message.status & 0xe0) == 0x80; }

// Whether only its last value matters: bends, pressure, and controllers but those that make one number of several.
bool has_one_value(const MidiMessage& message) {
    const auto kind = message.status & 0xf0;
    if (kind == 0xe0 || kind == 0xd0) return true;
    if (kind != 0xb0) return false;
    const auto number = message.data1;
    return number != 0 && number != 32 && number != 6 && number != 38 && !(number >= 96 && number <= 101) &&
           number < 120;
}

}  // namespace

void add_music_options(CLI::App& command, MusicOptions& o) {
    auto* notes =
        command
            .add_option("--notes", o.notes,
                        "Keys that a voice or rig plays instead of its phrase, one after the other: numbers or "
                        "names, such as 36,C2,F#3 (C4 = 60)")
            ->check(not_empty());
    command.add_option("--velocity", o.velocities, "Velocities of each of these notes, such as 20,127 (default 100)")
        ->check(not_empty())
        ->needs(notes);
    command.add_option("--hold", o.hold_seconds, "Seconds for which each of these notes is held (default 0.5)")
        ->check(between(0.001, 3600.0))
        ->needs(notes);
    command.add_flag("--loop", o.loop, "Play it again and again, for a day at most")->disable_flag_override();
    command.add_option("--from", o.from_seconds, "Begin so many seconds into the piece; notes before are left out")
        ->check(between(0.0, 86400.0));
}

void shape(MusicSource& source, const MusicOptions& o, double seconds) {
    if (!o.notes.empty()) {
        if (!source.is_script)
            throw BadInput("--notes: goes with a voice or rig, and " + source.name + " is a MIDI file; leave one out");
        std::vector<std::uint8_t> keys, velocities;
        for (const auto name : pieces_of(o.notes)) keys.push_back(key_named(name, "--notes"));
        for (const auto text : pieces_of(o.velocities)) {
            if (o.velocities.empty()) break;
            const auto velocity = whole_number(text);
            if (!velocity || *velocity < 1 || *velocity > 127)
                throw BadInput(fmt::format("--velocity \"{}\": is no whole number between 1 and 127", text));
            velocities.push_back(static_cast<std::uint8_t>(*velocity));
        }
        if (velocities.empty()) velocities.push_back(usual_velocity);
        if (keys.size() * velocities.size() > most_notes)
            throw BadInput(fmt::format("--notes: are more than {} notes; ask for fewer", most_notes));
        source.music = note_list(keys, velocities, o.hold_seconds > 0 ? o.hold_seconds : usual_hold_seconds);
    }
    if (o.from_seconds > 0) {
        if (o.from_seconds >= source.music.duration_seconds)
            throw BadInput(fmt::format("--from {:g}: lies behind the end of {}, at {:.1f} s; choose less",
                                       o.from_seconds, source.name, source.music.duration_seconds));
        source.music = piece_from(source.music, o.from_seconds);
    }
    if (o.loop) source.music = piece_repeated(source.music, seconds > 0 ? seconds : kMidiFileMaxSeconds);
}

std::uint8_t key_named(std::string_view name, const std::string& option) {
    const auto number = whole_number(name);
    const auto key = number ? number : named_key(name);
    if (!key || *key < 0 || *key > 127)
        throw BadInput(fmt::format(
            "{} \"{}\": is no key; give numbers from 0 to 127, or names such as C4 (60), F#3, Bb-1", option, name));
    return static_cast<std::uint8_t>(*key);
}

MidiFile note_list(const std::vector<std::uint8_t>& keys, const std::vector<std::uint8_t>& velocities,
                   double hold_seconds) {
    MidiFile file{.format = 0, .messages = {}, .tempos = {{0, 120}}, .duration_seconds = 0, .title = "notes"};
    double start = 0;
    for (const auto key : keys) {
        for (const auto velocity : velocities) {
            file.messages.push_back({start, 0, 0x90, key, velocity});
            file.messages.push_back({start + hold_seconds, 0, 0x80, key, 64});
            file.duration_seconds = start + hold_seconds;
            start += hold_seconds + seconds_between_notes;
        }
    }
    return file;
}

MidiFile piece_from(const MidiFile& piece, double seconds) {
    MidiFile rest = piece;
    rest.duration_seconds = std::max(0.0, piece.duration_seconds - seconds);
    rest.messages.clear();
    const auto first = std::find_if(piece.messages.begin(), piece.messages.end(),
                                    [&](const MidiMessage& m) { return m.seconds >= seconds; });
    // From the end, so that of each value the last one is met first.
    std::array<bool, std::size_t{256} * 128> seen{};
    for (auto m = first; m != piece.messages.begin();) {
        --m;
        if (is_note(*m) || (m->status & 0xf0) == 0xa0) continue;
        if (has_one_value(*m)) {
            auto& known = seen[std::size_t{m->status} * 128 + ((m->status & 0xf0) == 0xb0 ? m->data1 : 0)];
            if (std::exchange(known, true)) continue;
        }
        rest.messages.push_back(*m);
    }
    std::reverse(rest.messages.begin(), rest.messages.end());
    // Note-offs of keys that were pressed before are left out.
    std::array<int, std::size_t{16} * 128> down{};
    std::vector<std::size_t> kept_before;  // of the messages behind the cut, how many of the rest come before each
    for (auto m = first; m != piece.messages.end(); ++m) {
        kept_before.push_back(rest.messages.size());
        if (is_note(*m)) {
            auto& count = down[(m->status & 0x0fu) * 128u + m->data1];
            const bool on = (m->status & 0xf0) == 0x90 && m->data2 > 0;
            if (!on && count == 0) continue;
            count += on ? 1 : -1;
        }
        rest.messages.push_back(*m);
    }
    kept_before.push_back(rest.messages.size());
    for (auto& message : rest.messages) message.seconds = std::max(0.0, message.seconds - seconds);
    // Resets and the like of before come first, so that they take nothing back that was set since.
    const auto cut = static_cast<std::size_t>(first - piece.messages.begin());
    for (auto& exclusive : rest.exclusives) {
        const bool is_before = exclusive.seconds < seconds || exclusive.before < cut;
        exclusive.before = is_before ? 0 : kept_before.at(exclusive.before - cut);
        exclusive.seconds = is_before ? 0 : exclusive.seconds - seconds;
    }
    rest.tempos.clear();
    for (const auto& tempo : piece.tempos) {
        if (tempo.seconds <= seconds) rest.tempos.clear();
        rest.tempos.push_back({std::max(0.0, tempo.seconds - seconds), tempo.quarters_per_minute});
    }
    return rest;
}

MidiFile piece_repeated(const MidiFile& piece, double seconds) {
    constexpr std::uint8_t reset_all_controllers = 121, all_notes_off = 123;
    if (piece.messages.empty() || piece.duration_seconds <= 0) return piece;
    std::uint16_t channels = 0;
    for (const auto& message : piece.messages)
        channels = static_cast<std::uint16_t>(channels | 1u << (message.status & 0x0f));
    MidiFile repeated = piece;
    for (double begin = piece.duration_seconds;
         begin < seconds && repeated.messages.size() + piece.messages.size() < most_repeated_messages;
         begin += piece.duration_seconds) {
        for (std::uint8_t c = 0; c < 16; ++c)
            for (const auto number : {all_notes_off, reset_all_controllers})
                if ((channels >> c & 1) != 0)
                    repeated.messages.push_back({begin, 0, static_cast<std::uint8_t>(0xb0 | c), number, 0});
        for (auto exclusive : piece.exclusives) {
            exclusive.seconds += begin;
            exclusive.before += repeated.messages.size();
            repeated.exclusives.push_back(std::move(exclusive));
        }
        for (auto message : piece.messages) {
            message.seconds += begin;
            repeated.messages.push_back(message);
        }
        for (auto tempo : piece.tempos) {
            tempo.seconds += begin;
            repeated.tempos.push_back(tempo);
        }
        repeated.duration_seconds = begin + piece.duration_seconds;
    }
    return repeated;
}

}  // namespace forerun
