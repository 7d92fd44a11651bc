// What must be true after the torture: nothing lost, nothing stuck, nothing clicks.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "tests/bench/logged_seams.h"
#include "tests/bench/planted_clicks.h"
#include "tests/bench/torture_session.h"
#include "tests/scenes/sound_file_facts.h"

namespace forerun::bench {

struct TortureCheck {
    std::string name, text;
    bool passed = false;
};

struct SeamFigures {
    std::size_t stems = 0;
    double sounding_seconds = 0;
    int clicks = 0, at_late_switches = 0, at_underruns = 0;
    double most_of_bound = 0, most_of_grid_bound = 0;
    std::vector<std::string> places;  // of clicks, the first ones
};

class TortureChecks {
public:
    TortureChecks(const TortureFacts& facts, const std::filesystem::path& folder, std::uint64_t seed)
        : planted(seed),
          facts_(facts),
          folder_(folder),
          seams_(folder / "session.frlog"),
          rate_hz_(facts.report.at("configuration").at("rate_hz").get<double>()) {
        no_event_is_lost();
        look_at_stems();
        nothing_is_stuck();
        add(seams.clicks == 0, "no click at a seam",
            fmt::format(
                "{} in {} stems, {:.0f} s of sound; {} more at late switches, {} at underruns, where the engine fades "
                "and says so; at most {:.2f} of the bound was used, {:.2f} on the gains' grid",
                seams.clicks, seams.stems, seams.sounding_seconds, seams.at_late_switches, seams.at_underruns,
                seams.most_of_bound, seams.most_of_grid_bound));
        std::string kinds;
        for (const auto& kind : planted.kinds)
            kinds += fmt::format(", {} {} of {}", kind.name, kind.found, kind.planted);
        add(planted.planted() > 0 && planted.found() >= 0.95 * planted.planted(), "planted clicks are found",
            fmt::format("{} of {}{}", planted.found(), planted.planted(), kinds));
    }

    std::vector<TortureCheck> all;
    SeamFigures seams;
    PlantedClicks planted;

private:
    void add(bool passed, std::string name, std::string text) { all.push_back({name, text, passed}); }

    // Said by the ports, and by the session log, in which the conductor writes what it has handled.
    void no_event_is_lost() {
        const auto& report = facts_.report;
        std::uint64_t refused = report.at("events_refused"), dropped = 0;
        bool same = true;
        std::string text;
        for (int p = 0; p < TortureKeys::ports; ++p) {
            std::uint64_t events = 0, logged = 0;
            for (const auto& port : report.at("midi_ports")) {
                if (port.at("name") != TortureKeys::port_name(p)) continue;
                events += port.at("events").get<std::uint64_t>();
                refused += port.at("refused").get<std::uint64_t>();
                dropped += port.at("dropped").get<std::uint64_t>();
            }
            for (const auto& [producer, count] : seams_.events_of_producer)
                if (count == facts_.sent[p]) logged = count;
            same = same && events == facts_.sent[p] && logged == facts_.sent[p];
            text += fmt::format("{}: sent {}, came {}, handled {}; ", TortureKeys::port_name(p), facts_.sent[p], events,
                                logged ? std::to_string(logged) : "not as many");
        }
        const auto stem_gaps = frames_not_recorded();
        add(same && refused == 0 && dropped == 0, "no event is lost",
            fmt::format("{}refused {}, dropped {}", text, refused, dropped));
        add(stem_gaps == 0, "recordings are whole", fmt::format("{} frames left out", stem_gaps));
    }
    std::int64_t frames_not_recorded() const {
        auto frames = facts_.report.at("recording").at("dropped_frames").get<std::int64_t>();
        for (const auto& stem : facts_.report.at("stems").at("files"))
            frames += stem.at("dropped_frames").get<std::int64_t>();
        return frames;
    }

