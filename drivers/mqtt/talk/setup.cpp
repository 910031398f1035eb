#include "talk/setup.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

namespace {

constexpr std::chrono::minutes sweep{12};
constexpr std::chrono::seconds again{30}; ///< where one differs, or the device does not answer
constexpr int silences_at_most = 3;
constexpr std::size_t longest_value = 40;

} // namespace

void Setup::doubt(sdk::Time now)
{
    if (rules().empty()) return;
    at_ = 0;
    asked_ = set_ = stuck_ = false;
    silences_ = wrong_ = 0;
    next_ = now;
    if (state_ == sdk::SetupState::verified || !told_) tell(sdk::SetupState::unknown, {});
}

void Setup::hurry(sdk::Time now)
{
    if (!asked_) next_ = std::min(next_, now);
}

/// The pulse is that of the first door: a device whose pulse is a setting has one.
profile::Fields Setup::fields() const
{
    constexpr sdk::Milliseconds usual{5000};
    const auto& doors = desk_.self.doors;
    return {{"pulse_ms", (doors.empty() ? usual : doors[0].pulse.value_or(usual)).count()}};
}

void Setup::advance(sdk::Time now)
{
    if (rules().empty() || next_ > now || !desk_.wire.connected() || !desk_.wire.paced(now)) return;
    if (asked_) return unanswered(now);
    const auto& rule = rules()[at_];
    auto sent = desk_.wire.send(rule.ask, fields(), Wire::Manner::table, now);
    if (!sent.verdict.ok()) {
        next_ = now + again;
        return;
    }
    asked_ = true;
    corr_ = std::move(sent.corr);
    next_ = now + rule.within;
}

void Setup::unanswered(sdk::Time now)
{
    asked_ = false;
    desk_.life.doubt();
    if (++silences_ < silences_at_most) {
        next_ = now;
        return;
    }
    silences_ = 0;
    at_ = 0;
    next_ = now + again;
    if (state_ != sdk::SetupState::differs) tell(sdk::SetupState::unknown, rules()[at_].name + " is not told");
}

/// Where answers carry the number of their question it has to be that of the last one; an earlier one may tell what is no more.
bool Setup::answers(const profile::Message& message) const
{
    if (!desk_.profile().correlate) return true;
    const auto* number = profile::find(*message.body, *desk_.profile().correlate, desk_.self.params);
    return number != nullptr && profile::scalar_text(*number) == corr_;
}

/// Whether the message tells a setting that was seen to be right, and is not any more; that which is asked for is judged by its answer.
bool Setup::contradicts(const profile::Message& message, const profile::Fields& all) const
{
    if (state_ != sdk::SetupState::verified || desk_.profile().correlate) return false;
    return std::any_of(rules().begin(), rules().end(), [&](const profile::SetupRule& rule) {
        if (asked_ && &rule == &rules()[at_]) return false;
        const auto* found = profile::find(*message.body, rule.pointer, all);
        const auto wanted = rule.value.text(all);
        return found != nullptr && wanted && profile::scalar_text(*found).value_or("") != *wanted;
    });
}

void Setup::hear(const profile::Message& message, sdk::Time now)
{
    if (rules().empty() || !message.body) return;
    auto all = desk_.self.params;
    for (const auto& [name, value] : fields()) all[name] = value;
    if (contradicts(message, all)) return doubt(now);
    if (!asked_ || !answers(message)) return;
    const auto& rule = rules()[at_];
    const auto* found = profile::find(*message.body, rule.pointer, all);
    if (found == nullptr) return;
    silences_ = 0;
    const auto text = profile::scalar_text(*found).value_or("");
    const auto wanted = rule.value.text(all);
    if (!wanted) return tell(sdk::SetupState::differs, rule.name + " cannot be what is configured: " + wanted.error().text);
    if (text != *wanted) return other_value(rule, text, *wanted, now);
    asked_ = set_ = stuck_ = false;
    wrong_ = 0;
    next_ = now;
    if (++at_ < rules().size()) return;
    at_ = 0;
    next_ = now + sweep;
    tell(sdk::SetupState::verified, {});
}

/// Told before it is mended: somebody changed it, and may do so again.
void Setup::other_value(const profile::SetupRule& rule, const std::string& found, const std::string& wanted, sdk::Time now)
{
    if (set_ && ++wrong_ < 2) return; // the answer to the setting itself may show what was before; the question behind it counts
    stuck_ = std::exchange(set_, false) || !rule.set;
    asked_ = false;
    wrong_ = 0;
    next_ = now + again;
    tell(sdk::SetupState::differs, rule.name + " is " + found.substr(0, longest_value) + " and not " + wanted);
    const auto& doors = desk_.self.doors;
    const bool left = std::any_of(doors.begin(), doors.end(), [](const sdk::Door& door) { return door.mode == sdk::DoorMode::leave; });
    if (left) return; // a new time of its pulse may begin to run at once
    if (stuck_ || !desk_.wire.send(*rule.set, fields(), Wire::Manner::brief, now).verdict.ok()) return;
    set_ = true;
    next_ = now;
}

void Setup::tell(sdk::SetupState state, std::string detail)
{
    if (told_ && state_ == state && detail_ == detail) return;
    told_ = true;
    state_ = state;
    detail_ = std::move(detail);
    desk_.outside.setup(state_, detail_);
}

std::optional<sdk::Time> Setup::due() const
{
    return rules().empty() ? std::nullopt : std::optional{std::max(next_, desk_.wire.ready_at())};
}

} // namespace gatehouse::mqtt
