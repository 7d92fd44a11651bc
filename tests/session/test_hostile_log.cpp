// A session log is a file from somewhere: right checksums say that it is whole, not who made it.
#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>

#include "tests/scenes/log_chunks.h"
#include "tests/scenes/random_session.h"
#include "tests/scenes/replayed_session.h"

using namespace forerun;
using Catch::Contains;

namespace {

constexpr auto infinite = std::numeric_limits<double>::infinity();

using Pieces = std::vector<LogPiece>;

// Of a real session with notes, events, rewinds.
Pieces real_log(const std::filesystem::path& script = source_file("scripts/voices/lead.lua"), bool trust = false) {
    const ScriptFolder folder;
    SessionPlan plan{
        .script = script, .frames = 6000, .configuration = session_configuration(), .log = folder.path() / "a.frlog"};
    plan.configuration.trust = trust;
    RandomSession(plan).play();
    return log_pieces(plan.log);
}

SessionLogFile read(const Pieces& pieces) {
    const auto bytes = log_bytes(pieces);
    return SessionLogFile::from_bytes(std::as_bytes(std::span(bytes)), "hostile.frlog");
}
std::string why_not_read(const Pieces& pieces) {
    return bad_input([&] { read(pieces); });
}
std::string why_not_replayed(const Pieces& pieces, bool trust = false) {
    const ScriptFolder folder;
    return bad_input([&] { SessionReplay(read(pieces), folder.path(), ReplayKind::as_heard, trust); });
}

template <typename Body>
void change_body(LogRecord& record, const std::function<void(Body&)>& change) {
    auto body = record.get<Body>();
    change(body);
    record = record.with(body);
}

// The message says this instead of what it said; of the same kind: with this change.
template <typename Said>
std::function<void(LogRecord&)> says(void (*change)(Said&)) {
    return [change](LogRecord& record) {
        change_body<VoiceMessage>(record, [&](VoiceMessage& m) {
            auto said = m.is<Said>() ? m.get<Said>() : Said();
            change(said);
            m.set(said);
        });
    };
}

}  // namespace

