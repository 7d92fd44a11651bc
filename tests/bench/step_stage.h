// One cell of the measurement: `forerun play` as people start it, on the bench's JACK server, and the clients around it.
//
//   bench-keys (JackSender), bench-keys-rtmidi (RtMidiSender)
//        |-> forerun-midi .. forerun:out_1 -> bench-recorder:sound
//        '-> bench-echo ------------------> bench-recorder:floor
#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <span>
#include <string>

#include "shared/time/quantum.h"
#include "tests/bench/step_answers.h"
#include "tests/bench/step_recorder.h"
#include "tests/bench/step_rig.h"
#include "tests/bench/wait_until.h"
#include "tools/process/child_process.h"
#include "tools/process/stop_signal.h"

namespace forerun::bench {

struct Cell {
    std::int64_t block_frames = 64;
    bool loaded = false;
    bool rewind = true;
    bool deep = true;  // default depth, else the smallest
    std::int64_t depth_frames() const { return deep ? 24000 : least_depth_frames(block_frames); }
    // Without rewinding an event waits for all that is rendered.
    std::int64_t least_distance_frames() const { return rewind ? 1440 : 1440 + depth_frames() * 5 / 4; }
};

enum Way { by_jack, by_rtmidi, ways };
inline constexpr const char* way_names[ways] = {"JACK", "RtMidi"};

struct KindFigures {
    std::size_t sent = 0, blurred = 0;
    Spread latency, floor, added;  // frames; added: latency beyond the floor, message by message
    std::int64_t longest_blur_frames = 0;
};

struct CellFigures {
    Cell cell;
    std::array<std::array<KindFigures, kinds>, ways> of{};
    std::int64_t event_delay_frames = 0;
    std::uint64_t underrun_events = 0, rewinds = 0, late_switches = 0, late_starts = 0, events_moved = 0;
    std::string audio_thread;
    int server_xruns = 0;
    double mean_events_hz = 0;  // all kinds together
};

class StepStage {
public:
    StepStage(const Cell& cell, const std::string& program, const std::filesystem::path& folder, double way_seconds)
        : cell_(cell),
          folder_(folder),
          way_seconds_(way_seconds),
          recorder_(30 + 2 * way_seconds),
          rtmidi_(recorder_.get()),
          forerun_(words(program), folder / "output") {}

    CellFigures measure() {
        connect_all();
        std::this_thread::sleep_for(std::chrono::milliseconds(200));  // JACK takes connections up
        auto held = held_notes();
        keys_.send(held, jack_frame_time(recorder_.get()) + 4800);
        std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // until all is rendered ahead
        const auto rate_hz = static_cast<double>(jack_get_sample_rate(recorder_.get()));
        StepMessages messages(1);
        const int xruns_before = recorder_.xruns();
        std::array<std::vector<Message>, ways> sent;
        for (int way = 0; way < ways; ++way) {
            sent[way] = messages.plan(std::llround(way_seconds_ * rate_hz), cell_.least_distance_frames(), 700);
            const auto first = jack_frame_time(recorder_.get()) + 4800;
            way == by_jack ? keys_.send(sent[way], first) : rtmidi_.send(sent[way], first);
            if (stop_requested()) throw std::runtime_error("stopped");
            std::this_thread::sleep_for(
                std::chrono::duration<double>(static_cast<double>(cell_.least_distance_frames()) / rate_hz + 0.1));
        }
        CellFigures figures;
        figures.cell = cell_;
        figures.server_xruns = recorder_.xruns() - xruns_before;
        figures.mean_events_hz = static_cast<double>(sent[by_jack].size()) / way_seconds_;
        recorder_.stop();
        forerun_.end(SIGINT);
        const auto came = arrivals_in(recorder_.floor);
        if (came.size() != held.size() + sent[by_jack].size() + sent[by_rtmidi].size())
            throw std::runtime_error("the JACK server has lost messages");
        std::span<const std::int64_t> rest(came);
        rest = rest.subspan(held.size());
        for (int way = 0; way < ways; ++way) {
            count(sent[way], rest, figures.of[way]);
            rest = rest.subspan(sent[way].size());
        }
        read_report(figures);
        return figures;
    }

private:
    std::vector<std::string> words(const std::string& program) const {
        std::vector<std::string> words = {program,
                                          "play",
                                          write_step_rig(folder_),
                                          "--midi",
                                          "bench-keys",
                                          "--midi-api",
                                          "jack",
                                          "--device",
                                          "system",
                                          "--host-api",
                                          "jack",
                                          "--json",
                                          folder_ / "report.json"};
        if (!cell_.rewind) words.push_back("--no-rewind");
        if (!cell_.deep) words.insert(words.end(), {"--depth", std::to_string(cell_.depth_frames())});
        return words;
    }

