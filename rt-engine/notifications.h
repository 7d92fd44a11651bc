// A reader of an engine's notifications, with its own position in the newest few thousand. Any number of readers may read at
// once, independently.
//
//   NotificationReader news(engine);
//   for (Notification n; news.next(n);) ...
#pragma once

#include <cstdint>
#include <memory>

#include "shared/messages/report.h"

namespace forerun {

class Engine;
class NotificationRing;

// Belongs to one thread at a time. Does not outlive its engine.
class NotificationReader {
public:
    enum class From : std::uint8_t { oldest, now };  // what is still there of the past, or only what comes

    explicit NotificationReader(const Engine& engine, From from = From::oldest);
    explicit NotificationReader(std::shared_ptr<const NotificationRing> ring, From from = From::oldest);

    // The next that happened; false when there is none. Never waits.
    bool next(Notification& notification) noexcept;

    // How many went by unread so far, since this reader was too slow.
    std::uint64_t lost() const { return lost_; }

private:
    void lose(std::uint64_t count) noexcept;

    std::shared_ptr<const NotificationRing> ring_;
    std::uint64_t next_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace forerun
