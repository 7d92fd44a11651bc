// What a watched script is: what its path leads to now, through whatever links and folders, and the modules beside it.
#include "tools/live/script_watcher.h"

#include <filesystem>

#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"

using namespace forerun;
namespace fs = std::filesystem;

namespace {

// A rig that reaches its voice at voices/a.lua.
struct Watched {
    explicit Watched(const std::function<void(const ScriptFolder&)>& lay_out) {
        lay_out(folder);
        rig = folder.write("rig.lua", "return { instruments = { { name = 'a', voice = 'voices/a' } } }");
        live = std::make_unique<LiveEngine>(rig);
        watcher = std::make_unique<ScriptWatcher>(live->engine);
    }
    fs::path at(const std::string& name) const { return folder.path() / name; }
    // A file that nothing but its content tells from the one before: of the same size, written at the same time.
    fs::path write_alike(const std::string& name, const std::string& text) const {
        const auto file = folder.write(name, text);
        fs::last_write_time(file, fs::file_time_type{} + std::chrono::hours(1'000'000));
        return file;
    }
    // As editors, git and deployments switch links: in one step.
    void link(const std::string& to, const std::string& name) const {
        fs::create_symlink(to, at("new-link"));
        fs::rename(at("new-link"), at(name));
    }
    std::string next_line() {
        std::vector<std::string> lines;
        if (!live->wait_until([&] { return !(lines = watcher->take_lines()).empty(); }, 15'000)) return "nothing";
        return lines.front();
    }
    // The level that the newest version plays, in hundredths; 0 when no reload is heard of.
    bool is_reloaded() { return next_line().find(" reloaded") != std::string::npos; }
    double level() {
        live->send(EventKind::note_on, 60, 1);
        REQUIRE(live->wait_until([&] {
            live->process(64);
            return live->engine.voices_sounding() > 0 && live->left.back() != 0;
        }));
        // A note that came at the frame of the reload fades over to the new version.
        for (const auto until = live->clock() + 4096; live->clock() < until; live->process(64))
            REQUIRE(live->wait_until([&] { return live->fill(0) > 128; }));
        const auto heard = static_cast<double>(live->left.back());
        live->send(EventKind::all_sound_off, 0, 0, all_channels);
        REQUIRE(live->wait_until([&] {
            live->process(64);
            return live->engine.idle();
        }));
        return heard;
    }

    ScriptFolder folder;
    fs::path rig;
    std::unique_ptr<LiveEngine> live;
    std::unique_ptr<ScriptWatcher> watcher;
};

std::string constant(const std::string& value) { return ScriptFolder::voice("return " + value); }
std::string with_module() { return "local shape = require 'shape'\n" + ScriptFolder::voice("return shape.level"); }

}  // namespace

TEST_CASE("a link that leads to another file, alike in size and time") {
    Watched w([](const ScriptFolder& f) {
        const auto alike = [&](const std::string& name, const std::string& value) {
            const auto file = f.write(name, constant(value));
            fs::last_write_time(file, fs::file_time_type{} + std::chrono::hours(1'000'000));
        };
        alike("one/a.lua", "0.1");
        alike("two/a.lua", "0.2");
        alike("three/a.lua", "0.4");
        fs::create_directories(f.path() / "voices");
        fs::create_symlink("../one/a.lua", f.path() / "voices" / "a.lua");
    });
    const auto before = w.level();
    w.link("../two/a.lua", "voices/a.lua");
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(2 * before));
    // And again; and what it leads to now is watched, what it led to is not.
    w.link("../three/a.lua", "voices/a.lua");
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(4 * before));
    w.folder.write("one/a.lua", constant("0.001"));
    w.folder.write("two/a.lua", constant("0.001"));
    w.folder.write("three/a.lua", constant("0.3000"));
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(3 * before));
    CHECK(w.watcher->take_lines().empty());
}

