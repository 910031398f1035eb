#include "talk/table_read.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

namespace {

constexpr int spare_rounds = 3; ///< beyond those that have to agree
constexpr std::size_t most_entries = 20'000;

} // namespace

void TableRead::sent(sdk::Time now, sdk::Milliseconds timeout)
{
    next_ = Next::nothing;
    listening_ = true;
    ++rounds_;
    round_.clear();
    expected_.reset();
    quiet_at_ = now + (list_.end.quiet.count() > 0 ? list_.end.quiet : timeout);
}

void TableRead::entry(sdk::Entry entry, sdk::Time now)
{
    heard_ = true;
    if (seen_.size() >= most_entries) return damaged();
    auto key = entry.key;
    seen_.insert_or_assign(key, entry);
    round_.insert_or_assign(std::move(key), std::move(entry));
    if (list_.end.quiet.count() > 0) quiet_at_ = now + list_.end.quiet;
    if (listening_ && expected_ && round_.size() >= *expected_) close_round(true);
}

void TableRead::other(const profile::Message& message, const profile::Fields& fields)
{
    if (!listening_) return;
    if (list_.end.marker && profile::matches(*list_.end.marker, message, fields)) return close_round(true);
    if (!list_.end.count || !message.body) return;
    const auto* count = profile::find(*message.body, *list_.end.count, fields);
    const auto number = count ? profile::decode(profile::Encoder::integer, *count) : profile::Outcome<profile::Value>{profile::Value{}};
    const auto* rows = number ? std::get_if<std::int64_t>(&*number) : nullptr;
    if (!rows || *rows < 0) return;
    expected_ = static_cast<std::size_t>(*rows);
    heard_ = true;
    if (round_.size() >= *expected_) close_round(true);
}

sdk::Time TableRead::due() const
{
    return listening_ ? std::min(quiet_at_, deadline_) : deadline_;
}

bool TableRead::expire(sdk::Time now, bool can_probe)
{
    if (deadline_ <= now) return false;
    if (!listening_ || quiet_at_ > now) return true;
    if (list_.end.quiet.count() == 0)
        close_round(false); // the end it should have told never came
    else if (!silent())
        close_round(true);
    else if (!can_probe)
        close_round(false);
    else {
        listening_ = false;
        next_ = Next::probe;
    }
    return true;
}

void TableRead::close_round(bool looks_complete)
{
    listening_ = false;
    if (looks_complete) heard_ = true;
    agreeing_ = !looks_complete ? 0 : agreeing_ > 0 && round_ == last_round_ ? agreeing_ + 1 : 1;
    last_round_ = round_;
    done_ = agreeing_ >= list_.absent_after || rounds_ >= list_.absent_after + spare_rounds;
    next_ = done_ ? Next::nothing : Next::send;
}

void TableRead::finish(std::string reason)
{
    if (reason.empty() && damaged_) reason = "damaged";
    if (reason.empty() && agreeing_ < list_.absent_after) reason = "rounds";
    if (!reason.empty() && !heard_) {
        const bool offline = reason == "offline";
        return reply_(offline ? sdk::Verdict::offline("the broker is not connected") : sdk::Verdict::unknown(reason));
    }
    sdk::Table table;
    for (auto& [key, entry] : reason.empty() ? last_round_ : seen_) table.entries.push_back(std::move(entry));
    table.complete = reason.empty();
    table.rounds = static_cast<std::uint32_t>(std::max(agreeing_, 1));
    table.reason = std::move(reason);
    reply_(std::move(table));
}

} // namespace gatehouse::mqtt
