// Format: "Standard MIDI Files 1.0" (MIDI Association, RP-001). An .rmi is RIFF of form type RMID with such a file in
// its `data` chunk.
//
// Here: from chunk to chunk, and what is done about chunks whose length is wrong. The header is read by midi_file_header,
// events by midi_file_track, and midi_file_merge makes one piece of all tracks.
#include "rt-engine/midi/midi_file.h"

#include <optional>
#include <system_error>
#include <utility>

#include "rt-engine/midi/midi_file_bytes.h"
#include "rt-engine/midi/midi_file_header.h"
#include "rt-engine/midi/midi_file_merge.h"
#include "rt-engine/midi/midi_file_track.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"

namespace forerun {
namespace {

class MidiFileReader {
public:
    MidiFileReader(std::span<const std::uint8_t> bytes, std::string_view name) : file_{bytes, std::string(name)} {}

    MidiFile read() {
        if (file_.size() == 0) throw BadInput(file_.name + ": the file is empty; give a Standard MIDI File");
        if (file_.size() > kMidiFileMaxBytes) {
            throw BadInput(file_.name + ": the file is larger than " + std::to_string(kMidiFileMaxBytes >> 20) +
                           " MiB; give a Standard MIDI File");
        }
        header_ = read_midi_file_header(file_);
        at_ = header_.first_chunk;
        while (at_ + 8 <= file_.size()) read_chunk();
        refuse_missing_tracks();
        auto remarks = this->remarks();
        auto piece = merged_midi_file(file_, header_, std::move(all_));
        piece.remarks = std::move(remarks);
        return piece;
    }

private:
    void read_chunk() {
        const std::uint64_t end = std::uint64_t{at_} + 8 + file_.big_endian(at_ + 4, 4);
        if (!file_.tag_at(at_, "MTrk")) return skip_chunk(end);
        if (header_.format == 2 && tracks_read_ > 0) file_.fail_patterns(at_);
        at_ += 8;
        append_midi_track(all_, read_track(end));
        ++tracks_read_;
    }

    // An unknown chunk. Or not a chunk: junk after the last track, or an earlier length was wrong.
    void skip_chunk(std::uint64_t end) {
        if (file_.tag_at(at_, "MThd")) {  // another piece
            ++pieces_behind_;
            at_ = file_.size();
            return;
        }
        if (file_.looks_like_tag(at_) && end <= file_.size()) {
            at_ = static_cast<std::size_t>(end);
            return;
        }
        const auto next = file_.next_track(at_);
        if (next < file_.size())
            bytes_between_ += next - at_;
        else
            junk_at_ = at_;
        at_ = next;
    }

    // `chunk_end` may be after the end of the file. Many programs have written wrong lengths: an end-of-track event right before
    // another track, or before the end of the file, is trusted more. Leaves at_ after the track.
    MidiTrack read_track(std::uint64_t chunk_end) {
        const auto begin = at_;
        if (chunk_end > file_.size()) {
            auto track = read_events(begin, chunk_end);
            wrong_lengths_ += track.ended ? 1 : 0;
            at_ = track.end;
            return track;
        }
        const auto end = static_cast<std::size_t>(chunk_end);
        auto track = try_events(begin, end);
        const bool is_cut = track && !track->ended && end < file_.size() && !file_.looks_like_tag(end);
        if (!track || is_cut) {
            const auto next = file_.next_track(begin);
            auto longer = next > end ? try_events(begin, next) : std::nullopt;
            if (longer && longer->ended && longer->end == next) {
                ++wrong_lengths_;
                at_ = next;
                return std::move(*longer);
            }
            track = read_events(begin, end);
        }
        const bool is_next_here = track->end < end && file_.tag_at(track->end, "MTrk") && !file_.tag_at(end, "MTrk");
        wrong_lengths_ += is_next_here ? 1 : 0;
        at_ = is_next_here ? track->end : end;
        return std::move(*track);
    }

    MidiTrack read_events(std::size_t begin, std::uint64_t chunk_end) const {
        return read_midi_track(file_, {tracks_read_, header_.format, all_.messages.size(), all_.exclusives.size()},
                               begin, chunk_end);
    }
    std::optional<MidiTrack> try_events(std::size_t begin, std::size_t chunk_end) const {
        try {
            return read_events(begin, chunk_end);
        } catch (const BadInput&) {
            return std::nullopt;
        }
    }

    void refuse_missing_tracks() const {
        if (tracks_read_ < header_.tracks) {
            const auto some = std::to_string(tracks_read_) + " of " + std::to_string(header_.tracks) + " tracks";
            if (junk_at_ != 0) {
                file_.fail(junk_at_, "no chunk begins here, after " + some + "; the length before it is wrong, " +
                                         MidiFileBytes::damaged);
            }
            file_.fail(file_.size(), "the file ends after " + some + "; " + MidiFileBytes::cut_off);
        }
        if (tracks_read_ == 0) file_.fail(file_.size(), "the file has no track; there is nothing to play");
    }

    std::vector<std::string> remarks() const {
        std::vector<std::string> lines;
        const auto remark = [&](std::size_t count, const char* one, const char* several, const char* what) {
            if (count == 0) return;
            lines.push_back(file_.name + ": " + std::to_string(count) + " " + (count == 1 ? one : several) + " " +
                            what);
        };
        remark(header_.skipped_bytes, "byte before the header is", "bytes before the header are", "skipped");
        remark(header_.sound_banks, "bank of sounds in the file is", "banks of sounds in the file are",
               "not used; the rig's voices play");
        if (all_.ports.count() > 1)
            remark(all_.ports.count(), "", "MIDI ports are", "played on the same 16 channels; split the file by port");
        remark(pieces_behind_, "other piece behind the first is", "", "left out");
        remark(bytes_between_, "byte before a track is", "bytes before tracks are", "skipped");
        remark(wrong_lengths_, "track has a wrong length; it is", "tracks have wrong lengths; they are",
               "read to the end-of-track event");
        remark(all_.clipped, "value above 127 is", "values above 127 are", "taken as 127");
        remark(all_.skipped, "event with a key or number above 127 is", "events with keys or numbers above 127 are",
               "left out");
        remark(all_.bad_tempos, "tempo of 0 or of no length is", "tempos of 0 or of no length are", "ignored");
        return lines;
    }

    MidiFileBytes file_;
    MidiFileHeader header_;
    std::size_t at_ = 0;
    std::uint32_t tracks_read_ = 0;
    MidiTrack all_;  // every track so far
    std::size_t pieces_behind_ = 0, bytes_between_ = 0, wrong_lengths_ = 0;
    std::size_t junk_at_ = 0;  // where no chunk begins; 0: nowhere
};

}  // namespace

MidiFile parse_midi(std::span<const std::uint8_t> bytes, std::string_view name) {
    return MidiFileReader(bytes, name).read();
}

MidiFile read_midi_file(const std::filesystem::path& path) {
    const std::string name = path.string();
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        throw BadInput(name + ": is a directory; give a Standard MIDI File");
    }
    const auto bytes = read_file_or_stream(path, kMidiFileMaxBytes);
    if (bytes.empty() && std::filesystem::is_fifo(path, ignored)) {
        throw BadInput(name + ": is a pipe into which nobody writes; give a Standard MIDI File");
    }
    return parse_midi(bytes, name);
}

}  // namespace forerun
