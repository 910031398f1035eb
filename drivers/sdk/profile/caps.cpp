#include "sdk/profile/caps.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace gatehouse::profile {

namespace {

constexpr std::int64_t most_of_a_count = std::numeric_limits<std::uint32_t>::max();

/// Said by other blocks of a profile, or by the driver itself.
constexpr std::array<std::string_view, 12> not_stated{
    "capacity",   "slot_first", "absent_after",          "readback_s", "digest", "set_door", "liveness_s", "op_timeout_ms",
    "min_gap_ms", "feedback",   "readback_shows_secret", "pin_length"};

template <class Enum>
std::vector<std::string_view> choices()
{
    return {sdk::words<Enum>.begin(), sdk::words<Enum>.end()};
}

void read_into(const Cursor& at, bool& into)
{
    into = at.flag().value_or(into);
}

void read_into(const Cursor& at, std::uint32_t& into)
{
    into = static_cast<std::uint32_t>(at.integer(0, std::numeric_limits<std::uint32_t>::max()).value_or(into));
}

void read_into(const Cursor& at, std::int64_t& into)
{
    into = at.integer(0, 253'402'300'799).value_or(into);
}

void read_into(const Cursor& at, std::string& into)
{
    into = at.text().value_or(into);
}

void read_into(Cursor at, sdk::Span& into)
{
    if (const auto least = at.need("min")) read_into(*least, into.min);
    if (const auto most = at.need("max")) read_into(*most, into.max);
    if (const auto quantum = at.child("quantum")) read_into(*quantum, into.quantum);
    if (into.min > into.max) at.problem("`min` lies above `max`");
    at.done();
}

void read_into(const Cursor& at, std::vector<sdk::CredentialKind>& into)
{
    for (const auto& item : at.items())
        if (const auto kind = item.choice(choices<sdk::CredentialKind>())) into.push_back(static_cast<sdk::CredentialKind>(*kind));
}

template <class Enum>
    requires std::is_enum_v<Enum>
void read_into(const Cursor& at, Enum& into)
{
    if (const auto chosen = at.choice(choices<Enum>())) into = static_cast<Enum>(*chosen);
}

/// One `${param}` and nothing beside it.
bool is_one_param(const Template& text)
{
    return text.placeholders().size() == 1 && text.source().starts_with("${") && text.source().find('}') + 1 == text.source().size();
}

void read_count(Cursor& block, const char* key, const Scope& scope, Template& into)
{
    const auto given = block.child(key);
    auto parsed = given ? read_template(*given, scope) : std::nullopt;
    if (!parsed) return;
    const auto constant = parsed->constant();
    const auto number = constant ? parse_integer(*constant).value_or(-1) : 0;
    if (number < 0 || (!constant && !is_one_param(*parsed))) return given->problem("must be a whole number or one `${param}`");
    if (number > most_of_a_count) return given->problem("must be " + std::to_string(most_of_a_count) + " at most");
    into = std::move(*parsed);
}

void read_truth(Cursor& block, const char* key, const Scope& scope, Template& into)
{
    const auto given = block.child(key);
    auto parsed = given ? read_template(*given, scope) : std::nullopt;
    if (!parsed) return;
    const bool said = parsed->source() == "true" || parsed->source() == "false";
    if (!said && !is_one_param(*parsed)) return given->problem("must be true, false or one `${param}`");
    into = std::move(*parsed);
}

void read_number(Cursor& block, const char* key, std::int64_t min, std::int64_t max, std::int64_t& into)
{
    if (const auto given = block.child(key)) into = given->integer(min, max).value_or(into);
}

std::uint32_t number_from(const Template& text, const Fields& params)
{
    const auto filled = text.text(params);
    const auto number = filled ? parse_integer(*filled) : std::nullopt;
    return number && *number >= 0 && *number <= most_of_a_count ? static_cast<std::uint32_t>(*number) : 0;
}

} // namespace

Caps read_caps(Cursor block, const Scope& scope)
{
    Caps caps;
    sdk::each_capability(caps.stated, [&block](std::string_view name, auto& field) {
        if (std::find(not_stated.begin(), not_stated.end(), name) != not_stated.end()) return;
        if (const auto given = block.child(name)) read_into(*given, field);
    });
    read_count(block, "capacity", scope, caps.capacity);
    read_count(block, "slot_first", scope, caps.slot_first);
    read_count(block, "doors", scope, caps.doors);
    if (auto length = block.child("pin_length")) {
        read_count(*length, "min", scope, caps.pin_min);
        read_count(*length, "max", scope, caps.pin_max);
        length->done();
        caps.stated.pin_length = {.min = number_from(caps.pin_min, {}), .max = number_from(caps.pin_max, {})};
        if (caps.pin_max.constant() && caps.pin_min.constant() && caps.stated.pin_length.min > caps.stated.pin_length.max)
            length->problem("`min` lies above `max`");
    }
    read_truth(block, "readback_shows_secret", scope, caps.shows_secret);
    if (const auto given = block.child("accept_unverified")) read_into(*given, caps.accept_unverified);
    if (const auto given = block.child("end_inclusive")) read_into(*given, caps.end_inclusive);
    block.done();
    return caps;
}

Limits read_limits(Cursor block)
{
    Limits limits;
    read_number(block, "op_timeout_ms", 50, 120'000, limits.op_timeout_ms);
    read_number(block, "min_gap_ms", 0, 60'000, limits.min_gap_ms);
    read_number(block, "in_flight", 1, 1, limits.in_flight);
    read_number(block, "max_payload", 16, 65'536, limits.max_payload);
    read_number(block, "late_ack_grace_ms", 0, 120'000, limits.late_ack_grace_ms);
    read_number(block, "readback_s", 0, 86'400, limits.readback_s);
    block.done();
    return limits;
}

std::string beyond_its_doors(const Caps& caps, const Fields& params, const std::vector<sdk::Door>& doors)
{
    const auto count = number_from(caps.doors, params);
    if (count == 0) return {};
    for (const auto& door : doors)
        if (door.door == 0 || door.door > count)
            return std::to_string(door.door) + " is no output of the device: it has " +
                   (count == 1 ? "one, number 1" : std::to_string(count) + ", numbered from 1");
    return {};
}

sdk::Capabilities capabilities(const Caps& caps, const Limits& limits, const Fields& params)
{
    auto filled = caps.stated;
    filled.capacity = number_from(caps.capacity, params);
    filled.pin_length.min = number_from(caps.pin_min, params);
    filled.pin_length.max = number_from(caps.pin_max, params);
    filled.slot_first = number_from(caps.slot_first, params);
    if (const auto shows = caps.shows_secret.text(params)) filled.readback_shows_secret = *shows == "true";
    filled.readback_s = static_cast<std::uint32_t>(limits.readback_s);
    filled.op_timeout_ms = static_cast<std::uint32_t>(limits.op_timeout_ms);
    filled.min_gap_ms = static_cast<std::uint32_t>(limits.min_gap_ms);
    return filled;
}

} // namespace gatehouse::profile
