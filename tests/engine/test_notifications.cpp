// Several readers of an engine's notifications: each gets everything, and one that is too slow learns how much it has missed.
#include <atomic>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "rt-engine/conductor/notification_ring.h"
#include "rt-engine/notifications.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"

using namespace forerun;

namespace {

// All of it tells which one it is.
Notification numbered(std::int64_t number) {
    Notification n;
    n.frame = number;
    n.value = -number;
    n.serial = static_cast<std::uint64_t>(number) * 3;
    n.underrun.frame = number;
    std::memset(n.text, 'a' + static_cast<int>(number % 26), sizeof n.text);
    return n;
}
bool is_whole(const Notification& n) {
    const auto expected = numbered(n.frame);
    return n.value == expected.value && n.serial == expected.serial && n.underrun.frame == expected.underrun.frame &&
           std::memcmp(n.text, expected.text, sizeof n.text) == 0;
}

struct NumberedRing {
    explicit NumberedRing(std::size_t capacity) : ring(std::make_shared<NotificationRing>(lost, capacity)) {}
    void push(int count) {
        for (int i = 0; i < count; ++i) ring->push(numbered(pushed++));
    }
    SharedCounter lost;
    std::shared_ptr<NotificationRing> ring;
    std::int64_t pushed = 0;
};

std::vector<std::int64_t> rest_of(NotificationReader& reader) {
    std::vector<std::int64_t> frames;
    for (Notification n; reader.next(n);) {
        CHECK(is_whole(n));
        frames.push_back(n.frame);
    }
    return frames;
}

}  // namespace

TEST_CASE("two readers get every notification, each at its own pace") {
    NumberedRing r(8);
    NotificationReader first(r.ring), second(r.ring);
    r.push(3);
    CHECK(rest_of(first) == std::vector<std::int64_t>{0, 1, 2});
    CHECK(rest_of(first).empty());
    r.push(4);
    CHECK(rest_of(first) == std::vector<std::int64_t>{3, 4, 5, 6});
    CHECK(rest_of(second) == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6});
    CHECK(first.lost() == 0);
    CHECK(second.lost() == 0);
}

TEST_CASE("a reader that is too slow loses the oldest and learns how many; the other loses none") {
    NumberedRing r(8);
    NotificationReader fast(r.ring), slow(r.ring);
    for (int i = 0; i < 20; ++i) {
        r.push(1);
        CHECK(rest_of(fast) == std::vector<std::int64_t>{i});
    }
    CHECK(rest_of(slow) == std::vector<std::int64_t>{12, 13, 14, 15, 16, 17, 18, 19});
    CHECK(slow.lost() == 12);
    CHECK(fast.lost() == 0);
    CHECK(r.lost == 12);
    r.push(2);
    CHECK(rest_of(slow) == std::vector<std::int64_t>{20, 21});
    CHECK(slow.lost() == 12);
}

TEST_CASE("a new reader begins with what is still there, or with what comes, and has lost nothing") {
    NumberedRing r(8);
    r.push(20);
    NotificationReader past(r.ring), coming(r.ring, NotificationReader::From::now);
    CHECK(rest_of(coming).empty());
    CHECK(rest_of(past).size() == 8);
    r.push(1);
    CHECK(rest_of(coming) == std::vector<std::int64_t>{20});
    CHECK(past.lost() == 0);
    CHECK(coming.lost() == 0);
}

TEST_CASE("what a reader gets is whole and in order while the conductor writes over it") {
    constexpr std::int64_t count = 200'000;
    NumberedRing r(4);
    std::atomic<bool> written{false};
    std::atomic<int> torn{0}, backwards{0}, miscounted{0};
    const auto read = [&] {
        NotificationReader reader(r.ring);
        std::int64_t before = -1, got = 0;
        for (bool last = false; !last;) {
            last = written.load();
            for (Notification n; reader.next(n); before = n.frame, ++got) {
                torn += !is_whole(n);
                backwards += n.frame <= before;
            }
        }
        // Begun before the first was written, or after some that it has not missed.
        miscounted += got + static_cast<std::int64_t>(reader.lost()) > count || before != count - 1;
    };
    std::thread first(read), second(read);
    r.push(count);
    written = true;
    first.join();
    second.join();
    CHECK(torn == 0);
    CHECK(backwards == 0);
    CHECK(miscounted == 0);
}

TEST_CASE("readers of an engine take nothing from each other, nor from next_notification") {
    const ScriptFolder folder;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    NotificationReader first(live.engine), second(live.engine);
    for (const int key : {60, 64, 67}) live.send(EventKind::note_on, key, 0.5);
    REQUIRE(live.wait_until([&] {
        live.process(64);
        return live.of_kind(NotificationKind::voice_started).size() == 3;
    }));
    for (auto* reader : {&first, &second}) {
        int started = 0;
        for (Notification n; reader->next(n);) started += n.kind == NotificationKind::voice_started;
        CHECK(started == 3);
    }
}
