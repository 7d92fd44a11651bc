#include "rt-engine/conductor/channel_tuning.h"
#include "tests/scenes/catch.h"

using namespace forerun;

TEST_CASE("a channel's notes follow its own tuning, that of its zone's master, and that of all") {
    ChannelTuning::Channels channels;
    MpeZones zones;
    ChannelTuning tuning;
    zones.configure(0, 2);
    channels[0].coarse_keys = 12;
    channels[1].fine_keys = 0.5;
    channels[5].coarse_keys = -12;
    tuning.work_out(channels, zones);
    CHECK(tuning.ratio(0) == 2);
    CHECK(tuning.ratio(1) == Approx(2 * std::exp2(0.5 / 12)));
    CHECK(tuning.ratio(2) == 2);
    CHECK(tuning.ratio(3) == 1);
    CHECK(tuning.ratio(5) == 0.5);
    tuning.set_master(false, 24);
    tuning.set_master(true, 1);
    tuning.work_out(channels, zones);
    CHECK(tuning.ratio(3) == Approx(4 * std::exp2(1.0 / 12)));
    tuning.reset_master();
    tuning.work_out(channels, zones);
    CHECK(tuning.ratio(3) == 1);
}

TEST_CASE("sounding notes follow by what has changed since the last time") {
    ChannelTuning::Channels channels;
    ChannelTuning tuning;
    channels[3].coarse_keys = 12;
    auto moved_by = tuning.work_out(channels, {});
    CHECK(moved_by[3] == 2);
    CHECK(moved_by[4] == 1);
    moved_by = tuning.work_out(channels, {});
    CHECK(moved_by[3] == 1);
    channels[3].coarse_keys = 0;
    CHECK(tuning.work_out(channels, {})[3] == 0.5);
}
