// Which voice is rendered next: the heap against a sorted list.
#include <algorithm>
#include <random>

#include "script-runtime/worker/due_voices.h"
#include "script-runtime/worker/worked_voice.h"
#include "tests/scenes/catch.h"

using namespace forerun;

TEST_CASE("the least rendered voice comes first, of two alike the more important") {
    std::vector<WorkedVoice> voices(3);
    DueVoices due;
    CHECK(due.empty());
    due.add({640, 90, &voices[0]});
    due.add({64, 10, &voices[1]});
    due.add({64, 20, &voices[2]});
    CHECK(due.neediest().voice == &voices[2]);
    CHECK(due.neediest_until(voices[1]) == 64);
    due.take();
    CHECK(due.neediest().voice == &voices[1]);
    CHECK(due.neediest_until(voices[0]) == 64);
    CHECK(due.neediest_until(voices[1]) == 640);
    due.remove(voices[1]);
    CHECK(due.neediest().voice == &voices[0]);
    due.remove(voices[1]);  // that is not there: nothing
    CHECK(due.neediest_until(voices[0]) == INT64_MAX);
    due.take();
    CHECK(due.empty());
    CHECK(due.neediest_until(voices[0]) == INT64_MAX);
}

TEST_CASE("however voices come, go and are rendered, the neediest is the neediest") {
    std::mt19937 random(7);
    std::vector<WorkedVoice> voices(50);
    std::vector<DueVoice> expected;
    DueVoices due;
    const auto less_needy = [](const DueVoice& a, const DueVoice& b) {
        return a.rendered_until != b.rendered_until ? a.rendered_until < b.rendered_until : a.priority > b.priority;
    };
    for (int step = 0; step < 5000; ++step) {
        auto& voice = voices[random() % voices.size()];
        const auto known = std::ranges::find(expected, &voice, &DueVoice::voice);
        if (known == expected.end()) {
            // Priorities differ, so that there is one order.
            const DueVoice next{static_cast<std::int64_t>(random() % 100) * 64,
                                static_cast<int>(&voice - voices.data()), &voice};
            expected.push_back(next);
            due.add(next);
        } else if (random() % 2 == 0) {
            expected.erase(known);
            due.remove(voice);
        } else {
            const auto neediest = std::ranges::min_element(expected, less_needy);
            REQUIRE(due.neediest().voice == neediest->voice);
            expected.erase(neediest);
            due.take();
        }
        REQUIRE(due.empty() == expected.empty());
        if (!expected.empty()) REQUIRE(due.neediest().voice == std::ranges::min_element(expected, less_needy)->voice);
        auto others_until = INT64_MAX;
        for (const auto& other : expected)
            if (other.voice != &voice) others_until = std::min(others_until, other.rendered_until);
        if (expected.empty() || due.neediest().voice == &voice) REQUIRE(due.neediest_until(voice) == others_until);
    }
}
