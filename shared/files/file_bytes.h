// Reads a whole file that a user named, or that lies beside one: it may be anything, so nothing is waited for and nothing is
// read beyond what its kind can need.
//
// The one reader of the program (tests/house/test_house.cpp looks for others). Not for the audio thread.
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

// A regular file of at most `most_bytes`. What it is, is asked of the opened file: nobody can exchange it in between.
FileText try_read_file(const std::filesystem::path& file, std::size_t most_bytes);

// The same. Throws BadInput with one line: the file's name, what is wrong, what to do.
std::string read_file(const std::filesystem::path& file, std::size_t most_bytes);

// How a regular file begins: at most so many bytes, none where it cannot be read.
std::string first_bytes(const std::filesystem::path& file, std::size_t most_bytes);

// A file that a command names and that may as well be a stream: at most one byte more than `most_bytes`, so that the caller
// sees what is too long. A pipe that nobody writes into is empty; one that has a writer is waited for. Throws BadInput.
std::vector<std::uint8_t> read_file_or_stream(const std::filesystem::path& file, std::size_t most_bytes);

// Whether the owner of `file` or root has made `link`: the link itself, not what it leads to.
bool made_by_owner_of(const std::filesystem::path& file, const std::filesystem::path& link);

}  // namespace forerun
