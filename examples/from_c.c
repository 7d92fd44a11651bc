/* The C interface: four seconds of one voice, rendered and measured:  from_c VOICE.lua */
#include <math.h>
#include <stdio.h>

#include "rt-engine/forerun_c.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: from_c VOICE.lua\n");
        return 2;
    }
    char error[256];
    forerun_configuration configuration = forerun_default_configuration();
    configuration.offline = 1;
    forerun_engine* engine = forerun_create(&configuration, error, sizeof error);
    if (!engine) {
        fprintf(stderr, "from_c: %s\n", error);
        return 1;
    }
    int failed = forerun_load(engine, argv[1]) || forerun_start(engine);
    forerun_producer* score = forerun_make_producer(engine);
    const int64_t second = (int64_t)configuration.rate_hz;
    for (int i = 0; i < 3 && !failed; ++i) {
        const forerun_event on = {
            .frame = i * second, .kind = FORERUN_NOTE_ON, .number = (uint16_t)(50 + 5 * i), .value = 0.8f};
        const forerun_event off = {
            .frame = (i + 1) * second, .kind = FORERUN_NOTE_OFF, .number = (uint16_t)(50 + 5 * i)};
        failed = !forerun_send(score, &on) || !forerun_send(score, &off);
    }
    forerun_promise(score, 10 * second); /* no other event comes before */
    static float block[2 * 480];
    float peak = 0;
    for (int64_t frame = 0; frame < 4 * second && !failed; frame += 480) {
        failed = forerun_render(engine, block, 480);
        for (int i = 0; i < 2 * 480; ++i) peak = fmaxf(peak, fabsf(block[i]));
    }
    forerun_notification happened;
    while (forerun_next_notification(engine, &happened)) {
        if (happened.kind == FORERUN_VOICE_STARTED)
            printf("key %d at frame %lld\n", happened.key, (long long)happened.frame);
        if (happened.kind == FORERUN_SCRIPT_ERROR) fprintf(stderr, "from_c: %s\n", happened.text);
    }
    if (failed) {
        fprintf(stderr, "from_c: %s\n", forerun_error(engine));
    } else {
        printf("Forerun %s: peak %.3f\n", forerun_version(), peak);
    }
    forerun_destroy_producer(score);
    forerun_destroy(engine);
    return failed ? 1 : 0;
}
