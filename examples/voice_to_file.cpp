// One voice into a WAV file, as fast as it renders:  voice_to_file VOICE.lua OUT.wav
#include <cstdio>
#include <sndfile.hh>
#include <vector>

#include "rt-engine/forerun.h"

int main(int argc, char** argv) {
    using namespace forerun;
    if (argc != 3) {
        std::fprintf(stderr, "usage: voice_to_file VOICE.lua OUT.wav\n");
        return 2;
    }
    try {
        Configuration configuration;
        configuration.offline = true;
        Engine engine(configuration);
        engine.load_voice(argv[1]);
        auto score = engine.make_producer();
        engine.start();

        // Three notes, a third of a second apart, released after two seconds.
        const auto at = [&](double seconds) { return static_cast<std::int64_t>(seconds * configuration.rate_hz); };
        std::uint16_t keys[] = {48, 55, 64};
        for (int i = 0; i < 3; ++i) {
            score.try_send({.frame = at(0.3 * i), .kind = EventKind::note_on, .number = keys[i], .value = 0.8f});
            score.try_send({.frame = at(2), .kind = EventKind::note_off, .number = keys[i]});
        }
        score.promise(at(5));  // no other event will come before: workers may render up to there

        std::vector<float> sound(static_cast<std::size_t>(2 * at(4)));
        engine.render(sound.data(), at(4));
        SndfileHandle file(argv[2], SFM_WRITE, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2,
                           static_cast<int>(configuration.rate_hz));
        if (file.writef(sound.data(), at(4)) != at(4)) throw BadInput(std::string(argv[2]) + ": " + file.strError());

        Notification happened;
        while (engine.next_notification(happened))
            if (happened.kind == NotificationKind::error) throw BadInput(happened.text);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "voice_to_file: %s\n", error.what());
        return 1;
    }
}
