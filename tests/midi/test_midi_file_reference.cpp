// The MIDI file reader against an independent one: midicsv (John Walker's), whose ticks and tempos this test turns into
// frames by integer arithmetic of its own. Every message must be there, in order, at the right frame.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "rt-engine/midi/midi_file.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/midi_bytes.h"

namespace fs = std::filesystem;
using namespace midi_bytes;

namespace {

struct Command {
    std::string output;
    int status;
};

Command run(const std::string& line) {
    Command result{"", -1};
    std::FILE* pipe = popen(line.c_str(), "r");
    if (pipe == nullptr) return result;
    char part[4096];
    while (std::size_t n = std::fread(part, 1, sizeof part, pipe)) result.output.append(part, n);
    result.status = pclose(pipe);
    return result;
}

struct ReferenceMessage {
    std::int64_t tick;
    long track;
    int status, data1, data2;
};

struct Reference {
    int format = -1;
    int division = 0;  // negative for SMPTE, as midicsv prints it
    std::int64_t last_tick = 0;
    std::vector<ReferenceMessage> messages;
    std::map<std::int64_t, std::int64_t> tempos{{0, 500000}};  // of two at one tick the later wins
};

Reference read_by_midicsv(const fs::path& path) {
    if (run("command -v midicsv").status != 0) FAIL("midicsv is missing; install it (make deps)");
    const Command csv = run("midicsv '" + path.string() + "' 2>&1");
    INFO(csv.output.substr(0, 200));
    REQUIRE(csv.status == 0);

    static const std::map<std::string, int> kKinds = {{"Note_off_c", 0x80},        {"Note_on_c", 0x90},
                                                      {"Poly_aftertouch_c", 0xA0}, {"Control_c", 0xB0},
                                                      {"Program_c", 0xC0},         {"Channel_aftertouch_c", 0xD0},
                                                      {"Pitch_bend_c", 0xE0}};
    Reference reference;
    std::istringstream lines(csv.output);
    for (std::string line; std::getline(lines, line);) {
        std::replace(line.begin(), line.end(), ',', ' ');
        std::istringstream fields(line);
        long track = 0;
        std::int64_t tick = 0;
        int a = 0, b = 0, c = 0;
        std::string kind;
        fields >> track >> tick >> kind;
        reference.last_tick = std::max(reference.last_tick, tick);
        if (kind == "Header") {
            fields >> reference.format >> a >> reference.division;
        } else if (kind == "Tempo") {
            fields >> a;
            reference.tempos[tick] = a;
        } else if (const auto found = kKinds.find(kind); found != kKinds.end()) {
            fields >> a >> b >> c;  // the third number is not there where a message has one data byte
            if (found->second == 0xE0) c = b >> 7, b &= 0x7F;
            reference.messages.push_back({tick, track - 1, found->second | a, b, c});
        }
    }
    std::stable_sort(reference.messages.begin(), reference.messages.end(),
                     [](const auto& x, const auto& y) { return x.tick < y.tick; });
    return reference;
}

// The exact time of a tick as a fraction, frames = numerator * rate / denominator.
struct Fraction {
    std::int64_t numerator, denominator;
};

Fraction time_of(const Reference& r, std::int64_t tick) {
    if (r.division < 0) {
        const int frames_per_second = -(r.division >> 8), ticks_per_frame = r.division & 0xFF;
        if (frames_per_second == 29) return {tick * 1001, std::int64_t{30000} * ticks_per_frame};
        return {tick, std::int64_t{frames_per_second} * ticks_per_frame};
    }
    std::int64_t sum = 0;
    for (auto it = r.tempos.begin(); it != r.tempos.end() && it->first < tick; ++it) {
        const auto next = std::next(it);
        sum += (std::min(next == r.tempos.end() ? tick : next->first, tick) - it->first) * it->second;
    }
    return {sum, std::int64_t{1000000} * r.division};
}

// Half a frame may go either way: a double cannot hold every such time exactly.
bool is_nearest_frame(std::int64_t frame, Fraction time, std::int64_t rate) {
    return std::llabs(2 * (time.numerator * rate - frame * time.denominator)) <= time.denominator;
}

void compare(const fs::path& path) {
    const Reference reference = read_by_midicsv(path);
    const forerun::MidiFile file = forerun::read_midi_file(path);
    CHECK(file.format == reference.format);
    REQUIRE(file.messages.size() == reference.messages.size());
    REQUIRE_FALSE(file.messages.empty());
    std::size_t different = 0, misplaced = 0;
    for (std::size_t i = 0; i < file.messages.size(); ++i) {
        const forerun::MidiMessage& m = file.messages[i];
        const ReferenceMessage& r = reference.messages[i];
        different += m.track != r.track || m.status != r.status || m.data1 != r.data1 || m.data2 != r.data2;
        for (const int rate : {44100, 48000, 192000}) {
            const std::int64_t frame = forerun::midi_event_frame(m.seconds, rate);
            misplaced += !is_nearest_frame(frame, time_of(reference, r.tick), rate);
        }
    }
    CHECK(different == 0);
    CHECK(misplaced == 0);
    CHECK(is_nearest_frame(forerun::midi_event_frame(file.duration_seconds, 48000),
                           time_of(reference, reference.last_tick), 48000));

    if (reference.division > 0) {
        REQUIRE(file.tempos.size() == reference.tempos.size());
        auto tempo = file.tempos.begin();
        for (const auto& [tick, microseconds] : reference.tempos) {
            CHECK(tempo->quarters_per_minute == Approx(60e6 / static_cast<double>(microseconds)));
            CHECK(is_nearest_frame(forerun::midi_event_frame(tempo->seconds, 48000), time_of(reference, tick), 48000));
            ++tempo;
        }
    }
}

// Tracks of random messages, running status wherever it can be, with tempo changes, sysex and meta events in between.
class RandomSong {
public:
    explicit RandomSong(std::uint32_t seed) : state_(seed) {}

