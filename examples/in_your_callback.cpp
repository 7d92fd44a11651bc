// The engine inside an existing audio callback, here of a PortAudio stream:  in_your_callback RIG_OR_VOICE.lua [DEVICE]
#include <portaudio.h>

#include <cstdio>
#include <cstdlib>

#include "rt-engine/forerun.h"

namespace {

using forerun::Engine;

// The host's audio thread: another synthesizer, a plug-in or a game would mix its own sound here.
int callback(const void*, void* out, unsigned long frames, const PaStreamCallbackTimeInfo*, PaStreamCallbackFlags,
             void* engine) {
    static_cast<Engine*>(engine)->process(static_cast<float*>(out), static_cast<std::int64_t>(frames));
    return paContinue;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace forerun;
    if (argc < 2) {
        std::fprintf(stderr, "usage: in_your_callback RIG_OR_VOICE.lua [DEVICE]\n");
        return 2;
    }
    try {
        Engine engine({.rate_hz = 48000, .block_frames = 256});
        engine.is_rig(argv[1]) ? engine.load_rig(argv[1]) : engine.load_voice(argv[1]);
        auto fingers = engine.make_producer();
        engine.start();  // before the first callback

        PaStream* stream = nullptr;
        PaError failed = Pa_Initialize();
        PaStreamParameters output{argc > 2 ? std::atoi(argv[2]) : Pa_GetDefaultOutputDevice(), 2, paFloat32, 0.02,
                                  nullptr};
        if (!failed) failed = Pa_OpenStream(&stream, nullptr, &output, 48000, 256, paNoFlag, callback, &engine);
        if (!failed) failed = Pa_StartStream(stream);
        if (failed) throw BadInput(Pa_GetErrorText(failed));
        for (const std::uint16_t key : {48, 52, 55, 60}) {
            fingers.try_send({.kind = EventKind::note_on, .number = key, .value = 0.7f});
            Pa_Sleep(400);
        }
        std::printf("%llu voices, peak %.3f\n", static_cast<unsigned long long>(engine.voices_sounding()),
                    static_cast<double>(engine.peak_level()));
        Pa_CloseStream(stream);  // no callback after this
        Pa_Terminate();
        engine.stop();
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "in_your_callback: %s\n", error.what());
        return 1;
    }
}
