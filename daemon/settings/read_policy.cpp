#include "settings/sections.hpp"

namespace gatehouse::settings {

namespace {

using std::chrono::hours;

PinRules read_pin(Reading& reading, const Fields& policy)
{
    PinRules rules;
    if (const auto value = policy.get("pin")) {
        const Fields fields{reading, *value, "policy.pin"};
        assign(rules.min_length, fields.number("min_length", 4, 12));
        assign(rules.refuse_trivial, fields.flag("refuse_trivial"));
    }
    return rules;
}

Retention read_retention(Reading& reading, const Fields& policy)
{
    Retention retention;
    if (const auto value = policy.get("retention")) {
        const Fields fields{reading, *value, "policy.retention"};
        assign(retention.events, fields.duration("events", hours{24}, hours{3650 * 24}));
        assign(retention.unknown_cards, fields.duration("unknown_cards", hours{1}, hours{365 * 24}));
    }
    return retention;
}

} // namespace

Brake read_brake(Reading& reading, const Value& value, std::string_view section, Brake before)
{
    const Fields fields{reading, value, section};
    assign(before.entries, fields.number("entries", 0, 1'000'000));
    assign(before.share_percent, fields.share("share"));
    return before;
}

Policy read_policy(Reading& reading, const Fields& root)
{
    Policy policy;
    const auto value = root.get("policy");
    if (!value) return policy;
    const Fields fields{reading, *value, "policy"};
    assign(policy.identity_delete,
           fields.choice<IdentityDelete>("identity_delete", {{"refuse", IdentityDelete::refuse}, {"cascade", IdentityDelete::cascade}}));
    policy.pin = read_pin(reading, fields);
    assign(policy.lease, read_lease(fields));
    assign(policy.on_first_contact, read_on_first_contact(fields));
    assign(policy.foreign, read_foreign(fields));
    if (const auto brake = fields.get("brake")) policy.brake = read_brake(reading, *brake, "policy.brake", policy.brake);
    assign(policy.retire, read_retire(fields));
    policy.retention = read_retention(reading, fields);
    return policy;
}

std::optional<std::chrono::seconds> read_lease(const Fields& fields)
{
    const auto value = fields.get("lease");
    if (value && value->node->text == "none") {
        fields.report("lease", "only a group may say none");
        return std::nullopt;
    }
    return fields.duration("lease", least_lease, most_lease);
}

std::optional<OnFirstContact> read_on_first_contact(const Fields& fields)
{
    return fields.choice<OnFirstContact>(
        "on_first_contact", {{"ask", OnFirstContact::ask}, {"remove", OnFirstContact::remove}, {"keep", OnFirstContact::keep}});
}

std::optional<Foreign> read_foreign(const Fields& fields)
{
    return fields.choice<Foreign>("foreign", {{"remove", Foreign::remove}, {"keep", Foreign::keep}});
}

std::optional<Retire> read_retire(const Fields& fields)
{
    return fields.choice<Retire>("retire", {{"wipe", Retire::wipe}, {"leave", Retire::leave}});
}

} // namespace gatehouse::settings
