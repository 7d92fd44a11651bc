/* Forerun's public face for C, and for every language that can call C. The same engine as in forerun.h.
 *
 *   char error[256];
 *   forerun_configuration c = forerun_default_configuration();
 *   forerun_engine* engine = forerun_create(&c, error, sizeof error);
 *   if (!engine || forerun_load(engine, "warm.lua") || forerun_start(engine)) ...        forerun_error(engine)
 *   forerun_producer* keyboard = forerun_make_producer(engine);
 *   forerun_event note = {.frame = FORERUN_NOW, .kind = FORERUN_NOTE_ON, .number = 60, .value = 0.8f};
 *   forerun_send(keyboard, &note);
 *   forerun_process(engine, out, 256);             in your audio callback
 *   forerun_destroy_producer(keyboard);
 *   forerun_destroy(engine);
 *
 * Functions that may fail answer FORERUN_OK or another result; forerun_error() then has one line: what, where, what to do.
 * In brackets: the thread that may call. The owner is the one thread that creates, loads, starts, stops and destroys an
 * engine; only what is marked [audio] or [producer] is real-time safe. Null pointers are mistakes, except where allowed.
 */
#ifndef FORERUN_C_H
#define FORERUN_C_H

#include <stddef.h>
#include <stdint.h>

#include "shared/version.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct forerun_engine forerun_engine;
typedef struct forerun_producer forerun_producer;

typedef enum {
    FORERUN_OK = 0,
    FORERUN_BAD_INPUT = 1, /* a file, a script, a size or a device that cannot be used */
    FORERUN_FAILED = 2,    /* the calling program's mistake, or the system's refusal */
} forerun_result;

typedef struct {
    uint32_t size_bytes; /* of this struct in the calling program; set by forerun_default_configuration */
    uint32_t channels;   /* of the output, 1..8 */
    double rate_hz;
    int64_t block_frames;       /* what a callback is expected to ask for; any size from 1 to 4096 works */
    int64_t depth_frames;       /* rendered ahead; raised to two blocks and more */
    uint32_t voices;            /* sounding at once */
    uint32_t workers;           /* threads that run scripts; 0: cores - 1, at least 1 */
    int64_t event_delay_frames; /* events with FORERUN_NOW sound so long after they arrive; -1: a block and 128 */
    uint64_t seed;              /* of the voices' random numbers */
    int32_t offline;            /* not 0: forerun_render instead of forerun_process; waits for voices */
    int32_t trust;              /* not 0: scripts get the whole language: files, ffi, any module */
    int32_t no_rewind;          /* not 0: live events wait for what is rendered ahead */
    double floor_seconds;       /* rendered again at once after an event, before anybody gets more */
    double load_ceiling;        /* part of a worker's time above which voices with many events are rendered less far */
} forerun_configuration;

#define FORERUN_NOW INT64_C(-1)
#define FORERUN_ALL_CHANNELS 255

typedef enum {
    FORERUN_NOTE_ON = 0,          /* channel, number = key, value = velocity 0..1 (0: note off) */
    FORERUN_NOTE_OFF = 1,         /* channel, number = key */
    FORERUN_PITCH_BEND = 2,       /* channel, value -1..1 */
    FORERUN_CHANNEL_PRESSURE = 3, /* channel, value 0..1 */
    FORERUN_CONTROLLER = 4,       /* channel, number, value 0..1 */
    FORERUN_PROGRAM_CHANGE = 5,   /* channel, number 0..127 */
    FORERUN_PARAMETER = 6,        /* number = forerun_find_parameter(), value in the parameter's unit */
    FORERUN_ALL_NOTES_OFF = 7,    /* channel, or FORERUN_ALL_CHANNELS */
    FORERUN_ALL_SOUND_OFF = 8,
    FORERUN_KEY_PRESSURE = 9, /* channel, number = key, value 0..1 */
    /* 10 is the engine's own */
    FORERUN_TEMPO = 11,     /* value: quarters per minute */
    FORERUN_TRANSPORT = 12, /* number: 0 stop, 1 start, 2 continue (both with the next tick), 3 position (value: in
                               sixteenths of a whole note), 4 run at once */
    FORERUN_CLOCK_TICK = 13,
    FORERUN_PRESET = 14,      /* number: which of the rig's presets */
    FORERUN_KEEP_PRESET = 15, /* number: how many there are; what the parameters are becomes one more */
    FORERUN_RIG = 16,         /* number: which rig of a set the notes to come are for */
    FORERUN_LEARN = 17,       /* channel, number = forerun_find_parameter(), value: the controller that moves it from
                                 now on; from 128 on an NRPN */
    FORERUN_MUTE = 18,        /* number = 0: everything, else an instrument's number + 1; value: 1 silence, 0 sound */
    FORERUN_SOLO = 19, /* number = an instrument's number + 1; value: 1 only those with it are heard, 0 not this */
    /* What system exclusive messages say. */
    FORERUN_SYSTEM_RESET = 20, /* number: 0 GM, 1 GM2, 2 GS, 3 XG: all notes are let go, channels are as at the start */
    FORERUN_MASTER_VOLUME = 21,  /* value 0..1 */
    FORERUN_MASTER_TUNING = 22,  /* number: 0 fine, 1 coarse; value in keys */
    FORERUN_CHANNEL_TUNING = 23, /* the same of a channel */
    FORERUN_DRUM_PART = 24,      /* channel, value: 1 plays drums, 0 does not */
    /* 25 is the engine's own */
} forerun_event_kind;

