#include "rt-engine/session/session_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "rt-engine/conductor/graph.h"
#include "rt-engine/conductor/outputs.h"
#include "rt-engine/conductor/reports.h"
#include "rt-engine/mixer/mixer.h"
#include "rt-engine/session/session_log_checks.h"
#include "shared/bad_input.h"
#include "shared/files/script_path.h"
#include "shared/time/quantum.h"

namespace forerun {
namespace fs = std::filesystem;
namespace {

constexpr auto pause = std::chrono::microseconds(50);
constexpr auto longest_wait = std::chrono::seconds(20);

// Where a file of the log lies below the replay's folder.
fs::path placed(const fs::path& folder, const fs::path& file) { return folder / file.relative_path(); }

// The log's own dsp library, which runs outside the sandbox.
bool of_library(const SessionHeader& header, const fs::path& file) {
    const auto& library = header.configuration.library;
    if (!library.empty()) return file.parent_path() == library;
    // Earlier versions took the first of the script path that had one.
    const auto& folders = header.configuration.script_path;
    return std::any_of(folders.begin(), folders.end(),
                       [&](const fs::path& folder) { return file.parent_path() == folder / "dsp"; });
}

// Where the log's library lies in the replay's folder; empty: it has none.
fs::path placed_library(const SessionLogFile& log, const fs::path& folder) {
    for (const auto& text : log.texts)
        if (of_library(log.header, text.path) && text.path.filename() == "init.lua")
            return placed(folder, text.path.parent_path());
    return {};
}

void write_texts(const SessionLogFile& log, const fs::path& folder, bool trust) {
    for (const auto& text : log.texts) {
        if (!trust && of_library(log.header, text.path)) continue;
        const auto file = placed(folder, text.path);  // the reader has seen that it leads nowhere else
        std::error_code failed;
        fs::create_directories(file.parent_path(), failed);
        std::ofstream out(file, std::ios::binary);
        if (!out.write(text.text.data(), static_cast<std::streamsize>(text.text.size())).flush())
            throw BadInput(file.string() + ": cannot be written; free some space there");
    }
}

Configuration replay_configuration(const SessionLogFile& log, const fs::path& folder, bool trust) {
    auto c = log.header.configuration;
    if (c.trust && !trust)
        throw BadInput(
            "the log was played with --trust: its scripts had the whole language, with files and ffi; give --trust if "
            "you know where it comes from");
    c.script_root = folder;
    c.workers = std::min(c.workers, worker_count({}));  // whose they are makes no difference, and each takes memory
    for (auto& place : c.script_path) place = placed(folder, place);
    // The log's library would run outside the sandbox: only `trust` loads it; otherwise differences() reports it.
    c.library = c.trust ? placed_library(log, folder) : fs::path();
    if (c.library.empty()) c.library = own_library();
    c.offline = true;
    c.quality_scaling = false;  // its changes are in the log
    return c;
}

std::int64_t reach_frames(const RecordedSession& session, const Configuration& c) {
    return std::max(session.most_late_frames, session.most_skipped_frames) + 2 * c.max_block_frames;
}

}  // namespace

struct SessionReplay::Impl {
    // A generation that is playing, and how far it has been sent.
    struct Playing {
        const ReplayedVoice* generation;
        std::size_t stretch = 0;
        bool begun = false;        // its first stretch was sent
        bool to_be_taken = false;  // the present stretch: its word may have the seam of the one before
        bool goes_on = false;      // behind an underrun that nothing ended
        std::int64_t stop_frame = INT64_MAX;
        std::uint16_t slot() const { return generation->start.slot; }
        std::uint16_t number() const { return generation->start.generation; }
        const ReplayedStretch& now() const { return generation->stretches[stretch]; }
    };

    Impl(const SessionLogFile& log, const fs::path& folder, ReplayKind kind, bool trust)
        : recorded(log.header),
          session(log.records, kind),
          configuration(replay_configuration(log, folder, trust)),
          state(configuration),
          scripts(make_script_runtime(configuration, {.replay_reach_frames = reach_frames(session, configuration)})),
          outputs(state, [this](std::uint32_t worker) { scripts->wake(worker); }),
          reports(state) {
        if (session.frames == 0 || session.blocks.empty())
            throw BadInput("the log ends before the first block; there is nothing to replay");
        write_texts(log, folder, trust);
        for (const auto& text : log.texts)
            if (of_library(log.header, text.path)) library.push_back(text);
        const auto source = placed(folder, log.header.source);
        rig = log.header.source_is_rig ? scripts->load_rig(source) : scripts->load_voice(source);
        describe_graph(state, rig);
        if (const auto fault = fault_of(log.records, log.reloads, rig); !fault.empty())
            throw BadInput("the log contradicts itself: " + fault + "; take the original");
        scripts->start(state, rig, nullptr);
        for (const auto& reload : log.reloads) scripts->prepare(reload);
        state.header().horizon_frame.store(INT64_MAX / 2, std::memory_order_release);
        mixer = std::make_unique<Mixer>(state, configuration, rig);
    }
    ~Impl() { scripts->stop(); }

