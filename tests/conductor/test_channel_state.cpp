// What controllers do to a MIDI channel.

#include "rt-engine/conductor/channel_state.h"
#include "rt-engine/conductor/channels.h"
#include "tests/scenes/catch.h"

using namespace forerun;
using Change = ChannelState::Change;

TEST_CASE("pan keeps the power and reaches both ends") {
    for (double pan : {-1.0, -0.5, 0.0, 0.3, 1.0}) {
        const auto g = pan_gains(1, pan);
        CHECK(g.left * g.left + g.right * g.right == Approx(1));
    }
    CHECK(pan_gains(1, -1).right == Approx(0).margin(1e-7));
    CHECK(pan_gains(1, 1).left == Approx(0).margin(1e-7));
    CHECK(pan_gains(1, 0).left == Approx(pan_gains(1, 0).right));
    CHECK(pan_gains(2, 7).right == Approx(2));
}

TEST_CASE("the default volume is unity, volume and expression follow 40 log10") {
    ChannelState c;
    CHECK(c.gain() == Approx(1));
    CHECK(c.control(7, 50.0 / 127) == Change::gains);
    CHECK(20 * std::log10(c.gain()) == Approx(40 * std::log10(0.5)));
    CHECK(c.control(11, 0) == Change::gains);
    CHECK(c.gain() == 0);
}

TEST_CASE("pan's 64 is the middle, its ends are the ends") {
    ChannelState c;
    c.control(10, 64.0 / 127);
    CHECK(c.pan == 0);
    c.control(10, 0);
    CHECK(c.pan == -1);
    c.control(10, 1);
    CHECK(c.pan == 1);
}

TEST_CASE("the bend range comes from the instrument until RPN 0 sets it") {
    ChannelState c;
    InstrumentDescription instrument;
    instrument.bend_range = 2;
    c.controls[VoiceControl::bend] = 1;
    CHECK(std::exp2(c.bend_keys(instrument) / 12) == Approx(std::exp2(2 / 12.0)));
    CHECK(c.control(6, 12.0 / 127) == Change::nothing);  // no RPN selected
    c.control(101, 0);
    c.control(100, 0);
    CHECK(c.control(6, 12.0 / 127) == Change::bend_range);
    CHECK(std::exp2(c.bend_keys(instrument) / 12) == Approx(2));
    CHECK(c.control(38, 50.0 / 127) == Change::bend_range);
    CHECK(c.bend_range == Approx(12.5));
    c.control(99, 0.1);  // an NRPN is selected: data entry is not for us
    CHECK(c.control(6, 24.0 / 127) == Change::nothing);
    CHECK(c.bend_range == Approx(12.5));
}

TEST_CASE("the sustain pedal speaks only when it moves across its middle") {
    ChannelState c;
    CHECK(c.control(64, 63.0 / 127) == Change::nothing);
    CHECK(c.control(64, 64.0 / 127) == Change::nothing);
    CHECK(c.control(64, 1) == Change::nothing);
    CHECK(c.control(64, 0) == Change::sustain_up);
}

TEST_CASE("reset keeps volume, pan and program") {
    ChannelState c;
    c.program = 5;
    c.control(7, 1);
    c.control(10, 0);
    c.control(11, 0.2);
    c.controls[VoiceControl::bend] = 0.5;
    c.controls[VoiceControl::modulation] = c.controls[VoiceControl::pressure] = 1;
    CHECK(c.control(121, 0) == Change::reset);
    CHECK(c.program == 5);
    CHECK(c.volume == 1);
    CHECK(c.pan == -1);
    CHECK(c.expression == 1);
    CHECK(c.controls[VoiceControl::bend] == 0);
    CHECK(c.controls[VoiceControl::modulation] == 0);
    CHECK(c.controls[VoiceControl::pressure] == 0);
}

TEST_CASE("the finer part of a controller refines it, and comes to the same ends") {
    ChannelState c;
    CHECK(c.control(7, 64.0 / 127) == Change::gains);
    CHECK(c.volume == Approx(64.0 / 127));
    CHECK(c.control(39, 64.0 / 127) == Change::gains);
    CHECK(c.volume == Approx(64.5 / 127));
    c.control(7, 1);
    c.control(39, 1);
    CHECK(c.volume == 1);
    c.control(42, 0);  // pan has not been moved: its coarse part is the middle
    CHECK(c.pan == 0);
    c.control(10, 1);
    c.control(42, 1);
    CHECK(c.pan == 1);
    CHECK(c.control(33, 1) == Change::control);
    CHECK(c.controls[VoiceControl::modulation] == Approx(127.0 / 128 / 127));
    c.control(43, 0);
    CHECK(c.expression == 1);
    CHECK(c.control(40, 1) == Change::nothing);
}

