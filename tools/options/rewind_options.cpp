#include "tools/options/rewind_options.h"

#include "tools/options/option_range.h"

namespace forerun {

void add_rewind_options(CLI::App& command, RewindOptions& o) {
    command
        .add_option("--event-delay", o.event_delay_frames,
                    "Frames by which live events sound after they arrive (default: a block and 128; 0: at once, with a "
                    "short crossfade)")
        ->check(between<std::int64_t>(0, 1 << 20));
    command.add_flag("--no-rewind", o.off, "Live events take effect after the audio that is rendered ahead")
        ->disable_flag_override();
    command
        .add_option("--floor", o.floor_milliseconds,
                    "Milliseconds that a voice is rendered ahead at once after an event (default 20)")
        ->check(between(1.0, 1000.0));
    command
        .add_option("--load-ceiling", o.load_ceiling_percent,
                    "Percent of a worker's time above which voices with many events are rendered less far (default 90)")
        ->check(between(5.0, 100.0));
}

void apply(const RewindOptions& o, Configuration& c) {
    c.rewind = !o.off;
    c.event_delay_frames = o.event_delay_frames;
    if (o.floor_milliseconds > 0) c.floor_seconds = o.floor_milliseconds / 1000;
    if (o.load_ceiling_percent > 0) c.load_ceiling = o.load_ceiling_percent / 100;
}

}  // namespace forerun
