#include "tools/measure/record/cell_record.h"

#include <fmt/format.h>
#include <cerrno>
#include <cstring>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "rt-engine/session/json_text.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"
#include "tools/measure/record/cell_fields.h"
#include "tools/measure/record/csv.h"
#include "tools/report/json_output.h"

namespace forerun::measure {
namespace {

template <typename Write>
void write_file(const std::filesystem::path& file, Write write) {
    errno = 0;
    std::ofstream out(file, std::ios::binary);
    write(out);
    out.close();
    if (!out)
        throw std::runtime_error(file.string() + " cannot be written (" +
                                 (errno ? std::strerror(errno) : "unknown reason") +
                                 "); make room, or choose another folder");
}

constexpr std::size_t most_csv_bytes = std::size_t{256} << 20;

// Folders of results go from hand to hand.
std::istringstream opened(const std::filesystem::path& file) {
    auto read = try_read_file(file, most_csv_bytes);
    if (read.found != FileText::Found::text)
        throw BadInput(file.string() + ": cannot be read; the result is not whole, measure that cell again");
    return std::istringstream(std::move(read.text));
}

void write_windows(std::ostream& out, const CellRecord& record) {
    out << "second,voice,slot,instrument,fill_min_frames,fill_p1_frames,fill_mean_frames,looks,least_quality,gaps,"
           "missing_frames\n";
    const auto rate_hz = record.cell.at("rate_hz").get<double>();
    std::map<std::pair<std::uint64_t, int>, std::pair<std::int64_t, std::int64_t>> missing;  // gaps and their frames
    for (const auto& g : record.gaps) {
        auto& [gaps, frames] = missing[{g.voice, static_cast<int>(static_cast<double>(g.frame) / rate_hz)}];
        ++gaps;
        frames += g.frames;
    }
    for (const auto& w : record.windows) {
        const auto found = missing.find({w.voice, w.second});
        const auto [gaps, frames] = found == missing.end() ? std::pair<std::int64_t, std::int64_t>() : found->second;
        out << fmt::format("{},{},{},{},{},{},{:.1f},{},{},{},{}\n", w.second, w.voice, w.slot,
                           csv_text(w.instrument < record.instruments.size() ? record.instruments[w.instrument] : ""),
                           w.fill_min_frames, w.fill_p1_frames, w.fill_mean_frames, w.looks, w.least_quality, gaps,
                           frames);
    }
}

Json picture_json(const GapPicture& picture) {
    Json j = {{"gap", picture.gap}, {"fill", Json::array()}, {"did", Json::array()}};
    for (const auto& [ms, frames] : picture.fill) j["fill"].push_back({ms, frames});
    for (const auto& d : picture.did) j["did"].push_back({d.from_ms, d.to_ms, name_of(d.cause), d.voice});
    return j;
}

constexpr double most_milliseconds = 1e12;
constexpr std::int64_t most_frames = std::int64_t{1} << 40;
constexpr std::uint64_t most_recorded_voices = std::uint64_t{1} << 40;

// An entry of a list of fixed length.
template <typename Number>
Number number_at(const Json& list, std::size_t index, Number least, Number most) {
    if (!list.is_array() || index >= list.size() || !is_number_within<Number>(list[index], least, most))
        throw JsonFault("a picture holds something else than its numbers");
    return list[index].get<Number>();
}

GapPicture picture_of(const Json& j) {
    GapPicture picture{.gap = number_in<std::size_t>(j, "gap", 0, most_recorded_voices)};
    const auto ms_at = [](const Json& list, std::size_t i) {
        return number_at(list, i, -most_milliseconds, most_milliseconds);
    };
    for (const auto& f : list_in(j, "fill", most_json_bytes))
        picture.fill.emplace_back(ms_at(f, 0), number_at(f, 1, -most_frames, most_frames));
    for (const auto& d : list_in(j, "did", most_json_bytes)) {
        const auto from = ms_at(d, 0), to = ms_at(d, 1);
        if (d.size() < 4 || !d[2].is_string()) throw JsonFault("a picture does not say what was done");
        picture.did.push_back({from, to, cause_named(d[2].get<std::string>()).value_or(Cause::idle),
                               number_at(d, 3, std::uint64_t{0}, most_recorded_voices)});
    }
    return picture;
}

Json parsed(const std::filesystem::path& file) { return parsed_json<Json>(opened(file).view()); }

}  // namespace

// What came since: counts of the same buckets, less those of before.
Buckets since(const Buckets& before, Buckets now) {
    for (auto& bucket : now) {
        const auto same =
            std::find_if(before.begin(), before.end(), [&](const Bucket& b) { return b.low == bucket.low; });
        if (same != before.end()) bucket.count -= std::min(bucket.count, same->count);
    }
    std::erase_if(now, [](const Bucket& b) { return b.count == 0; });
    return now;
}

void CellRecord::add_pauses(const Sentinel& sentinel, std::int64_t began) {
    histograms["sentinel_ms"] = buckets_of(sentinel.lateness_nanoseconds(), 1e-6);
    for (const auto& pause : sentinel.pauses())
        pauses.emplace_back(static_cast<double>(pause.from_nanoseconds - began) / 1e9,
                            static_cast<double>(pause.to_nanoseconds - pause.from_nanoseconds) / 1e9);
}

void write_cell(const std::filesystem::path& folder, const CellRecord& record) {
    write_file(folder / "gaps.csv", [&](std::ostream& out) { write_gaps(out, record.gaps); });
    write_file(folder / "windows.csv", [&](std::ostream& out) { write_windows(out, record); });
    write_file(folder / "workers.csv", [&](std::ostream& out) { write_worker_seconds(out, record.workers); });
    write_file(folder / "histograms.csv", [&](std::ostream& out) { write_histograms(out, record.histograms); });
    write_file(folder / "pauses.csv", [&](std::ostream& out) {
        out << "from_seconds,seconds\n";
        for (const auto& [from, length] : record.pauses) out << fmt::format("{:.6f},{:.6f}\n", from, length);
    });
    write_file(folder / "pictures.json", [&](std::ostream& out) {
        Json all = Json::array();
        for (const auto& picture : record.pictures) all.push_back(picture_json(picture));
        out << json_text(all) << "\n";
    });
    write_file(folder / "cell.json", [&](std::ostream& out) { out << json_text(record.cell, 2) << "\n"; });
}

CellRecord read_cell(const std::filesystem::path& folder, bool with_pictures) {
    const auto damaged = [&](const char* file, const JsonFault& fault) {
        return BadInput(
            fmt::format("{}: {}; it is damaged, measure that cell again", (folder / file).string(), fault.what()));
    };
    CellRecord record;
    try {
        record.cell = parsed(folder / "cell.json");
        require_cell(record.cell);
    } catch (const JsonFault& fault) {
        throw damaged("cell.json", fault);
    }
    auto gaps = opened(folder / "gaps.csv");
    record.gaps = read_gaps(gaps, (folder / "gaps.csv").string());
    auto histograms = opened(folder / "histograms.csv");
    record.histograms = read_histograms(histograms, (folder / "histograms.csv").string());
    // Cells that were measured before there was such a file are whole without it.
    if (std::error_code ignored; std::filesystem::exists(folder / "workers.csv", ignored)) {
        auto workers = opened(folder / "workers.csv");
        record.workers = read_worker_seconds(workers, (folder / "workers.csv").string());
    }
    auto pauses = opened(folder / "pauses.csv");
    for (CsvReader csv(pauses, (folder / "pauses.csv").string()); csv.next();)
        record.pauses.emplace_back(csv.number<double>("from_seconds"), csv.number<double>("seconds"));
    if (!with_pictures) return record;
    try {
        for (const auto& j : parsed(folder / "pictures.json")) record.pictures.push_back(picture_of(j));
    } catch (const JsonFault& fault) {
        throw damaged("pictures.json", fault);
    }
    return record;
}

}  // namespace forerun::measure