TEST_CASE("a log with one record that no engine writes is refused, with the record and what is wrong with it") {
    struct Row {
        const char* what;
        LogKind kind;
        std::function<void(LogRecord&)> change;
        const char* says;
    };
    const auto message = [](auto change) { return [change](LogRecord& r) { change_body<VoiceMessage>(r, change); }; };
    const auto command = [](auto change) { return [change](LogRecord& r) { change_body<MixerCommand>(r, change); }; };
    const auto event = [](auto change) { return [change](LogRecord& r) { change_body<Event>(r, change); }; };
    constexpr auto far = std::int64_t{1} << 60;
    const std::vector<Row> rows = {
        {"a kind", LogKind::mark, [](auto& r) { r.kind = LogKind::count; }, "no kind"},
        {"a mark far ahead", LogKind::mark, [](auto& r) { r.frame = far; }, "too far ahead"},
        {"an end far ahead", LogKind::end, [](auto& r) { r.frame = far; }, "too far ahead"},
        {"an end an hour ahead", LogKind::end, [](auto& r) { r.frame += 48000 * 3600; }, "too far ahead"},
        {"a mark before time", LogKind::mark, [](auto& r) { r.frame = -1; }, "back in time"},
        {"an event's kind", LogKind::event, event([](Event& e) { e.kind = static_cast<EventKind>(77); }), "no kind"},
        {"an event's value", LogKind::event, event([](Event& e) { e.value = static_cast<float>(infinite); }),
         "no number"},
        {"an event's frame", LogKind::event, event([](Event& e) { e.frame = far; }), "no possible frame"},
        {"a note's slot", LogKind::start, [](auto& r) { r.slot = 65535; }, "place"},
        {"a note's slot, inside", LogKind::start, message([](VoiceMessage& m) { m.slot = 65535; }), "place"},
        {"a note's generation", LogKind::start, message([](VoiceMessage& m) { m.generation = 65535; }), "place"},
        {"a note's instrument", LogKind::start, [](auto& r) { r.instrument = 65535; }, "two instruments"},
        {"a note's instrument, inside", LogKind::start, message([](VoiceMessage& m) { m.instrument = 65535; }),
         "no instrument"},
        {"a note's kind", LogKind::start, message([](VoiceMessage& m) { m.kind = VoiceMessageKind::timeline; }),
         "no start"},
        {"a note's key", LogKind::start, says<VoiceStart>([](auto& n) { n.key = 200; }), "no key"},
        {"a note's pitch", LogKind::start, says<VoiceStart>([](auto& n) { n.frequency_hz = infinite; }), "no pitch"},
        {"a note's serial", LogKind::start, message([](VoiceMessage& m) { m.serial = 0; }), "not told of"},
        {"a note's frame", LogKind::start, message([](VoiceMessage& m) { m.frame = far; }), "no possible frame"},
        {"a note's worker", LogKind::start, [](auto& r) { r.worker = 1; }, "no worker"},
        {"parameters' place", LogKind::parameters, [](auto& r) { r.value = -1; }, "no note"},
        {"a parameter", LogKind::parameters,
         [](auto& r) { r = r.with(std::array<float, log_parameters>{static_cast<float>(infinite)}); }, "no number"},
        {"a command's kind", LogKind::command,
         command([](MixerCommand& c) { c.kind = static_cast<MixerCommandKind>(9); }), "no kind"},
        {"a command's slot", LogKind::command, command([](MixerCommand& c) { c.slot = 65535; }), "no voice"},
        {"a start's bus", LogKind::command, command([](MixerCommand& c) { c.bus = 65535; }), "on no bus"},
        {"a gain's bus", LogKind::command, command([](MixerCommand& c) {
             c.kind = MixerCommandKind::bus_gain;
             c.bus = 65535;
         }),
         "for no bus"},
        {"a command's gain", LogKind::command, command([](MixerCommand& c) { c.left = static_cast<float>(infinite); }),
         "no number"},
        {"a command's frame", LogKind::command, command([](MixerCommand& c) { c.frame = far; }), "no possible frame"},
        {"a command's truth", LogKind::command, [](auto& r) { r.body[offsetof(MixerCommand, stays)] = std::byte{2}; },
         "no kind"},
        {"a command again", LogKind::command, command([](MixerCommand& c) { c.serial = 0; }), "there before"},
        {"commands taken", LogKind::commands, [](auto& r) { r.value = -1; }, "that there are not"},
        {"too many taken", LogKind::commands, [](auto& r) { r.value = 1 << 30; }, "that there are not"},
        {"a block of nothing", LogKind::block, [](auto& r) { r.value = 0; }, "no possible size"},
        {"a block of much", LogKind::block, [](auto& r) { r.value = far; }, "no possible size"},
        {"a voice begins", LogKind::started, [](auto& r) { r.frame = far; }, "no possible frame"},
        {"a voice begins early", LogKind::started, [](auto& r) { r.frame = 0; }, "before it was asked to"},
        {"no voice begins", LogKind::started, [](auto& r) { r.slot = 65535; }, "of no voice"},
        {"a message that starts", LogKind::message, message([](VoiceMessage& m) { m.kind = VoiceMessageKind::start; }),
         "no kind"},
        {"a message's kind", LogKind::message, message([](VoiceMessage& m) { m.kind = VoiceMessageKind::timeline; }),
         "no kind"},
        {"a message's kind, of no note that is known", LogKind::message,
         [](auto& r) {
             r.generation = 4000;
             change_body<VoiceMessage>(r, [](VoiceMessage& m) { m.kind = static_cast<VoiceMessageKind>(255); });
         },
         "no kind"},
        {"a message's frame", LogKind::message, message([](VoiceMessage& m) { m.frame = far; }), "no possible frame"},
        {"a release", LogKind::message, says<VoiceRelease>([](auto& r) { r.velocity = static_cast<float>(infinite); }),
         "no number"},
        {"a quality", LogKind::message, says<VoiceQuality>([](auto& q) { q.level = 3; }), "no quality"},
        {"a control", LogKind::message, says<VoiceControlMove>([](auto& c) { c.control = VoiceControl::count; }),
         "there is not"},
        {"a bend", LogKind::message, says<VoiceControlMove>([](auto& c) { c = {.value = 2e6f}; }), "no possible value"},
        {"a pressure", LogKind::message, says<VoiceControlMove>([](auto& c) {
             c = {.value = static_cast<float>(infinite), .control = VoiceControl::pressure};
         }),
         "no possible value"},
        {"a pitch", LogKind::message, says<VoicePitch>([](auto& p) { p.hz = infinite; }), "no possible pitch"},
        {"a glide", LogKind::message, says<VoicePitch>([](auto& p) { p.seconds = 2000; }), "no possible pitch"},
        {"a tempo", LogKind::message, says<VoiceTime>([](auto& t) { t.tempo = -1; }), "no possible tempo"},
        {"a beat", LogKind::message, says<VoiceTime>([](auto& t) { t.beat = infinite; }), "no possible tempo"},
        {"a beat's frame", LogKind::message, says<VoiceTime>([](auto& t) { t.beat_frame = far; }), "no possible tempo"},
        {"whether it plays", LogKind::message, says<VoiceTime>([](auto& t) { t.is_playing = 2; }), "no possible tempo"},
        {"a message's parameter", LogKind::message, says<VoiceParameter>([](auto& p) { p.index = 65535; }),
         "that there is not"},
        {"a parameter's value", LogKind::message,
         says<VoiceParameter>([](auto& p) { p.value = static_cast<float>(infinite); }), "no number"},
        {"a timeline", LogKind::timeline, [](auto& r) { r.frame = -1; }, "no possible frame"},
        {"a timeline too early", LogKind::timeline, [](auto& r) { r.frame = 0; }, "before its voice"},
        {"a skip", LogKind::timeline,
         [](auto& r) {
             r.kind = LogKind::skip;
             r.value = r.frame + 1;
         },
         "back in time"},
        {"a ring that ran dry", LogKind::taken,
         [](auto& r) {
             r.kind = LogKind::dry;
             r.value = -1;
         },
         "was written to no possible frame"},
        {"a timeline that was heard", LogKind::taken, [](auto& r) { r.timeline = 999; }, "timeline"},
        {"where it was heard", LogKind::taken, [](auto& r) { r.value = far; }, "no possible frame"},
    };
    const auto real = real_log();
    REQUIRE(why_not_read(real).empty());
    for (const auto& row : rows) {
        INFO(row.what);
        auto log = real;
        int left = 1;  // only the first one of its kind
        REQUIRE(change_records(log, row.kind, [&](LogRecord& r) {
                    if (left-- > 0) row.change(r);
                }) > 0);
        CHECK_THAT(why_not_read(log), Contains("its record ") && Contains(row.says) && Contains("no engine writes"));
    }
}