    [[noreturn]] void contradiction(const char* what, std::uint64_t note = 0) const {
        throw std::runtime_error(
            fmt::format("the log contradicts itself at frame {}, note {}: {}", mixer->frame(), note, what));
    }
    template <typename Condition>
    void wait_for(const Playing& voice, Condition done, const char* what) {
        if (done()) return;
        const auto give_up = std::chrono::steady_clock::now() + longest_wait;
        do {
            flush();
            if (std::chrono::steady_clock::now() > give_up) contradiction(what, voice.generation->start.serial);
            std::this_thread::sleep_for(pause);
        } while (!done());
    }
    void flush() {
        outputs.flush();
        outputs.wake_addressed();
        // Reports of workers and mixer are ignored, but their queues must not fill up.
        struct Nobody final : ReportListener {
            void handle(const MixerReport&) override {}
            void handle(const WorkerReport&) override {}
        } nobody;
        reports.take(mixer->frame(), nobody);
    }

    std::uint32_t worker_of(const Playing& voice) const { return voice.generation->worker % outputs.workers(); }
    void post(const Playing& voice, const VoiceMessage& message) { outputs.send(worker_of(voice), message); }
    void send_stretch(const Playing& voice) {
        const auto& stretch = voice.now();
        for (std::size_t i = 0; i < stretch.timelines.size(); ++i) {
            post(voice, stretch.timelines[i].packed(voice.slot(), voice.number()));
            for (auto message : stretch.messages[i]) {
                message.slot = voice.slot();
                message.generation = voice.number();
                post(voice, message);
            }
        }
    }

    // Neither mixer nor worker uses the voice any more.
    bool released(const Playing& voice) const {
        if (!voice.begun) return mixed_to_the_end(voice);
        return state.worker_voice(voice.slot()).released_generation_plus_one.load(std::memory_order_acquire) ==
               voice.number() + 1u;
    }
    bool mixed_to_the_end(const Playing& voice) const {
        return state.mixer_voice(voice.slot()).released_generation_plus_one.load(std::memory_order_acquire) ==
               voice.number() + 1u;
    }

    bool begun(const MixerCommand& start) const {
        return std::any_of(playing.begin(), playing.end(), [&](const Playing& voice) {
            return voice.slot() == start.slot && voice.number() == start.generation;
        });
    }

    void post_commands(std::int64_t clock) {
        for (; next_command < session.commands.size(); ++next_command) {
            const auto& [command, taken_frame] = session.commands[next_command];
            if (taken_frame > clock) break;
            if (command.kind == MixerCommandKind::start && !begun(command)) break;
            outputs.command(command);
            if (command.kind != MixerCommandKind::stop) continue;
            for (auto& voice : playing) {
                if (voice.slot() != command.slot || voice.number() != command.generation) continue;
                voice.stop_frame = std::min(voice.stop_frame, std::max(command.frame, clock));
            }
        }
    }

    void begin_voices(std::int64_t clock) {
        std::erase_if(playing, [&](const Playing& voice) { return released(voice); });
        for (; next_generation < session.voices.size() && session.voices[next_generation].posted_frame <= clock;
             ++next_generation) {
            const auto& generation = session.voices[next_generation];
            const auto before = std::find_if(playing.begin(), playing.end(),
                                             [&](const Playing& v) { return v.slot() == generation.start.slot; });
            if (before != playing.end()) {
                // The conductor looked at the clock, and then saw what the mixer gave back in the block behind it.
                if (!mixed_to_the_end(*before)) break;
                wait_for(
                    *before, [&] { return released(*before); }, "a slot was used twice");
                playing.erase(before);
            }
            playing.push_back({&generation});
        }
    }

    // Before the block [clock, until).
    void send_stretches(std::int64_t clock, std::int64_t until) {
        for (auto& voice : playing) {
            if (!voice.begun) {
                if (voice.now().block_frame > clock) continue;
                voice.begun = true;
                outputs.start(worker_of(voice), voice.generation->start, voice.generation->parameters);
                send_stretch(voice);
                continue;
            }
            const auto next = voice.stretch + 1;
            if (next < voice.generation->stretches.size() && voice.generation->stretches[next].block_frame < until) {
                const auto old_written_to = voice.generation->stretches[next].old_written_to;
                wait_for(
                    voice, [&] { return written_to(voice) >= old_written_to || ended(voice); },
                    "a ring that nobody fills");
                voice.stretch = next;
                voice.to_be_taken = true;
                send_stretch(voice);
            } else if (voice.now().dry_block_frame < clock && next == voice.generation->stretches.size() &&
                       !voice.goes_on) {
                // Its worker went on to the voice's end, which was never audible.
                voice.goes_on = true;
                ReplayedTimeline rest;
                post(voice, rest.packed(voice.slot(), voice.number()));
            }
        }
    }

