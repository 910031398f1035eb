#include "talk/strikes.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

using sdk::Verdict;

void Strikes::advance(bool may_open, sdk::Time now)
{
    while (!waiting_.empty() && !window_.busy() && may_open && desk_.wire.paced(now)) {
        auto strike = std::move(waiting_.front());
        waiting_.pop_front();
        if (strike.deadline <= now)
            strike.reply(Verdict::late());
        else
            send(std::move(strike), now);
    }
}

/// A pulse that runs is made longer and never shorter; in steps the device can count. Where the length is a setting, it is that.
sdk::Milliseconds Strikes::lasting(sdk::Milliseconds length, sdk::Time now) const
{
    const auto& caps = desk_.rules.caps;
    if (caps.unlock_pulse == sdk::UnlockPulse::device_settable)
        return desk_.self.doors.empty() ? length : desk_.self.doors[0].pulse.value_or(length);
    if (caps.unlock_pulse != sdk::UnlockPulse::per_command) return length;
    if (open(now)) length = std::max(length, std::chrono::ceil<sdk::Milliseconds>(open_until_ - now));
    const std::int64_t quantum = std::max<std::uint32_t>(caps.pulse_ms.quantum, 1);
    return sdk::Milliseconds{(length.count() + quantum - 1) / quantum * quantum};
}

void Strikes::send(Strike strike, sdk::Time now)
{
    const auto& op = *desk_.profile().unlock;
    const auto length = lasting(strike.length, now);
    const auto& caps = desk_.rules.caps;
    if (caps.unlock_pulse == sdk::UnlockPulse::per_command && caps.pulse_ms.max > 0 && length.count() > caps.pulse_ms.max)
        return strike.reply(Verdict::refused("not_expressible", "longer than the device opens"));
    const profile::Fields fields{{"pulse_ms", length.count()}, {"pulse_s", (length.count() + 999) / 1000}};
    auto sent = desk_.wire.send(op.send, fields, Wire::Manner::door, now);
    if (!sent.verdict.ok()) return strike.reply(std::move(sent.verdict));
    open_until_ = std::max(open_until_, now + length);
    const auto within = op.confirm ? op.confirm->within : sdk::Milliseconds{desk_.profile().limits.op_timeout_ms};
    auto reply = std::make_shared<sdk::Reply<Verdict>>(std::move(strike.reply));
    window_.start({&op, std::move(sent.corr), now, std::min(strike.deadline, now + within),
                   [reply](Verdict verdict) { (*reply)(std::move(verdict)); }});
}

void Strikes::refuse(std::string_view reason, const std::string& detail)
{
    for (auto& strike : std::exchange(waiting_, {})) strike.reply(Verdict::refused(std::string{reason}, detail));
}

Strikes::Heard Strikes::hear(const profile::Message& message, sdk::Time now)
{
    const auto& unlock = desk_.profile().unlock;
    if (!unlock) return Heard::nothing;
    if (unlock->confirm && !turn_.confirms(*unlock->confirm, message, desk_.self.params)) return Heard::nothing;
    if (!window_.take(message, now)) return Heard::nothing;
    return unlock->confirm ? Heard::confirmation : Heard::answer;
}

void Strikes::failed(sdk::Time now)
{
    if (window_.give_up("device_failure", now)) desk_.life.doubt();
}

void Strikes::sign_of_life(sdk::Time now)
{
    window_.life_seen(now);
    if (window_.expire(now) != Window::Expired::nothing) desk_.life.doubt();
}

void Strikes::lost(std::string_view reason, sdk::Time now)
{
    if (window_.give_up(reason, now)) desk_.life.doubt();
}

void Strikes::end(sdk::Time now)
{
    window_.give_up("detached", now);
    refuse("not_attached", {});
}

void Strikes::expire(sdk::Time now)
{
    const auto expired = window_.expire(now);
    if (expired == Window::Expired::unanswered) desk_.life.doubt();
    if (expired == Window::Expired::lost) desk_.outside.online(sdk::SignOfLife::answer);
    for (auto strike = waiting_.begin(); strike != waiting_.end();) { // they may have different deadlines
        if (strike->deadline > now) {
            ++strike;
            continue;
        }
        auto late = std::move(*strike);
        strike = waiting_.erase(strike);
        late.reply(Verdict::late());
    }
}

std::optional<sdk::Time> Strikes::due() const
{
    auto next = window_.due();
    for (const auto& strike : waiting_) next = next ? std::min(*next, strike.deadline) : strike.deadline;
    return next;
}

} // namespace gatehouse::mqtt