TEST_CASE("what is heard of a voice goes on to later timelines, and a log that goes back is refused") {
    auto log = real_log();
    std::map<std::pair<int, int>, int> heard;
    change_records(log, LogKind::taken, [&](LogRecord& r) {
        // The second of a voice is the first again.
        if (++heard[{r.slot, r.generation}] == 2) r.timeline = 0;
    });
    REQUIRE(std::any_of(heard.begin(), heard.end(), [](const auto& h) { return h.second > 1; }));
    CHECK_THAT(why_not_read(log), Contains("behind a timeline that came later"));

    // And whoever has records without their reader gets no more than nonsense.
    std::vector<LogRecord> records;
    change_records(log, LogKind::start, [&](LogRecord& r) { records.push_back(r); });
    for (const auto kind : {LogKind::timeline, LogKind::taken})
        change_records(log, kind, [&](LogRecord& r) { records.push_back(r); });
    LogRecord end;
    end.kind = LogKind::end;
    end.frame = 6000;
    records.push_back(end);
    CHECK(RecordedSession(records, ReplayKind::as_intended).frames == 6000);
}

TEST_CASE("a voice begins once, before its timelines") {
    auto log = real_log();
    std::string started;
    change_records(log, LogKind::started,
                   [&](LogRecord& r) { started.assign(reinterpret_cast<const char*>(&r), sizeof r); });
    log.push_back({LogChunk::Kind::records, started});
    CHECK_THAT(why_not_read(log), Contains("begins when it has begun"));
}