    Bytes file(int format, int tracks, std::uint32_t division) {
        Bytes bytes = header(format, tracks, division);
        for (int t = 0; t < tracks; ++t) bytes = std::move(bytes) + chunk("MTrk", events() + end_of_track(below(500)));
        return bytes;
    }

private:
    std::uint32_t below(std::uint32_t limit) {
        state_ = state_ * 1664525u + 1013904223u;
        return static_cast<std::uint32_t>((std::uint64_t{state_ >> 8} * limit) >> 24);
    }
    std::uint8_t data() { return static_cast<std::uint8_t>(below(128)); }

    Bytes events() {
        Bytes out;
        std::uint8_t running = 0;
        for (int i = 0; i < 400; ++i) {
            const std::uint32_t kind = below(20);
            out = std::move(out) + quantity(below(4) == 0 ? 0 : below(300));
            if (kind == 0) {
                out = std::move(out) + tempo(100000 + below(1900000));
                running = 0;
            } else if (kind == 1) {
                out = std::move(out) + Bytes{0xFF, 0x01, 3, 'a', ',', '"'};
                running = 0;
            } else if (kind == 2) {
                out = std::move(out) + Bytes{0xF0, 3, 0x7D, data(), 0xF7};
                running = 0;
            } else {
                std::uint8_t status = running;
                if (running == 0 || below(2) == 0) status = static_cast<std::uint8_t>(0x80 + below(0x70));
                if (status != running) out.push_back(status);
                running = status;
                out.push_back(data());
                if ((status & 0xF0) != 0xC0 && (status & 0xF0) != 0xD0) out.push_back(data());
            }
        }
        return out;
    }

    std::uint32_t state_;
};

void compare_song(const Bytes& bytes) {
    const fs::path path = fs::temp_directory_path() / ("forerun-reference-" + std::to_string(std::rand()) + ".mid");
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    compare(path);
    fs::remove(path);
}

const fs::path kExamples = fs::path(FORERUN_SOURCE_DIR) / "examples";

}  // namespace

TEST_CASE("midi file against midicsv: the example") { compare(kExamples / "mountain-king.mid"); }

TEST_CASE("midi file against midicsv: random songs of format 0 and 1") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        const std::uint32_t divisions[] = {24, 96, 480, 1000, 32767};
        compare_song(RandomSong(seed).file(0, 1, divisions[seed % 5]));
        compare_song(RandomSong(seed).file(1, 1 + static_cast<int>(seed % 7), divisions[seed % 5]));
    }
}

TEST_CASE("midi file against midicsv: SMPTE division") {
    for (const std::uint32_t rate : {24u, 25u, 29u, 30u}) {
        CAPTURE(rate);
        compare_song(RandomSong(rate).file(1, 3, (256 - rate) << 8 | (rate == 25 ? 40 : 80)));
    }
}
