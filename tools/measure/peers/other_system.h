// Other systems that play held voices comparable to the voice "subtractive", as clients of a JACK server: two saws 3 thousandths
// apart, a resonant low-pass, an envelope for its cutoff (500 to 4500 Hz) and one for loudness, held at 0.7.
//
//                  saws              low-pass                          computed      where
//   supercollider  Saw               MoogFF, a ladder                  64 frames     in JACK's callback
//   csound         vco2              moogladder                        ksmps 64      own thread, two blocks ahead
//   pd             phasor~ (naive)   vcf~, 2 poles: no ladder there    64 frames     in JACK's callback (-callback)
//
// Csound and SuperCollider update the cutoff once per 64 frames, Pd by a signal, "subtractive" in each frame. Their voices are
// generated at start, so that only their Debian packages (supercollider-server, csound, puredata-core) are needed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tools/process/child_process.h"

namespace forerun::measure {

struct HeldVoices {
    std::uint32_t count = 0;
    double rate_hz = 0;
    std::int64_t block_frames = 0;  // of the server
    bool realtime = true;           // real-time priority for their threads that JACK does not create

    // Frequency of voice n: of its key from held_note().
    double hz(std::uint32_t n) const;
};
inline constexpr double other_voice_gain = 0.05;  // a held note's loudness in "subtractive"

class OtherSystem {
public:
    virtual ~OtherSystem() = default;

    // Its JACK client name.
    const std::string& client() const { return client_; }
    ChildProcess& process() { return *process_; }
    const std::vector<std::string>& words() const { return words_; }  // its command line

    // Its version: the first line of its answer with a number in it; "" if there is none.
    const std::string& version() const { return version_; }

    // Starts all voices as soon as it is ready; call until true. Throws std::runtime_error when it refuses.
    virtual bool try_play() { return true; }

protected:
    explicit OtherSystem(const char* mode);
    // `version_option` makes the program print its version and end.
    void start(std::vector<std::string> words, const char* version_option, const std::filesystem::path& folder);

private:
    std::string client_;
    std::vector<std::string> words_;
    std::string version_;
    std::unique_ptr<ChildProcess> process_;
};

bool is_other_system(const std::string& mode);
// Throws BadInput when its program is not in PATH.
void require_installed(const std::string& mode);
// Starts it, with its files in `folder`. Throws BadInput when it is not installed.
std::unique_ptr<OtherSystem> start_other_system(const std::string& mode, const HeldVoices& voices,
                                                const std::filesystem::path& folder);

std::unique_ptr<OtherSystem> start_supercollider(const HeldVoices& voices, const std::filesystem::path& folder);
std::unique_ptr<OtherSystem> start_csound(const HeldVoices& voices, const std::filesystem::path& folder);
std::unique_ptr<OtherSystem> start_pd(const HeldVoices& voices, const std::filesystem::path& folder);

}  // namespace forerun::measure
