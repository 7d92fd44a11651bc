// Reads a whole file that a user named, or a file beside it. It may be anything, so reading never blocks and has a size limit.
//
// No other code reads such files (tests/house/test_house.cpp checks that). Not for the audio thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace forerun {

struct FileText {
    enum class Found : std::uint8_t {
        text,
        nothing,     // no such file
        other_kind,  // a folder, a device, a pipe
        too_long,
        unreadable,
    };
    Found found = Found::nothing;
    std::string text;
    int error = 0;  // of the system, or 0
};

// A regular file of at most `most_bytes`. Type and size are those of the opened file, which cannot be replaced meanwhile.
FileText try_read_file(const std::filesystem::path& file, std::size_t most_bytes);

// The same. Throws BadInput with one line: the file's name, what is wrong, what to do.
std::string read_file(const std::filesystem::path& file, std::size_t most_bytes);

// The beginning of a regular file, at most so many bytes; empty when it cannot be read.
std::string first_bytes(const std::filesystem::path& file, std::size_t most_bytes);

// A file of the command line, which may be a stream: at most `most_bytes` + 1, so that the caller sees when it is too long. A
// pipe without a writer is empty; with a writer, this waits for it. Throws BadInput.
std::vector<std::uint8_t> read_file_or_stream(const std::filesystem::path& file, std::size_t most_bytes);

// Whether the owner of `file` or root has created `link`: the link itself, not its target.
bool made_by_owner_of(const std::filesystem::path& file, const std::filesystem::path& link);

}  // namespace forerun