TEST_CASE("a chain of links, and a folder that is a link, with the modules in it") {
    Watched w([](const ScriptFolder& f) {
        for (const auto& [name, level] : {std::pair{"v1", "0.1"}, {"v2", "0.2"}}) {
            f.write(std::string(name) + "/a.lua", with_module());
            f.write(std::string(name) + "/shape.lua", std::string("return { level = ") + level + " }");
        }
        // The same file in both folders: what differs is the module.
        fs::remove(f.path() / "v2" / "a.lua");
        fs::create_hard_link(f.path() / "v1" / "a.lua", f.path() / "v2" / "a.lua");
        fs::create_symlink("v1", f.path() / "current");
        fs::create_symlink("current", f.path() / "voices");
    });
    const auto before = w.level();
    w.link("v2", "current");
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(2 * before));
    w.folder.write("v2/shape.lua", "return { level = 0.30 }");
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(3 * before));
}

TEST_CASE("a module that is a link") {
    Watched w([](const ScriptFolder& f) {
        f.write("voices/a.lua", with_module());
        f.write("shapes/one.lua", "return { level = 0.1 }");
        f.write("shapes/two.lua", "return { level = 0.2 }");
        fs::create_symlink("../shapes/one.lua", f.path() / "voices" / "shape.lua");
    });
    const auto before = w.level();
    w.link("../shapes/two.lua", "voices/shape.lua");
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(2 * before));
}

TEST_CASE("an editor that renames over, with the time and size of before; a folder that is replaced") {
    Watched w([](const ScriptFolder& f) { f.write("voices/a.lua", constant("0.1")); });
    w.write_alike("voices/a.lua", constant("0.1"));
    CHECK(w.is_reloaded());
    const auto before = w.level();
    w.write_alike("voices/a.lua.new", constant("0.2"));
    fs::rename(w.at("voices/a.lua.new"), w.at("voices/a.lua"));
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(2 * before));
    w.write_alike("other/a.lua", constant("0.3"));
    fs::rename(w.at("voices"), w.at("old"));
    fs::rename(w.at("other"), w.at("voices"));
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(3 * before));
}

TEST_CASE("a version that asks for a module that is not there yet, or that is broken") {
    Watched w([](const ScriptFolder& f) { f.write("voices/a.lua", constant("0.1")); });
    const auto before = w.level();
    w.folder.write("voices/a.lua", with_module());
    CHECK(w.next_line().find("shape.lua: there is no such file") != std::string::npos);
    w.folder.write("voices/shape.lua", "return {");
    CHECK(w.next_line().find("shape.lua:1:") != std::string::npos);
    w.folder.write("voices/shape.lua", "return { level = 0.2 }");
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(2 * before));
}

TEST_CASE("a link that leads nowhere, or to itself, changes nothing until it leads somewhere again") {
    Watched w([](const ScriptFolder& f) {
        f.write("one/a.lua", constant("0.1"));
        f.write("two/a.lua", constant("0.2"));
        fs::create_directories(f.path() / "voices");
        fs::create_symlink("../one/a.lua", f.path() / "voices" / "a.lua");
    });
    const auto before = w.level();
    w.link("a.lua", "voices/a.lua");
    w.link("../none/a.lua", "voices/a.lua");
    w.link("../two/a.lua", "voices/a.lua");
    CHECK(w.is_reloaded());
    CHECK(w.level() == Approx(2 * before));
}

TEST_CASE("a file that was saved between its reading and the watcher's beginning") {
    const ScriptFolder folder;
    const auto file = folder.write("a.lua", constant("0.1"));
    LiveEngine live(file);
    folder.write("a.lua", constant("0.2"));
    ScriptWatcher watcher(live.engine);
    std::vector<std::string> lines;
    REQUIRE(live.wait_until([&] { return !(lines = watcher.take_lines()).empty(); }, 15'000));
    CHECK(lines.front().find("a.lua reloaded") != std::string::npos);
}
