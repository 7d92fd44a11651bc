#include "rt-engine/notifications.h"

#include "rt-engine/conductor/notification_ring.h"

namespace forerun {

NotificationReader::NotificationReader(std::shared_ptr<const NotificationRing> ring, From from)
    : ring_(std::move(ring)), next_(from == From::now ? ring_->pushed() : ring_->oldest()) {}

bool NotificationReader::next(Notification& notification) noexcept {
    while (next_ < ring_->pushed()) {
        if (const auto oldest = ring_->oldest(); oldest > next_) lose(oldest - next_);
        if (ring_->try_read(next_, notification)) {
            ++next_;
            return true;
        }
        lose(1);  // overwritten just now
    }
    return false;
}

void NotificationReader::lose(std::uint64_t count) noexcept {
    next_ += count;
    lost_ += count;
    ring_->count_lost(count);
}

}  // namespace forerun
