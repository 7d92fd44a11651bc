// Every figure that an engine counts, a line each: who writes it (the line's first word), its kind, name, unit and meaning.
// Everything else follows from here: the fields in the shared block (metrics.h), the plain copies that are added, subtracted
// and reported (shared/figures.h), the keys of JSON, the rows of histograms.csv and of the text, and docs/figures.md. A new
// figure is a line here, and the place that counts it.
//
//   kind   Counter grows; Gauge is the current value; Maximum the largest so far; Histogram how values are spread
//   unit   as reported: times, voices, frames, samples, bytes; us, ms, seconds: time, which is counted in nanoseconds
//
// A field has its figure's name, but times are stored in nanoseconds: quantum_nanoseconds, reported as quantum_us.
#pragma once

// clang-format off
#define FORERUN_METRICS(MIXER, CONDUCTOR, OTHERS, WORKER) \
    MIXER    (Counter,           callbacks,                   times,   "calls that asked for a block of sound") \
    MIXER    (Histogram,         callback,                    us,      "inside the mixer, each call") \
    MIXER    (Histogram,         interval,                    us,      "from the start of a call to that of the next") \
    MIXER    (Counter,           underrun_events,             times,   "a voice's ring ran dry: a stretch that the mixer had to invent") \
    MIXER    (Counter,           underrun_frames,             frames,  "the length of these, all voices together") \
    MIXER    (CounterByActivity, underrun_events_by_activity, times,   "the same events by what the voice's worker was doing") \
    MIXER    (Counter,           late_starts,                 times,   "a voice was due and its first ring was not there") \
    MIXER    (Counter,           switches,                    times,   "a rewound timeline was taken") \
    MIXER    (Counter,           late_switches,               times,   "of these after their own frame, by a crossfade") \
    MIXER    (Histogram,         lateness_frames,             frames,  "of switches: from an event's own frame to the first in which it is heard") \
    MIXER    (Histogram,         answered,                    ms,      "live events: from their arrival to the start of the block in which they are heard") \
    MIXER    (Counter,           limited_frames,              frames,  "frames that the limiter turned down") \
    MIXER    (Counter,           non_finite_samples,          samples, "NaN or infinity in the sum, replaced by silence") \
    MIXER    (Counter,           reports_lost,                times,   "a record of an underrun or of a decision found its queue full") \
    \
    CONDUCTOR(Counter,           events,                      times,   "events that were handled") \
    CONDUCTOR(Counter,           notes,                       times,   "notes that began") \
    CONDUCTOR(Counter,           voices_started,              voices,  "voices that began") \
    CONDUCTOR(Counter,           voices_stolen,               voices,  "voices that ended to make room for others") \
    CONDUCTOR(Counter,           notes_dropped,               times,   "a note found no slot and nobody to steal from") \
    CONDUCTOR(Maximum,           most_voices,                 voices,  "the most that sounded at once") \
    OTHERS   (SharedCounter,     events_refused,              times,   "an event found its producer's queue full") \
    OTHERS   (SharedCounter,     notifications_lost,          times,   "a reader of notifications was too slow: the oldest were overwritten") \
    \
    WORKER   (Counter,           busy,                        seconds, "with voices, queues and turns; by the monotonic clock") \
    WORKER   (Counter,           garbage,                     seconds, "collecting garbage; by the monotonic clock") \
    WORKER   (Counter,           cpu,                         seconds, "CPU time of the thread since it was warm") \
    WORKER   (Counter,           unscheduled,                 seconds, "the worker had work and was not run, or slept too long; 1 ms or more at a time") \
    WORKER   (Counter,           sleeps,                      times,   "it had nothing to do") \
    WORKER   (Gauge,             lua_bytes,                   bytes,   "memory of its Lua state") \
    WORKER   (Counter,           frames_rendered,             frames,  "of all voices, those that were taken back counted again") \
    WORKER   (Counter,           frames_discarded,            frames,  "rendered, and taken back") \
    WORKER   (Counter,           frames_repeated,             frames,  "rendered between a checkpoint and its event, for the state alone") \
    WORKER   (Histogram,         quantum,                     us,      "rendering a quantum of one voice") \
    WORKER   (Counter,           rewinds,                     times,   "a rewound timeline was published") \
    WORKER   (Counter,           rewinds_again,               times,   "of these replaced one that had not been taken") \
    WORKER   (Counter,           rewinds_overtaken,           times,   "given up: the mixer had just taken what was to be replaced") \
    WORKER   (Histogram,         rewind,                      us,      "from the decision to the publication") \
    WORKER   (Histogram,         floor,                       ms,      "from there until the voice had its floor again") \
    WORKER   (Histogram,         checkpoint,                  us,      "copying a voice's state") \
    WORKER   (Histogram,         waiting,                     ms,      "live events that wait for the buffer: from their arrival until the clock is there") \
    WORKER   (Counter,           late_events,                 times,   "an event was applied after its own frame, or never: the voice had ended") \
    WORKER   (Counter,           events_moved,                times,   "an event was older than the oldest checkpoint") \
    WORKER   (Counter,           skips,                       times,   "time was moved on for a dry voice without rendering") \
    WORKER   (Counter,           quality_changes,             times,   "a voice was asked for less, or for more again") \
    WORKER   (Maximum,           most_shallow_voices,         voices,  "the most that were kept below their depth at once, for their many rewinds") \
    WORKER   (Histogram,         garbage_step,                us,      "each step of the collector")
// clang-format on