    void connect_all() {
        const auto connect = [&](const char* from, const char* to) {
            return jack_connect(recorder_.get(), from, to) == 0;
        };
        const auto listened = [&](const char* name) {
            auto* port = jack_port_by_name(recorder_.get(), name);
            return port && jack_port_connected_to(port, "forerun-midi:in_1") +
                                   jack_port_connected_to(port, "forerun-midi:in_2") >
                               0;
        };
        const bool ready = wait_until(30, [&] {
            if (!forerun_.running()) throw std::runtime_error("forerun ended: " + forerun_.last_line());
            if (stop_requested()) throw std::runtime_error("stopped");
            return listened(JackSender::port_name) && listened(RtMidiSender::port_name) &&
                   jack_port_by_name(recorder_.get(), "forerun:out_1");
        });
        if (!ready) throw std::runtime_error("forerun takes no MIDI from the bench: " + forerun_.last_line());
        if (!connect("forerun:out_1", StepRecorder::sound_name) ||
            !connect(EchoClient::out_name, StepRecorder::floor_name) ||
            !connect(JackSender::port_name, EchoClient::in_name) ||
            !connect(RtMidiSender::port_name, EchoClient::in_name))
            throw std::runtime_error("the JACK server does not connect the bench's ports");
    }

    // `came` begins with the first of these messages.
    void count(const std::vector<Message>& messages, std::span<const std::int64_t> came,
               std::array<KindFigures, kinds>& figures) const {
        for (std::size_t i = 0; i < messages.size(); ++i) {
            auto& kind = figures[static_cast<std::size_t>(messages[i].kind)];
            ++kind.sent;
            const auto next = i + 1 < came.size() ? came[i + 1] : came[i] + cell_.least_distance_frames();
            const auto answer = answer_in(recorder_.sound, came[i], next);
            if (!answer.answered) continue;
            const auto sent = recorder_.place_of(messages[i].sent);
            kind.latency.add(answer.frame - sent);
            kind.floor.add(came[i] - sent);
            kind.added.add(answer.frame - came[i]);
            if (answer.moving_frames > 0) ++kind.blurred;
            kind.longest_blur_frames = std::max(kind.longest_blur_frames, answer.moving_frames);
        }
    }

    void read_report(CellFigures& figures) const {
        std::ifstream in(folder_ / "report.json");
        const auto report = nlohmann::json::parse(in, nullptr, false);
        if (!report.is_object()) throw std::runtime_error("forerun left no report: " + forerun_.last_line());
        const auto rate_hz = report.at("configuration").at("rate_hz").get<double>();
        figures.event_delay_frames =
            std::llround(report.at("latency_seconds").at("event_delay").get<double>() * rate_hz);
        figures.underrun_events = report.at("underrun_events").get<std::uint64_t>();
        figures.late_starts = report.at("late_starts").get<std::uint64_t>();
        figures.audio_thread = report.at("audio_thread").get<std::string>();
        figures.rewinds = report.at("rewinds").get<std::uint64_t>();
        figures.late_switches = report.at("late_switches").get<std::uint64_t>();
        figures.events_moved = report.at("events_moved").get<std::uint64_t>();
    }

    const Cell cell_;
    const std::filesystem::path folder_;
    const double way_seconds_;
    StepRecorder recorder_;
    EchoClient echo_;
    JackSender keys_;
    RtMidiSender rtmidi_;
    ChildProcess forerun_;
};

}  // namespace forerun::bench