typedef struct {
    int64_t frame;   /* of the engine's clock, or FORERUN_NOW */
    int32_t kind;    /* forerun_event_kind */
    uint8_t channel; /* 0..15 */
    uint16_t number;
    float value;
} forerun_event;

typedef enum {
    FORERUN_VOICE_STARTED = 0,
    FORERUN_VOICE_STOPPED = 1,
    FORERUN_VOICE_STOLEN = 2,
    FORERUN_UNDERRUN = 3,        /* value: frames that were missing */
    FORERUN_SCRIPT_ERROR = 4,    /* text: file:line and reason; the voice fades */
    FORERUN_QUALITY_CHANGED = 5, /* value: 2 full, 1, 0 */
    FORERUN_NOTE_DROPPED = 6,    /* no voice was free that might be stolen */
    FORERUN_LATE_SWITCH = 7,     /* an event was heard later than it should: from `frame` on, by value frames */
    FORERUN_EVENTS_WAIT = 8,     /* text: why events of the voice wait for what is rendered ahead */
    FORERUN_VOICE_SLOW = 9,      /* text: file:line and what the voice costs; others are rendered before it */
} forerun_notification_kind;

typedef struct {
    int64_t frame;
    int64_t value;
    uint64_t serial; /* of the voice, counted from 1; 0: none */
    int32_t kind;    /* forerun_notification_kind */
    uint16_t instrument;
    uint8_t channel;
    uint8_t key;
    char text[224];
} forerun_notification;

/* "0.1.0". [any] */
const char* forerun_version(void);

/* 48 kHz, stereo, half a second ahead, 128 voices. [any] */
forerun_configuration forerun_default_configuration(void);

/* Allocates everything the engine will use. NULL on failure: then `error`, if not NULL, has the line, cut to
 * `error_bytes`. [owner] */
forerun_engine* forerun_create(const forerun_configuration* configuration, char* error, size_t error_bytes);
/* Stops it first. NULL is allowed. Destroy its producers before. [owner] */
void forerun_destroy(forerun_engine* engine);

/* Why the owner's last call failed. Valid until the owner's next call. [owner] */
const char* forerun_error(const forerun_engine* engine);

/* A rig or a voice (a Lua file). Before forerun_start. [owner] */
forerun_result forerun_load(forerun_engine* engine, const char* file);
/* Writes a session log (*.frlog) for `forerun replay`. After forerun_load, before forerun_start; live engines only. [owner] */
forerun_result forerun_log_session(forerun_engine* engine, const char* file);
/* Compiles and warms every voice, starts the threads. [owner] */
forerun_result forerun_start(forerun_engine* engine);
/* A script's file has changed: the notes that sound fade over to its new version. The instruments that play it; 0: none does;
 * -1: it cannot be used, forerun_error says why, and the old version plays on. After forerun_start; live engines only. Takes as
 * long as compiling and warming does. [owner] */
int32_t forerun_reload(forerun_engine* engine, const char* file);
/* Ends the threads, closes the device. Nobody may be in forerun_process. [owner] */
void forerun_stop(forerun_engine* engine);

/* Starts the engine and plays on a sound device, which calls on a thread of its own. `device`: its number, name or a part of
 * it, NULL or "" for the default, "clock" for none. Rate and channels must be the device's: create the engine with
 * forerun_fit_to_device. [owner] */
forerun_result forerun_play_on(forerun_engine* engine, const char* device);
void forerun_leave_device(forerun_engine* engine);
/* Sets rate, channels and block to what the device has. `error` as in forerun_create. [any but audio] */
forerun_result forerun_fit_to_device(forerun_configuration* configuration, const char* device, char* error,
                                     size_t error_bytes);

/* `frames` frames (1..4096), interleaved. Never waits: what is not rendered yet is faded. [audio] */
void forerun_process(forerun_engine* engine, float* out, int64_t frames);
/* Offline engines: any number of frames; waits until they are rendered. [owner] */
forerun_result forerun_render(forerun_engine* engine, float* out, int64_t frames);

/* A source of events, one per thread that sends. NULL: out of memory. [any but audio] */
forerun_producer* forerun_make_producer(forerun_engine* engine);
void forerun_destroy_producer(forerun_producer* producer); /* NULL is allowed [producer] */
/* Not 0: sent. 0: the queue is full, or the event is none. Allocates nothing, never waits. [producer] */
int forerun_send(forerun_producer* producer, const forerun_event* event);

/* Every event before `frame` has been sent: workers render no further than the least promise, so a promised event is never
 * late. Needed for offline engines; live producers never call it. [producer] */
void forerun_promise(forerun_producer* producer, int64_t frame);

/* Not 0: `notification` is the next thing that happened. 0: nothing has. [one reading thread] */
int forerun_next_notification(forerun_engine* engine, forerun_notification* notification);

/* The number that parameter events carry; -1: there is none of that name. After forerun_load. [any] */
int32_t forerun_find_parameter(const forerun_engine* engine, const char* instrument, const char* parameter);

/* Engine frame of the next sample to be mixed. [any] */
int64_t forerun_frame(const forerun_engine* engine);
/* Peak of the last tenth of a second, linear. [any] */
float forerun_peak(const forerun_engine* engine);
/* Voices that sound or wait; 0 when the engine has fallen silent. [any] */
uint64_t forerun_voices(const forerun_engine* engine);
/* Gaps that the mixer had to fade over, and their length in frames. [any] */
uint64_t forerun_underrun_events(const forerun_engine* engine);
uint64_t forerun_underrun_frames(const forerun_engine* engine);

#ifdef __cplusplus
}
#endif

#endif