    void look_at_stems() {
        const std::regex name(R"((\d+)-(round|wide)-(\d+)[.]wav)");
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "stems")) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const auto& file : files) {
            std::smatch parts;
            const auto text = file.filename().string();
            if (!std::regex_match(text, parts, name)) throw std::runtime_error("no stem of the torture's: " + text);
            const auto sound = facts_of(file);
            if (!sound.opens) throw std::runtime_error("a stem that does not open: " + text);
            ++seams.stems;
            find_clicks(sound.samples, static_cast<std::uint16_t>(std::stoi(parts[1]) - 1), text);
            planted.plant(sound.samples, 20);
            find_endings(sound.samples, std::stoi(parts[3]), text);
        }
    }
    void find_clicks(const std::vector<float>& samples, std::uint16_t instrument, const std::string& file) {
        ClickDetector detector;
        for (const auto& click : detector.clicks_in(samples, 2)) {
            if (seams_.late_at(instrument, click.frame)) {
                ++seams.at_late_switches;
            } else if (seams_.underrun_at(instrument, click.frame)) {
                ++seams.at_underruns;
            } else {
                ++seams.clicks;
                if (seams.places.size() < 20)
                    seams.places.push_back(fmt::format("{}, frame {}: {:.1f} times the bound{}", file, click.frame,
                                                       click.size, click.on_grid ? " of the gains' grid" : ""));
            }
        }
        seams.most_of_bound = std::max(seams.most_of_bound, detector.most());
        seams.most_of_grid_bound = std::max(seams.most_of_grid_bound, detector.most_on_grid());
        std::int64_t sounding = 0;
        for (std::size_t i = 0; i < samples.size(); i += 2) sounding += samples[i] != 0;
        seams.sounding_seconds += static_cast<double>(sounding) / rate_hz_;
    }
    // How long it sounds after a port was pulled out, and after the end.
    void find_endings(const std::vector<float>& samples, int channel, const std::string& file) {
        const auto last_sound = [&](std::int64_t from, std::int64_t to) {
            for (auto f = std::min(to, std::ssize(samples) / 2) - 1; f >= from; --f)
                if (samples[2 * f] != 0 || samples[2 * f + 1] != 0) return f;
            return from;
        };
        const auto note = [&](double& longest, std::string& where, std::int64_t from, std::int64_t to) {
            const double seconds = static_cast<double>(last_sound(from, to) - from) / rate_hz_;
            if (seconds > longest) longest = seconds, where = file;
        };
        if (channel > torture_channels / 2)
            for (const auto& pulled : facts_.pulled)
                note(longest_after_pull_, where_after_pull_, seams_.mark_frames.at(pulled.mark),
                     seams_.mark_frames.at(pulled.mark + 1));
        note(longest_after_end_, where_after_end_, seams_.mark_frames.at(facts_.end_mark), std::ssize(samples));
    }

    void nothing_is_stuck() {
        const auto record = facts_of(folder_ / "record.wav");
        const auto second = static_cast<std::size_t>(2 * rate_hz_);
        const bool silent = record.opens && record.samples.size() > second &&
                            std::all_of(record.samples.end() - static_cast<std::ptrdiff_t>(second),
                                        record.samples.end(), [](float x) { return x == 0; });
        add(silent && record.peak > 0, "silence at the end",
            fmt::format("the record's last second is {}, its peak {:.3f}", silent ? "all 0" : "not silent",
                        record.peak));
        // A voice ends on its grid, and the last events wait for the event delay.
        add(longest_after_end_ <= torture_release_seconds + 0.2, "no stuck note",
            fmt::format("after the last message at most {:.3f} s of sound ({}); notes ring {} s", longest_after_end_,
                        where_after_end_, torture_release_seconds));
        add(!facts_.pulled.empty() && longest_after_pull_ <= 1 + torture_release_seconds + 0.2,
            "notes of a port that is pulled out end",
            fmt::format("{} times; at most {:.3f} s of sound ({}): looked for once a second, then notes ring {} s",
                        facts_.pulled.size(), longest_after_pull_, where_after_pull_, torture_release_seconds));
    }

    const TortureFacts& facts_;
    const std::filesystem::path folder_;
    const LoggedSeams seams_;
    const double rate_hz_;
    double longest_after_pull_ = 0, longest_after_end_ = 0;
    std::string where_after_pull_ = "none", where_after_end_ = "none";
};

}  // namespace forerun::bench