TEST_CASE("a bank counts from the program change behind it") {
    ChannelState c;
    c.control(0, 2.0 / 127);
    c.control(32, 5.0 / 127);
    CHECK(c.bank == 0);
    c.select_program(7);
    CHECK(c.program == 7);
    CHECK(c.bank == 2 * 128 + 5);
}

TEST_CASE("the soft pedal takes a third of the velocity, the sostenuto pedal speaks when it moves") {
    ChannelState c;
    CHECK(c.softened(0.9f) == 0.9f);
    c.control(67, 1);
    CHECK(c.softened(0.9f) == Approx(0.6));
    CHECK(c.control(66, 1) == Change::sostenuto_down);
    CHECK(c.control(66, 0.9) == Change::nothing);
    CHECK(c.control(121, 0) == Change::reset);
    CHECK(c.softened(0.9f) == 0.9f);
    CHECK_FALSE(c.sostenuto);
}

TEST_CASE("in a zone a voice listens on its own channel and the master's, outside of it only on its own") {
    Channels channels;
    InstrumentDescription instrument;
    instrument.bend_range = 2;
    channels[0].zone_members = 3;
    CHECK(channels.set_zone(0) == 0b1110);  // channels 2 to 4 have another master now
    CHECK(channels.master_of(2) == 0);
    CHECK(channels[2].bend_range == MpeZones::member_bend_range);
    CHECK(channels[0].bend_range == MpeZones::master_bend_range);

    ConductedVoice member, other;
    member.channel = 2;
    other.channel = other.master = 5;
    channels[0].controls[VoiceControl::bend] = 1;
    channels[2].controls[VoiceControl::bend] = -0.25;
    channels[5].controls[VoiceControl::bend] = 1;
    CHECK(channels.value(VoiceControl::bend, member, instrument) == Approx(std::exp2((2 - 12) / 12.0)));
    CHECK(channels.value(VoiceControl::bend, other, instrument) == Approx(std::exp2(2 / 12.0)));
    channels[0].controls[VoiceControl::pressure] = 0.5;
    CHECK(channels.value(VoiceControl::pressure, member, instrument) == 0.5);
    channels[0].controls[VoiceControl::timbre] = channels[2].controls[VoiceControl::timbre] = 0.9;
    CHECK(channels.value(VoiceControl::timbre, member, instrument) == 1);
    channels[0].sustain = true;
    CHECK(channels.pedal_holds(member));
    CHECK_FALSE(channels.pedal_holds(other));

    channels[3].bend_range = 12;
    channels.share_bend_range(3);
    CHECK(channels[1].bend_range == 12);
    CHECK(channels[4].bend_range == -1);
    channels[0].zone_members = 1;
    CHECK(channels.set_zone(0) == 0b1100);
    CHECK(channels[2].bend_range == -1);
}

TEST_CASE("a reset leaves zones and the bend ranges of their channels, and nothing else") {
    Channels channels;
    channels[0].zone_members = 1;
    channels.set_zone(0);
    channels[1].bend_range = 24;
    channels[1].volume = 0.1;
    channels[5].bend_range = 24;
    channels[5].coarse_keys = 12;
    channels.drums().set(5, true);
    channels.tuning().set_master(false, 12);
    channels.reset(false);
    CHECK(channels.master_of(1) == 0);
    CHECK(channels[1].bend_range == 24);
    CHECK(channels[1].volume == ChannelState{}.volume);
    CHECK(channels[5].bend_range == -1);
    channels.work_out_tuning();
    InstrumentDescription instrument;
    CHECK(channels.key_hz(instrument, 5, 69) == instrument.key_hz(69));
    Rig rig;
    rig.instruments.resize(1);
    CHECK(channels.part_of(5, rig, 0) == 5);
}

TEST_CASE("a note reaches an instrument by channel, program, bank, key and velocity") {
    Channels channels;
    InstrumentDescription instrument;
    instrument.channel_mask = 1u << 4;
    instrument.first_program = instrument.last_program = 7;
    instrument.first_key = 60;
    instrument.last_key = 72;
    instrument.least_velocity = 64;
    Event note;
    note.channel = 4;
    note.number = 60;
    note.value = 0.75f;
    const auto reaches = [&](std::uint8_t part = 4) { return channels.reach(instrument, note, part); };
    CHECK_FALSE(reaches());
    channels[4].select_program(7);
    CHECK(reaches());
    CHECK_FALSE(reaches(5));
    note.value = 0.5f;  // 63.5 is rounded up
    CHECK(reaches());
    note.value = 0.49f;
    CHECK_FALSE(reaches());
    note.value = 1;
    note.number = 73;
    CHECK_FALSE(reaches());
    note.number = 72;
    instrument.bank = std::uint16_t{1};
    CHECK_FALSE(reaches());
}
