// What a profile must not believe, open or tell, however well its blocks fit each other.

#include "sdk/profile/mqtt_judged.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::profile {

namespace {

/// Names that mean something of ours wherever a placeholder stands.
constexpr std::array<std::string_view, 11> taken_names{"key",  "pin",  "label", "tag",      "from",   "until",
                                                       "slot", "corr", "door",  "pulse_ms", "pulse_s"};

bool names(const Template& text, std::string_view field)
{
    const auto found = text.placeholders();
    return std::any_of(found.begin(), found.end(), [field](const Placeholder* one) { return one->name == field; });
}

/// Something has to stand in the message for it to hold.
bool needs_something(const Condition& one, bool allow_missing)
{
    if (one.kind == Condition::Kind::present) return one.expected;
    return one.kind == Condition::Kind::text || (one.kind == Condition::Kind::equals && !allow_missing);
}

/// A matcher that holds of a message which says nothing of the matter holds of any.
bool says_something(const Matcher& matcher)
{
    const auto needs = [&matcher](const Condition& one) { return needs_something(one, matcher.allow_missing); };
    const bool of_all = std::any_of(matcher.all.begin(), matcher.all.end(), needs);
    const bool of_any = !matcher.any.empty() && std::all_of(matcher.any.begin(), matcher.any.end(), needs);
    return of_all || of_any;
}

bool same(const Condition& one, const Condition& other)
{
    return one.kind == other.kind && one.expected == other.expected && one.pointer.source() == other.pointer.source() &&
           one.value.source() == other.value.source();
}

bool among(const Condition& one, const std::vector<Condition>& all)
{
    return std::any_of(all.begin(), all.end(), [&one](const Condition& other) { return same(one, other); });
}

/// Whether each message that `narrow` lets pass has to pass `wide` as well; as far as their conditions are the same ones, word for word.
bool takes_all_of(const Matcher& wide, const Matcher& narrow)
{
    if (narrow.allow_missing && !wide.allow_missing) return false;
    const auto held = [&narrow](const Condition& one) { return among(one, narrow.all) || among(one, narrow.guard); };
    const bool some = wide.any.empty() || std::any_of(wide.any.begin(), wide.any.end(), held) ||
                      (!narrow.any.empty() &&
                       std::all_of(narrow.any.begin(), narrow.any.end(), [&wide](const Condition& one) { return among(one, wide.any); }));
    return some && std::all_of(wide.all.begin(), wide.all.end(), held) && std::all_of(wide.guard.begin(), wide.guard.end(), held);
}

class Safety : public Judged {
public:
    using Judged::Judged;

    void parameters()
    {
        for (const auto& [name, param] : profile_.params)
            if (std::find(taken_names.begin(), taken_names.end(), name) != taken_names.end())
                at("params", name.c_str(), "is the name of a field, which it would stand before");
    }

    /// Neither commands nor entries of this language name a door.
    void doors()
    {
        const auto& doors = profile_.caps.doors;
        const auto named = doors.placeholders();
        const auto param = named.size() == 1 ? profile_.params.find(named[0]->name) : profile_.params.end();
        const bool one =
            doors.source() == "1" || (param != profile_.params.end() && param->second.type == ParamType::integer && param->second.max <= 1);
        if ((profile_.unlock || profile_.put) && !one)
            at("caps", "doors", "must be 1, or a parameter that is 1 at most: no command here names a door");
        if (profile_.put && caps_.door_grouping != sdk::DoorGrouping::all)
            at("caps", "door_grouping", "must be `all`: no entry here names a door, so each opens all there are");
        if (profile_.put && caps_.supports_validity != sdk::Validity::none && !uses(profile_.put->send, "from"))
            at("ops", "put", "sends no `${from}`: an entry would open before its time");
    }

    void settings()
    {
        for (const auto& rule : profile_.setup) {
            if (!rule.set) continue;
            if (uses(*rule.set, "pulse_ms") && !names(rule.value, "pulse_ms"))
                top_.child("setup")->problem(rule.name + ": sets `${pulse_ms}` and expects something else");
        }
    }

    /// What we say ourselves must not come back as an answer.
    void topics()
    {
        const auto& reply = profile_.topics.reply.source();
        if (reply == profile_.topics.command.source() || (profile_.topics.query && reply == profile_.topics.query->source()))
            at("topics", "reply", "is the topic of our own commands: they would come back as answers");
        for (const auto* sending : sendings())
            if (sending->topic && sending->topic->source() == reply)
                at("topics", "reply", "something is published on it, which would come back as an answer");
    }

    void evidence()
    {
        for (const auto& [name, op] : operations()) {
            if (op->ack && !says_something(*op->ack)) at("ops", name, vacuous);
            if (op->confirm && !says_something(op->confirm->match)) at("ops", name, vacuous);
        }
        if (const auto& list = profile_.list; list) {
            if (!says_something(list->entry)) at("ops", "list", vacuous);
            if (list->end.marker && !says_something(*list->end.marker)) at("ops", "list", vacuous);
        }
        opening();
        if (!profile_.one) return;
        const auto state = profile_.one->map.find("state");
        if (state == profile_.one->map.end()) return;
        const auto& when = state->second.when;
        const bool of_the_slot = names(state->second.pointer, "slot") || std::any_of(when.begin(), when.end(), [](const Condition& one) {
                                     return one.kind == Condition::Kind::equals && names(one.value, "slot");
                                 });
        if (!of_the_slot) at("ops", "one", "`state` does not name `${slot}`: a word about another slot would pass for one about this");
    }

    /// Where answers carry the number of their command they are told apart by it.
    void opening()
    {
        if (!profile_.unlock || !profile_.lock) return;
        const auto &unlock = *profile_.unlock, &lock = *profile_.lock;
        if (unlock.ack && lock.ack && !profile_.correlate && takes_all_of(*unlock.ack, *lock.ack))
            at("ops", "unlock", "takes what answers `lock` for its own `ack`: a door that was locked would pass for one that opened");
        if (unlock.confirm && lock.confirm && takes_all_of(unlock.confirm->match, lock.confirm->match))
            at("ops", "unlock", "takes what confirms `lock` for its own `confirm`: a door that was locked would pass for one that opened");
    }

private:
    static constexpr const char* vacuous = "has no condition that needs something to be there: any message would pass";
};

} // namespace

void check_safety(Cursor& top, const MqttProfile& profile)
{
    Safety safety{top, profile};
    safety.parameters();
    safety.doors();
    safety.settings();
    safety.topics();
    safety.evidence();
}

} // namespace gatehouse::profile