    const VoiceLine& line_of(const Playing& voice) const { return state.voice(voice.slot()); }
    VoiceWord word_of(const Playing& voice) const {
        return VoiceWord::unpacked(line_of(voice).word.load(std::memory_order_acquire));
    }
    WrittenFrames written(const Playing& voice) const {
        return WrittenFrames::unpacked(line_of(voice).written[word_of(voice).lane].load(std::memory_order_acquire));
    }
    std::int64_t written_to(const Playing& voice) const {
        return voice.generation->start.frame + written(voice).frames;
    }
    bool ended(const Playing& voice) const { return written(voice).ended; }

    // Whether everything that the session's mixer found before `until` is there.
    bool ready(const Playing& voice, std::int64_t until) const {
        if (!voice.begun || mixed_to_the_end(voice)) return true;
        const auto& stretch = voice.now();
        if (stretch.seam_frame >= until || voice.stop_frame <= voice.generation->start.frame) return true;
        const auto word = word_of(voice);
        if (word.state == WordState::empty || word.generation != voice.number() ||
            voice.generation->start.frame + word.seam != stretch.seam_frame ||
            (voice.to_be_taken && word.state != WordState::published))
            return false;
        if (voice.goes_on || stretch.dry_block_frame < until) {
            // The underrun's own block must find no more than there was, later ones no less.
            return ended(voice) || written_to(voice) >= std::min(until, stretch.timelines.back().hold_frame);
        }
        const auto last = voice.stop_frame == INT64_MAX ? until : std::min(until, voice.stop_frame + stop_fade_frames);
        return ended(voice) || written_to(voice) >= std::min(last, stretch.timelines.back().hold_frame);
    }

    bool has_other_library() const {
        const auto now = scripts->texts();
        return std::any_of(library.begin(), library.end(), [&](const ScriptText& then) {
            return std::none_of(now.begin(), now.end(), [&](const ScriptText& text) {
                return text.path.filename() == then.path.filename() && text.text == then.text;
            });
        });
    }

    const SessionHeader recorded;
    const RecordedSession session;
    const Configuration configuration;
    SharedState state;
    std::unique_ptr<ScriptRuntime> scripts;
    Outputs outputs;
    Reports reports;
    std::vector<ScriptText> library;  // as the session had it
    Rig rig;
    std::unique_ptr<Mixer> mixer;
    std::vector<Playing> playing;
    std::size_t next_command = 0, next_generation = 0, block = 0;
};

SessionReplay::SessionReplay(const SessionLogFile& log, const fs::path& folder, ReplayKind kind, bool trust)
    : impl_(std::make_unique<Impl>(log, folder, kind, trust)) {}
SessionReplay::~SessionReplay() = default;

const Configuration& SessionReplay::configuration() const { return impl_->configuration; }
const RecordedSession& SessionReplay::session() const { return impl_->session; }
std::uint64_t SessionReplay::limited_frames() const { return impl_->state.header().mixer.limited_frames.load(); }

std::vector<std::string> SessionReplay::differences() const {
    std::vector<std::string> found;
    const auto& then = impl_->recorded.machine;
    const auto now = machine_identity(impl_->scripts->description());
    const auto compare = [&](const char* what, const std::string& a, const std::string& b) {
        if (a != b) found.push_back(fmt::format("{} was {}, is {}", what, a.substr(0, 60), b.substr(0, 60)));
    };
    compare("the program", then.program, now.program);
    compare("the C library", then.c_library, now.c_library);
    compare("the CPU", then.cpu, now.cpu);
    compare("LuaJIT", then.lua, now.lua);
    if (impl_->has_other_library()) found.emplace_back("the dsp library was another");
    return found;
}

std::int64_t SessionReplay::render(float* out) {
    auto& r = *impl_;
    const auto clock = r.mixer->frame();
    while (r.block + 1 < r.session.blocks.size() && r.session.blocks[r.block + 1].frame <= clock) ++r.block;
    const auto frames = r.session.blocks[r.block].frames;
    if (clock + frames > r.session.frames) return 0;
    if (frames < 1 || frames > r.configuration.max_block_frames) r.contradiction("a block of no size");
    r.begin_voices(clock);
    r.post_commands(clock);
    r.send_stretches(clock, clock + frames);
    r.flush();
    for (const auto& voice : r.playing)
        r.wait_for(
            voice, [&] { return r.ready(voice, clock + frames); }, "a voice that does not sound");
    r.mixer->process(out, frames);
    for (auto& voice : r.playing)
        if (voice.now().seam_frame < clock + frames) voice.to_be_taken = false;
    return frames;
}

}  // namespace forerun
