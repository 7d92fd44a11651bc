#include "rt-engine/conductor/outputs.h"

#include <memory>

#include "rt-engine/conductor/reports.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Surroundings {
    static Configuration small() {
        Configuration c;
        c.workers = 2;
        c.voices = 4;
        c.mixer_commands = c.worker_messages = 8;
        c.instruments = 1;
        c.parameters = 4;
        return c;
    }
    SharedState state{small()};
    std::vector<std::uint32_t> woken;
    Outputs outputs{state, [this](std::uint32_t worker) { woken.push_back(worker); }};
};

VoiceMessage message_to(std::uint16_t slot, std::int64_t frame = 0) {
    VoiceMessage m;
    m.slot = slot;
    m.frame = frame;
    return m;
}

}  // namespace

TEST_CASE("what a full queue refuses waits, in order, and is all sent when there is room again") {
    Surroundings s;
    for (int i = 0; i < 20; ++i) s.outputs.send(1, message_to(0, i));
    CHECK_FALSE(s.outputs.flush());
    auto queue = s.state.worker_message_reader(1);
    VoiceMessage m;
    std::int64_t next = 0;
    while (next < 20) {
        REQUIRE(queue.try_pop(m));
        CHECK(m.frame == next++);
        if (next % 8 == 0) s.outputs.flush();
    }
    CHECK(s.outputs.flush());
    CHECK_FALSE(queue.try_pop(m));
    CHECK(queue.refused() > 0);

    for (int i = 0; i < 9; ++i) s.outputs.command({.frame = i});
    CHECK_FALSE(s.outputs.flush());
    auto commands = s.state.mixer_command_reader();
    MixerCommand command;
    REQUIRE(commands.try_pop(command));
    CHECK(s.outputs.flush());
}

TEST_CASE("a start brings the parameters of its voice, as many as the slot has places") {
    Surroundings s;
    s.state.start_parameters(2)[1] = 9;
    s.outputs.start(0, message_to(2), std::vector<float>{5});
    CHECK(s.state.start_parameters(2)[0] == 5);
    CHECK(s.state.start_parameters(2)[1] == 9);
    VoiceMessage m;
    REQUIRE(s.state.worker_message_reader(0).try_pop(m));
    CHECK(m.slot == 2);
    const std::vector<float> too_many(s.state.start_parameters(3).size() + 1, 1.0f);
    s.state.start_parameters(4)[0] = 7;
    s.outputs.start(0, message_to(3), too_many);
    CHECK(s.state.start_parameters(4)[0] == 7);
}

TEST_CASE("only workers that were sent something are woken, once") {
    Surroundings s;
    s.outputs.send(1, message_to(0));
    s.outputs.send(1, message_to(0));
    s.outputs.wake_addressed();
    s.outputs.wake_addressed();
    CHECK(s.woken == std::vector<std::uint32_t>{1});
    s.outputs.wake_all();
    CHECK(s.woken == std::vector<std::uint32_t>{1, 0, 1});
}

TEST_CASE("the mixer's reports are heard before the workers', each in their order") {
    Surroundings s;
    struct Listener final : ReportListener {
        std::vector<std::int64_t> frames;
        void handle(const MixerReport& report) override { frames.push_back(report.frame); }
        void handle(const WorkerReport& report) override { frames.push_back(report.frame); }
    } listener;
    Reports reports(s.state);
    for (const std::uint32_t worker : {1u, 0u}) {
        auto writer = s.state.worker_report_writer(worker);
        for (int i = 0; i < 2; ++i) {
            WorkerReport report;
            report.frame = worker * 10 + i;
            writer.try_push(report);
        }
    }
    MixerReport mixed;
    mixed.frame = 100;
    s.state.mixer_report_writer().try_push(mixed);
    reports.take(0, listener);
    CHECK(listener.frames == std::vector<std::int64_t>{100, 0, 1, 10, 11});
}
