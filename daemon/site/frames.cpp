#include "site/frames.hpp"

#include "model/policy.hpp"

#include <set>

namespace gatehouse::site {

using base::Instant;
using model::Interval;

namespace {

constexpr std::chrono::days two_weeks{15};
constexpr std::chrono::days a_year{400};

/// Ahead of us, and not so far that adding to it leaves the calendar.
bool lies_ahead(Instant t, Instant now)
{
    return t > now && t < Instant{std::chrono::sys_days{std::chrono::year{9000} / 1 / 1}};
}

std::optional<Instant> day_of(std::string_view text)
{
    const auto day = base::from_iso(text);
    return day ? std::optional{*day} : std::nullopt;
}

} // namespace

void Frames::look_at(const model::Directory& directory, std::span<const model::Mutation> rows)
{
    for (const auto& [id, workspace] : directory.workspaces())
        workspace->groups.walk(nullptr, [this](const model::GroupNode& group) {
            for (const auto& edge : {group.row.starts_at, group.row.ends_at})
                if (edge && lies_ahead(*edge, now_)) extra_.push_back({*edge, *edge + two_weeks});
            return true;
        });
    bool hours = false;
    for (const auto& mutation : rows) {
        const auto* row = std::get_if<model::Hours>(&mutation.row);
        hours = hours || row != nullptr || std::holds_alternative<model::GroupEntrance>(mutation.row);
        if (row == nullptr) continue;
        const auto stands = directory.hours().find(row->key);
        if (stands == directory.hours().end()) continue;
        const auto [zone, first] = zones_.try_emplace(row->key, stands->second.row.zone);
        if (!first && zone->second != stands->second.row.zone) extra_.push_back({now_, now_ + a_year});
    }
    if (!hours) return;
    for (const auto& [key, node] : directory.hours()) add_holidays(node.row.closed_on);
}

/// A local day lies within a day and a half of the same one in UTC.
void Frames::add_holidays(std::string_view closed_on)
{
    while (!closed_on.empty()) {
        const auto end = std::min(closed_on.find(' '), closed_on.size());
        const auto day = day_of(closed_on.substr(0, end));
        if (day && lies_ahead(*day + std::chrono::days{2}, now_))
            extra_.push_back({*day - std::chrono::days{1}, *day + std::chrono::days{2}});
        closed_on.remove_prefix(std::min(end + 1, closed_on.size()));
    }
}

std::vector<Interval> Frames::from(Instant begin) const
{
    const auto first = std::max(begin, now_);
    auto frames = extra_;
    for (auto& frame : frames) frame.from = std::max(frame.from, first);
    if (lies_ahead(first, now_) || first == now_) frames.push_back({first, first + two_weeks});
    return model::join(std::move(frames));
}

std::vector<Interval> open_times(const model::Workspace& workspace, const model::CredentialNode& credential, const model::DoorNode& door,
                                 const Frames& frames)
{
    const auto* user = credential.row.user ? workspace.users.find(*credential.row.user) : nullptr;
    if (user == nullptr) return {};
    const auto own = std::max(user->row.starts_at.value_or(base::no_start), credential.row.starts_at.value_or(base::no_start));
    std::vector<Interval> times;
    for (const auto& frame : frames.from(own))
        for (auto t = frame.from; t < frame.until;) {
            const auto opening = model::opens(workspace, credential, door, {t});
            if (!opening.interval || opening.interval->until <= t) break;
            times.push_back({std::max(opening.interval->from, frame.from), opening.interval->until}); // to its own end, past the frame's
            t = opening.interval->until;
        }
    return model::join(std::move(times));
}

std::vector<Interval> without(const std::vector<Interval>& from, const std::vector<Interval>& less)
{
    std::vector<Interval> rest;
    for (auto span : from) {
        for (const auto& cut : less) {
            if (cut.until <= span.from || span.until <= cut.from) continue;
            if (span.from < cut.from) rest.push_back({span.from, cut.from});
            span.from = std::min(cut.until, span.until);
        }
        if (!span.empty()) rest.push_back(span);
    }
    return rest;
}

} // namespace gatehouse::site
