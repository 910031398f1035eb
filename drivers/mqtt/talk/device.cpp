#include "talk/device.hpp"

#include "talk/list_table.hpp"
#include "talk/slot_table.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::mqtt {

using sdk::Verdict;

namespace {

constexpr std::chrono::hours idle{1};
constexpr std::chrono::seconds behind_a_pulse{1};

std::vector<std::uint8_t> numbers(const std::vector<sdk::Door>& doors)
{
    std::vector<std::uint8_t> found;
    for (const auto& door : doors) found.push_back(door.door);
    return found;
}

} // namespace

std::unique_ptr<TableTalk> make_table(const Desk& desk, sdk::Time now)
{
    if (desk.profile().one) return std::make_unique<SlotTable>(desk);
    if (desk.profile().put) return std::make_unique<ListTable>(desk, now);
    return nullptr;
}

Device::Device(Identity identity, Outside& outside, sdk::Time now)
    : self_{std::move(identity)}, profile_{*self_.profile}, door_numbers_{numbers(self_.doors)},
      rules_{profile_, self_.params, door_numbers_, profile::capabilities(profile_.caps, profile_.limits, self_.params)},
      reply_topic_{topic_text(profile_.topics.reply, self_.params)}, outside_{outside}, life_{profile_.liveness, now},
      wire_{self_, outside, now}, desk_{self_, rules_, wire_, life_, outside_}, table_{make_table(desk_, now)}, rest_{desk_},
      strikes_{desk_}, setup_{desk_}, reports_{desk_}, away_(profile_.liveness.presences.size(), false)
{
    setup_.doubt(now);
    if (locked_by_us()) rest_.owe(now);
    if (profile_.liveness.poll) poll_at_ = now + profile_.liveness.poll->every;
}

void Device::apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now)
{
    if (!table_) return reply(Verdict::unsupported());
    table_->apply(std::move(steps), deadline, std::move(reply), now);
}

void Device::read_table(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now)
{
    if (!table_) return reply(Verdict::unsupported());
    table_->read(deadline, std::move(reply), now);
}

void Device::strike(std::uint8_t door, sdk::Milliseconds length, sdk::Deadline deadline, sdk::Reply<Verdict> reply, sdk::Time now)
{
    const auto known = std::find_if(self_.doors.begin(), self_.doors.end(), [door](const sdk::Door& one) { return one.door == door; });
    if (known == self_.doors.end()) return reply(Verdict::refused("invalid", "door"));
    if (!profile_.unlock) return reply(Verdict::unsupported());
    if (!setup_.verified()) setup_.hurry(now);
    strikes_.add(length, deadline, std::move(reply));
    advance(now);
}

void Device::set_door(std::uint8_t door, sdk::DoorMode mode, sdk::Deadline deadline, sdk::Reply<Verdict> reply, sdk::Time now)
{
    const auto known = std::find_if(self_.doors.begin(), self_.doors.end(), [door](const sdk::Door& one) { return one.door == door; });
    if (known == self_.doors.end()) return reply(Verdict::refused("invalid", "door"));
    if (mode == sdk::DoorMode::unlocked) return reply(Verdict::unsupported());
    known->mode = mode;
    if (mode == sdk::DoorMode::leave) {
        rest_.forgive();
        return reply(Verdict::acknowledged());
    }
    strikes_.cut();
    rest_.owe(deadline, std::move(reply), now);
    advance(now);
}

Verdict Device::mode_asserted(const sdk::Door& door) const
{
    if (door.mode == sdk::DoorMode::unlocked) return Verdict::unsupported();
    if (!rest_.owed()) return Verdict::acknowledged(); // the device times its own pulse, so at rest it is locked
    return wire_.connected() ? Verdict::unknown("not_answered_yet") : Verdict::offline("the broker is not connected");
}

/// A fire may have any of them, and one command locks them all.
bool Device::locked_by_us() const
{
    return std::none_of(self_.doors.begin(), self_.doors.end(), [](const sdk::Door& door) { return door.mode == sdk::DoorMode::leave; });
}

void Device::advance(sdk::Time now)
{
    look_behind_a_pulse(now);
    if (setup_.differs()) was_wrong_ = true;
    if (setup_.verified() && std::exchange(was_wrong_, false) && locked_by_us()) rest_.owe(now); // an opening may not have ended
    if (!strikes_.open(now)) rest_.advance(now);
    setup_.advance(now);
    strikes_.advance(setup_.verified(), now);
    if (setup_.stuck()) strikes_.refuse("setup_differs", setup_.detail());
    if (table_) table_->advance(now);
}

void Device::connected(sdk::Time now)
{
    if (table_) table_->connected(now);
    life_.restart_silence(now);
    setup_.doubt(now);
}

void Device::disconnected(sdk::Time now)
{
    lost("connection_lost", "offline", now);
    forget_what_was_said();
    life_.restart_silence(now);
    advance(now);
}

/// Its own end of an opening may be off or set to long.
void Device::look_behind_a_pulse(sdk::Time now)
{
    if (strikes_.open(now)) look_at_ = strikes_.open_until() + behind_a_pulse;
    if (!look_at_ || now < *look_at_) return;
    look_at_.reset();
    if (reports_.lock() == sdk::LockState::unlocked && locked_by_us()) rest_.owe(now);
}

void Device::lost(std::string_view command, std::string_view read, sdk::Time now)
{
    if (table_) table_->lost(command, read, now);
    rest_.lost(command, now);
    strikes_.lost(command, now);
}

/// A pulse that still runs ends with us, as far as the device can be told so.
void Device::end(sdk::Time now)
{
    if (table_) table_->end(now);
    const bool owed = rest_.owed();
    rest_.end(now);
    strikes_.end(now);
    if ((owed || strikes_.open(now)) && profile_.lock && locked_by_us())
        static_cast<void>(wire_.send(profile_.lock->send, {}, Wire::Manner::door, now));
}

sdk::Time Device::tick(sdk::Time now)
{
    if (table_) table_->expire(now);
    rest_.expire(now);
    strikes_.expire(now);
    if (outside_.connected() && life_.expire(now)) outside_.offline("silent");
    if (poll_at_ && *poll_at_ <= now && outside_.connected()) ask_state(now);
    advance(now);

    auto next = now + idle;
    const auto sooner = [&next](std::optional<sdk::Time> at) { next = std::min(next, at.value_or(next)); };
    if (table_) sooner(table_->due(now));
    sooner(strikes_.due());
    if (outside_.connected()) {
        sooner(look_at_);
        if (const auto at = rest_.due()) sooner(std::max(*at, strikes_.open_until()));
        sooner(life_.due());
        sooner(setup_.due());
        sooner(poll_at_);
    }
    if (wire_.ready_at() > now) sooner(wire_.ready_at());
    return std::max(next, now + sdk::Milliseconds{1});
}

} // namespace gatehouse::mqtt
