#include "talk/rest.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

using sdk::Verdict;

namespace {

constexpr std::chrono::seconds first_again{1}, last_again{30};

} // namespace

void Rest::owe(sdk::Time now)
{
    if (!desk_.profile().lock) return;
    window_.give_up("superseded", now); // what it says to that does not tell of now
    owed_ = true;
    tries_ = 0;
    again_ = now;
}

void Rest::owe(sdk::Deadline deadline, sdk::Reply<Verdict> reply, sdk::Time now)
{
    if (!desk_.profile().lock) return reply(Verdict::acknowledged()); // the device times its own pulse, so at rest it is locked
    if (!desk_.wire.connected())
        reply(Verdict::offline("the broker is not connected"));
    else
        asked_.push_back({deadline.at(), std::move(reply)});
    owe(now);
}

void Rest::forgive()
{
    owed_ = false;
    failing_until_ = {}; // a failure that is told from now on is none of ours
    answer(Verdict::refused("superseded"));
}

void Rest::advance(sdk::Time now)
{
    if (!owed_ || window_.busy() || again_ > now || !desk_.wire.connected() || !desk_.wire.paced(now)) return;
    const auto& op = *desk_.profile().lock;
    auto sent = desk_.wire.send(op.send, {}, Wire::Manner::brief, now);
    again_ = now + std::min<sdk::Milliseconds>(first_again * (1 << std::min(tries_++, 5)), last_again);
    if (!sent.verdict.ok()) return;
    if (!op.ack && !op.confirm) return tried(Verdict::acknowledged());
    const auto within = op.confirm ? op.confirm->within : sdk::Milliseconds{desk_.profile().limits.op_timeout_ms};
    failed_ = false;
    failing_until_ = now + 3 * within;
    window_.start({&op, std::move(sent.corr), now, now + within, [this](Verdict verdict) { tried(std::move(verdict)); }});
}

/// Of a door that was locked before nothing turns. When it is told to be locked for the whole time a command may take, and nobody says that
/// the command failed, it is told no more; whether it is locked nobody has seen.
void Rest::tried(Verdict verdict)
{
    const auto& confirm = desk_.profile().lock->confirm;
    const bool unseen = verdict.reason == "timeout" && confirm && confirm->cached && turn_.told().value_or(false) && !failed_;
    if (verdict.ok() || unseen) owed_ = false;
    if (unseen) verdict = Verdict::unknown("not_seen");
    if (!owed_ || verdict.kind == sdk::VerdictKind::refused) answer(verdict);
}

void Rest::answer(const Verdict& verdict)
{
    for (auto& one : std::exchange(asked_, {})) one.reply(verdict);
}

bool Rest::hear(const profile::Message& message, sdk::Time now)
{
    const auto& lock = desk_.profile().lock;
    if (!lock) return false;
    if (lock->confirm && !turn_.confirms(*lock->confirm, message, desk_.self.params)) return false;
    return window_.take(message, now) && !lock->confirm;
}

void Rest::failed(sdk::Time now)
{
    failed_ = true;
    if (window_.busy() || owed_ || now >= failing_until_) return;
    owed_ = true; // it only seemed to be done
    again_ = now + first_again;
}

void Rest::lost(std::string_view reason, sdk::Time now)
{
    window_.give_up(reason, now);
    answer(Verdict::unknown(std::string{reason}));
}

void Rest::end(sdk::Time now)
{
    owed_ = false;
    window_.give_up("detached", now);
    answer(Verdict::refused("not_attached"));
}

void Rest::expire(sdk::Time now)
{
    if (window_.expire(now) != Window::Expired::nothing && owed_) desk_.life.doubt();
    for (auto one = asked_.begin(); one != asked_.end();) {
        if (one->deadline > now) {
            ++one;
            continue;
        }
        auto late = std::move(*one);
        one = asked_.erase(one);
        late.reply(Verdict::unknown("timeout"));
    }
}

std::optional<sdk::Time> Rest::due() const
{
    auto next = window_.due();
    const auto sooner = [&next](sdk::Time at) { next = next ? std::min(*next, at) : at; };
    if (owed_ && !next) sooner(std::max(again_, desk_.wire.ready_at()));
    for (const auto& one : asked_) sooner(one.deadline);
    return next;
}

} // namespace gatehouse::mqtt