TEST_CASE("a timeline that is heard was built before reports were lost, behind which nothing is read") {
    auto log = real_log();
    std::vector<LogPiece> later;
    change_records(log, LogKind::timeline, [&](LogRecord& r) {
        later.push_back({LogChunk::Kind::records, std::string(reinterpret_cast<const char*>(&r), sizeof r)});
        r.kind = LogKind::withdrawn;
    });
    REQUIRE_FALSE(later.empty());
    LogRecord lost;
    lost.kind = LogKind::lost;
    log.push_back({LogChunk::Kind::records, std::string(reinterpret_cast<const char*>(&lost), sizeof lost)});
    log.insert(log.end(), later.begin(), later.end());
    CHECK_THAT(why_not_read(log), Contains("which nobody built"));
}

TEST_CASE("a log whose header no engine writes is refused, with the field") {
    struct Row {
        const char* field;
        nlohmann::json value;
    };
    const Row rows[] = {{"rate_hz", 1e300},
                        {"rate_hz", "48000"},
                        {"channels", 9},
                        {"block_frames", 0},
                        {"max_block_frames", 1 << 30},
                        {"depth_frames", -1},
                        {"depth_frames", std::int64_t{1} << 40},
                        {"voices", 5000},
                        {"voices", -1},
                        {"reserve_voices", 1e9},
                        {"buses", 1 << 20},
                        {"instruments", 1 << 20},
                        {"parameters", 1 << 30},
                        {"voice_parameters", 1 << 20},
                        {"mixer_commands", std::uint64_t{1} << 33},
                        {"worker_messages", 1 << 30},
                        {"reports", 1 << 30},
                        {"workers", 0},
                        {"workers", 65},
                        {"trust", 1},
                        {"jit", nullptr},
                        {"script_memory_bytes", std::uint64_t{1} << 50},
                        {"watchdog_milliseconds", std::int64_t{1} << 40},
                        {"quality_down", "much"},
                        {"floor_seconds", 1e9},
                        {"checkpoint_bytes", std::uint64_t{1} << 40},
                        {"load_ceiling", nlohmann::json::array()},
                        {"event_delay_frames", -2},
                        {"stay_priority", 1.5},
                        {"seed", -1},
                        {"script_path", "/tmp"}};
    const auto real = real_log();
    for (const auto& row : rows) {
        INFO(row.field << " " << row.value.dump());
        auto log = real;
        change_header(log, [&](nlohmann::json& j) { j["configuration"][row.field] = row.value; });
        CHECK_THAT(why_not_read(log),
                   Contains("its header cannot be read") && Contains(std::string("\"") + row.field + "\""));
    }
    auto log = real;
    log[0].content = std::string(200'000, '[');
    CHECK_THAT(why_not_read(log), Contains("nested deeper"));
    log = real;
    change_header(log, [](nlohmann::json& j) { j["version"] = "1\33[2J"; });
    CHECK_THAT(why_not_read(log), Contains("control characters"));
    log = real;
    log.push_back(log[0]);
    CHECK_THAT(why_not_read(log), Contains("no header, or two"));
}

TEST_CASE("a log's scripts have no place outside of a replay's folder") {
    const auto real = real_log();
    for (const char* place : {"../../tmp/x.lua", "/tmp/../etc/x.lua", "x.lua", "/", "/tmp/", "//tmp/x.lua", ""}) {
        INFO(place);
        auto log = real;
        log.push_back({LogChunk::Kind::text, std::string(place) + '\0' + "return 1"});
        CHECK_THAT(why_not_read(log), Contains("at a place that is none"));
        log = real;
        change_header(log, [&](nlohmann::json& j) { j["source"] = place; });
        CHECK_THAT(why_not_read(log), Contains("its header cannot be read"));
        log = real;
        change_header(log, [&](nlohmann::json& j) { j["configuration"]["script_path"] = {place}; });
        CHECK_THAT(why_not_read(log), Contains("its header cannot be read"));
    }
}

TEST_CASE("a log's scripts see no file of the machine but the log's own texts") {
    const ScriptFolder folder;
    const auto there = folder.write("there.lua", ScriptFolder::voice("return 0.1"));
    folder.write("module.lua", "return 0.1");
    const auto source = folder.write("rig.lua", "return { instruments = { { voice = \"there\" } } }");
    const auto real = real_log(source);
    REQUIRE(why_not_replayed(real).empty());
    const auto with_rig = [&](const std::string& rig) {
        auto log = real;
        for (auto& piece : log)
            if (piece.kind == LogChunk::Kind::text && piece.content.starts_with(source.string() + '\0'))
                piece.content = source.string() + '\0' + rig;
        return why_not_replayed(log);
    };
    // The log has this one's text: it is that which is read, wherever it lies.
    CHECK(with_rig("return { instruments = { { voice = \"" + there.string() + "\" } } }").empty());
    folder.write("secret.scl", "a secret");
    folder.write("other.lua", ScriptFolder::voice("return 0.1"));
    for (const std::string& name : std::vector<std::string>{"other", (folder.path() / "other.lua").string(),
                                                            "../" + folder.path().filename().string() + "/other"})
        CHECK_THAT(with_rig("return { instruments = { { voice = \"" + name + "\" } } }"),
                   Contains("there is no voice"));
    const auto tuned = with_rig("return { instruments = { { voice = \"there\" } }, tuning = \"" +
                                (folder.path() / "secret.scl").string() + "\" }");
    CHECK_THAT(tuned, Contains("there is no such file"));
    CHECK_THAT(with_rig("local level = require \"module\" return { instruments = { { voice = \"there\" } } }"),
               Contains("there is no such file"));
    auto log = real;
    change_header(log, [&](nlohmann::json& j) { j["source"] = (folder.path() / "other.lua").string(); });
    CHECK_THAT(why_not_replayed(log), Contains("there is no such file"));
}

TEST_CASE("only the caller can trust a log, not the log itself") {
    const ScriptFolder folder;
    const auto script = folder.write("open.lua", ScriptFolder::voice("return 0.1", "", "local ffi = require \"ffi\""));
    auto log = real_log(script, true);
    CHECK_THAT(why_not_replayed(log), Contains("--trust"));
    CHECK(why_not_replayed(log, true).empty());
    change_header(log, [](nlohmann::json& j) { j["configuration"]["trust"] = false; });
    CHECK_THAT(why_not_replayed(log), Contains("ffi is not available"));
    CHECK_THAT(why_not_replayed(log, true), Contains("ffi is not available"));
}

TEST_CASE("the dsp library, which runs outside the sandbox, is the program's own and not the log's") {
    auto log = real_log();
    int found = 0;
    for (auto& piece : log)
        if (const auto end = piece.content.find('\0');
            piece.kind == LogChunk::Kind::text && piece.content.substr(0, end).ends_with("/dsp/init.lua")) {
            piece.content = piece.content.substr(0, end) + '\0' + "error(\"the log's own library\")";
            ++found;
        }
    REQUIRE(found == 1);
    const ScriptFolder scripts;
    SessionReplay replay(read(log), scripts.path());
    const auto differences = replay.differences();
    CHECK(std::find(differences.begin(), differences.end(), "the dsp library was another") != differences.end());
    CHECK_THAT(why_not_replayed(real_log(source_file("scripts/voices/lead.lua"), true)), Contains("--trust"));
    change_header(log, [](nlohmann::json& j) { j["configuration"]["trust"] = true; });
    CHECK_THAT(why_not_replayed(log, true), Contains("the log's own library"));
}

TEST_CASE("new versions of scripts that no rig has are refused") {
    const auto real = real_log();
    nlohmann::json changes = nlohmann::json::object();  // of the description
    const auto reload = [&](int index, int version, const char* script, const char* file, std::size_t bytes) {
        nlohmann::json description = {{"name", "x"},
                                      {"script", script},
                                      {"version", version},
                                      {"polyphony", 4},
                                      {"channels", 2},
                                      {"whole_quanta", true},
                                      {"parameters", nlohmann::json::array()}};
        description.update(changes);
        const nlohmann::json json = {{"instruments", {{{"index", index}, {"description", description}}}},
                                     {"files", {{{"path", file}, {"bytes", bytes}}}}};
        return LogPiece{LogChunk::Kind::reload, json.dump() + '\0' + "abc"};
    };
    const auto with = [&](const LogPiece& piece) {
        auto log = real;
        log.push_back(piece);
        return log;
    };
    CHECK_THAT(why_not_read(with(reload(65535, 1, "/tmp/x", "/tmp/x", 3))), Contains("\"index\""));
    CHECK_THAT(why_not_replayed(with(reload(1, 1, "/tmp/x", "/tmp/x", 3))), Contains("is of instrument 1"));
    CHECK_THAT(why_not_read(with(reload(0, 0, "/tmp/x", "/tmp/x", 3))), Contains("\"version\""));
    CHECK_THAT(why_not_read(with(reload(0, 1, "/etc/passwd", "/tmp/x", 3))), Contains("lack a script"));
    CHECK_THAT(why_not_read(with(reload(0, 1, "/tmp/x", "/tmp/x", 4))), Contains("\"bytes\""));
    CHECK_THAT(why_not_read(with(reload(0, 1, "/tmp/x", "/tmp/x", 2))), Contains("shorter than their texts"));
    CHECK_THAT(why_not_read(with(reload(0, 1, "/tmp/../x", "/tmp/../x", 3))), Contains("no absolute one"));
    CHECK_THAT(why_not_replayed(with(reload(0, 1, "/tmp/x", "/tmp/x", 3))), Contains("x:1:"));
    const auto parameter = [](double minimum, double maximum, double usual, double value) {
        return nlohmann::json::array(
            {{{"name", "p"}, {"minimum", minimum}, {"maximum", maximum}, {"default_value", usual}, {"value", value}}});
    };
    const std::pair<const char*, nlohmann::json> rows[] = {{"name", 5},
                                                           {"polyphony", 0},
                                                           {"channels", 3},
                                                           {"whole_quanta", 1},
                                                           {"parameters", 3},
                                                           {"minimum", parameter(-1e10, 1, 0, 0)},
                                                           {"maximum", parameter(0, 1e10, 0, 0)},
                                                           {"minimum", parameter(1, 1, 1, 1)},
                                                           {"default_value", parameter(0, 1, 2, 0)},
                                                           {"value", parameter(0, 1, 0, 2)}};
    for (const auto& [field, value] : rows) {
        INFO(field << " " << value.dump());
        changes = {{value.is_array() ? "parameters" : field, value}};
        CHECK_THAT(why_not_read(with(reload(0, 1, "/tmp/x", "/tmp/x", 3))), Contains(std::string("\"") + field + "\""));
    }
    changes = {{"parameters", parameter(0, 1, 0, 0)}};
    CHECK(why_not_read(with(reload(0, 1, "/tmp/x", "/tmp/x", 3))).empty());
    changes = nlohmann::json::object();
    auto twice = with(reload(0, 1, "/tmp/x", "/tmp/x", 3));
    twice.push_back(twice.back());
    CHECK_THAT(why_not_replayed(twice), Contains("is there twice"));
}
