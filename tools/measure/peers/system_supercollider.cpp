// SuperCollider: its server alone, controlled over OSC.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tools/measure/peers/osc_peer.h"
#include "tools/measure/peers/other_system.h"
#include "tools/measure/peers/synth_def.h"

namespace forerun::measure {
namespace {

constexpr std::int32_t first_node = 1000, to_tail = 1, root = 0, synced = 1;
constexpr std::uint32_t voices_at_once = 50;  // its socket's buffer holds some hundreds

class SuperCollider final : public OtherSystem {
public:
    SuperCollider(const HeldVoices& voices, const std::filesystem::path& folder)
        : OtherSystem("supercollider"), voices_(voices) {
        start({"scsynth",
               "-u",
               fmt::format("{}", peer_.port()),
               "-B",
               "127.0.0.1",
               "-H",
               client(),
               "-i",
               "0",
               "-o",
               "2",
               "-S",
               fmt::format("{}", static_cast<int>(voices.rate_hz)),
               "-D",
               "0",
               "-R",
               "0",
               "-n",
               "4096",
               "-m",
               "262144"},
              "-v", folder);
    }

    // If it is killed, it leaves a named shared memory segment behind.
    ~SuperCollider() override {
        peer_.send("/quit", {});
        for (int tries = 0; tries < 200 && process().running(); ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    // It answers /sync when all earlier messages have been processed: then the next ones are sent.
    bool try_play() override {
        bool answered = false;
        for (const auto& answer : peer_.answers()) {
            if (answer == "/fail") throw std::runtime_error("scsynth refused a voice: " + process().last_line());
            answered = answered || answer == (met_ ? "/synced" : "/status.reply");
        }
        if (!met_ && !answered) {
            peer_.send("/status", {});
            return false;
        }
        if (!met_) {
            met_ = true;
            peer_.send("/d_recv", {held_synth_def(static_cast<float>(other_voice_gain))});
            peer_.send("/sync", {synced});
            return false;
        }
        if (!answered) return false;
        if (sent_ == voices_.count) return true;
        const auto until = std::min(voices_.count, sent_ + voices_at_once);
        for (; sent_ < until; ++sent_)
            peer_.send("/s_new", {std::string(held_synth_name), first_node + static_cast<std::int32_t>(sent_), to_tail,
                                  root, std::string("freq"), static_cast<float>(voices_.hz(sent_))});
        peer_.send("/sync", {synced});
        return false;
    }

private:
    const HeldVoices voices_;
    const OscPeer peer_;
    bool met_ = false;
    std::uint32_t sent_ = 0;
};

}  // namespace

std::unique_ptr<OtherSystem> start_supercollider(const HeldVoices& voices, const std::filesystem::path& folder) {
    return std::make_unique<SuperCollider>(voices, folder);
}

}  // namespace forerun::measure
