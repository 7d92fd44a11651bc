#include "tools/options/recording_options.h"

#include <system_error>

#include "shared/bad_input.h"
#include "tools/options/option_range.h"
#include "tools/recording/stem_name.h"

namespace forerun {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse_stems(const fs::path& folder, const std::string& why) {
    throw BadInput("--stems " + folder.string() + ": " + why);
}

// The folder exists and is writable, or can be created.
void require_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) {
        return require_takes_files({"--stems", folder});
    }
    if (fs::exists(fs::symlink_status(folder, error))) refuse_stems(folder, "is no directory; name a folder");
    const auto parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
    if (!fs::exists(parent, error))
        refuse_stems(folder, "there is no directory " + parent.string() + "; make it first");
    if (fs::create_directory(folder, error)) {
        fs::remove(folder, error);
        return;
    }
    refuse_stems(folder, "cannot be made (" + error.message() + "); choose another folder");
}

}  // namespace

void add_recording_options(CLI::App& command, RecordingOptions& o) {
    add_stem_options(command, o);
    command.add_option("--record", o.master, std::string("Record into this file: ") + sound_file_endings)
        ->check(not_empty());
    command.add_option("--record-midi", o.midi, "Record what you play into this .mid file")->check(not_empty());
    command.add_option("--log", o.log, "Write a session log (.frlog), for forerun replay")->check(not_empty());
    command.add_flag("--pcm24", o.want_pcm24, "Record 24-bit samples")->disable_flag_override();
}

void add_stem_options(CLI::App& command, RecordingOptions& o) {
    command
        .add_option(
            "--stems", o.stems,
            "Record every instrument that is heard into a file of its own in this folder, as it goes to its bus")
        ->check(not_empty());
    command.add_option("--stems-format", o.stems_format, "wav (default) or flac")
        ->check(CLI::IsMember({"wav", "flac"}))
        ->needs("--stems");
}

void check(const RecordingOptions& o) {
    if (o.want_pcm24 && o.master.empty() && o.stems.empty())
        throw BadInput("--pcm24: nothing is recorded; give --record or --stems, too, or leave it out");
    if (!o.master.empty()) master_format(o);
    if (o.midi.empty()) return;
    const auto extension = fs::path(o.midi).extension();
    if (extension != ".mid" && extension != ".midi")
        throw BadInput("--record-midi " + o.midi + ": the name must end in .mid");
}

std::vector<NamedFile> require_recordings(const RecordingOptions& o) {
    std::vector<NamedFile> files;
    if (!o.master.empty()) files.push_back({"--record", o.master});
    if (!o.midi.empty()) files.push_back({"--record-midi", o.midi});
    if (!o.log.empty()) files.push_back({"--log", o.log});
    for (const auto& file : files) require_sound_output(file);
    if (!o.stems.empty()) require_folder(o.stems);
    return files;
}

SoundFileFormat master_format(const RecordingOptions& o) {
    return sound_file_format(o.master, "--record", false, o.want_pcm24);
}

SoundFileFormat stems_format(const RecordingOptions& o) {
    return sound_file_format("stem." + o.stems_format, "--stems", false, o.want_pcm24);
}

std::vector<fs::path> stem_paths(const RecordingOptions& o, const Rig& rig) {
    std::vector<fs::path> paths;
    for (std::size_t i = 0; i < rig.instruments.size(); ++i)
        paths.push_back(fs::path(o.stems) /
                        stem_name(i, rig.instruments.size(), rig.instruments[i].name, o.stems_format));
    return paths;
}

}  // namespace forerun
