#include "talk/entries.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace gatehouse::mqtt {

namespace {

using sdk::Verdict;

constexpr std::int64_t unknown_slot = 65'535;

bool is_lower_hex(std::string_view text)
{
    return profile::is_hex_text(text) && std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

bool takes(const sdk::Capabilities& caps, sdk::KeyKind kind)
{
    const auto has = [&caps](sdk::CredentialKind one) {
        return std::find(caps.credential_kinds.begin(), caps.credential_kinds.end(), one) != caps.credential_kinds.end();
    };
    switch (kind) {
    case sdk::KeyKind::card_uid_hex:
        return has(sdk::CredentialKind::card_uid_hex);
    case sdk::KeyKind::card_number:
        return has(sdk::CredentialKind::card_number);
    default:
        return has(sdk::CredentialKind::pin);
    }
}

Verdict judge_key(const sdk::Capabilities& caps, const sdk::Entry& entry)
{
    if (caps.key_limit > 0 && entry.key.size() > caps.key_limit)
        return Verdict::refused("key_too_long", "the device keeps " + std::to_string(caps.key_limit) + " characters");
    const bool pin = entry.key_kind == sdk::KeyKind::pin;
    if (pin && caps.pin_length.max > 0 && (entry.key.size() < caps.pin_length.min || entry.key.size() > caps.pin_length.max))
        return Verdict::refused("bad_key", "the device takes codes of " + std::to_string(caps.pin_length.min) + " to " +
                                               std::to_string(caps.pin_length.max) + " digits");
    const bool good = entry.key_kind == sdk::KeyKind::card_uid_hex ? is_lower_hex(entry.key) : profile::is_dec_text(entry.key);
    return good ? Verdict::acknowledged() : Verdict::refused("bad_key", "not what its kind says");
}

/// What the device counts as the end lies so much before ours, which is exclusive.
std::int64_t last_second_of(const TableRules& rules)
{
    return rules.profile.caps.end_inclusive ? 1 : 0;
}

Verdict judge_put(const TableRules& rules, const sdk::Entry& entry)
{
    const auto& caps = rules.caps;
    if (!takes(caps, entry.key_kind)) return Verdict::refused("key_kind", "the device takes no such credential");
    if (caps.slot_based && !entry.slot) return Verdict::refused("not_expressible", "no slot is named");
    const auto end = std::uint64_t{caps.slot_first} + caps.capacity;
    const bool outside = entry.slot && (*entry.slot < caps.slot_first || (caps.capacity > 0 && *entry.slot >= end));
    if (caps.slot_based && outside) return Verdict::refused("not_expressible", "the slot is none of the device's");
    if (auto verdict = judge_key(caps, entry); !verdict.ok()) return verdict;
    if (entry.pin && !(rules.profile.put && profile::uses(rules.profile.put->send, "pin")))
        return Verdict::refused("not_expressible", "the device asks for no code behind the card");
    const std::set<std::uint8_t> wanted{entry.doors.begin(), entry.doors.end()};
    const std::set<std::uint8_t> served{rules.doors.begin(), rules.doors.end()};
    const bool fits = caps.door_grouping == sdk::DoorGrouping::all
                          ? wanted == served
                          : std::includes(served.begin(), served.end(), wanted.begin(), wanted.end());
    if (wanted.empty() || !fits) return Verdict::refused("doors", "an entry of this device cannot open just these doors");
    if (caps.max_epoch > 0 && (entry.until.value_or(0) > caps.max_epoch || entry.from.value_or(0) > caps.max_epoch))
        return Verdict::refused("until_out_of_range", "later than the device can count");
    if (entry.until && *entry.until < last_second_of(rules))
        return Verdict::refused("until_out_of_range", "an entry that ends before 1970 opens nothing");
    if (caps.supports_validity == sdk::Validity::none && (entry.from || entry.until))
        return Verdict::refused("not_expressible", "the device knows no validity");
    return Verdict::acknowledged();
}

struct Part {
    profile::Value value;
    bool readable = true;
};

Part read_part(const profile::EntryMap& map, const char* name, const profile::Message& message, const profile::Fields& fields)
{
    const auto found = map.find(name);
    if (found == map.end()) return {};
    auto value = profile::extract(found->second, message, fields);
    return value ? Part{std::move(*value)} : Part{.readable = false};
}

std::string text_part(const Part& part, std::size_t most)
{
    auto text = profile::value_text(part.value).value_or("");
    return text.size() <= most ? text : std::string{}; // a mark of ours is never longer, and a longer one must not pass for ours
}

/// A key comes back as text alone: digits that are no card uid (odd or short) can only be a PIN.
sdk::KeyKind kind_of(const sdk::Capabilities& caps, const std::string& key)
{
    const bool could_be_uid = key.size() % 2 == 0 && key.size() >= 8;
    if (takes(caps, sdk::KeyKind::pin) && profile::is_dec_text(key) && (!could_be_uid || !takes(caps, sdk::KeyKind::card_uid_hex)))
        return sdk::KeyKind::pin;
    return takes(caps, sdk::KeyKind::card_uid_hex) ? sdk::KeyKind::card_uid_hex : sdk::KeyKind::card_number;
}

} // namespace

std::string without_secrets(std::string text, std::size_t most)
{
    constexpr std::ptrdiff_t shortest_code = 4;
    const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    for (auto at = text.begin(); at != text.end();) {
        const auto begin = std::find_if(at, text.end(), is_hex);
        at = std::find_if_not(begin, text.end(), is_hex);
        if (at - begin >= shortest_code && std::any_of(begin, at, [](unsigned char c) { return std::isdigit(c) != 0; }))
            std::fill(begin, at, '*');
    }
    return text.substr(0, most);
}

profile::Fields entry_fields(const TableRules& rules, const sdk::Entry& entry)
{
    auto fields = rules.params;
    const auto max_epoch = rules.caps.max_epoch;
    fields["key"] = entry.key;
    fields["label"] = entry.label;
    fields["tag"] = entry.tag;
    fields["from"] = entry.from.value_or(0);
    if (entry.until)
        fields["until"] = *entry.until - last_second_of(rules);
    else if (max_epoch > 0)
        fields["until"] = max_epoch;
    if (entry.pin)
        fields["pin"] = *entry.pin;
    else if (rules.caps.slot_based && entry.key_kind == sdk::KeyKind::pin)
        fields["pin"] = entry.key; // in a slot a code is no key: it is what stands there
    if (entry.slot) fields["slot"] = static_cast<std::int64_t>(*entry.slot);
    return fields;
}

sdk::Verdict judge_step(const TableRules& rules, const sdk::Step& step)
{
    const auto& caps = rules.caps;
    if (!(step.op == sdk::Op::put ? rules.profile.put : rules.profile.erase)) return Verdict::unsupported();
    if (step.op == sdk::Op::put) return judge_put(rules, step.entry);
    if (!caps.slot_based) return judge_key(caps, step.entry);
    return step.entry.slot ? Verdict::acknowledged() : Verdict::refused("not_expressible", "no slot is named");
}

std::optional<sdk::Entry> read_entry(const TableRules& rules, const profile::EntryMap& map, const profile::Message& message)
{
    const auto& caps = rules.caps;
    const auto key = read_part(map, "key", message, rules.params);
    sdk::Entry entry{.key = profile::value_text(key.value).value_or("")};
    if (!key.readable || entry.key.empty() || entry.key.size() > 64 || !is_lower_hex(entry.key)) return std::nullopt;
    entry.key_kind = kind_of(caps, entry.key);
    entry.tag = text_part(read_part(map, "tag", message, rules.params), 32);
    entry.label = text_part(read_part(map, "label", message, rules.params), 63);

    const auto state = read_part(map, "state", message, rules.params);
    entry.state = sdk::from_word<sdk::EntryState>(profile::value_text(state.value).value_or("")).value_or(sdk::EntryState::unknown);
    const auto from = read_part(map, "from", message, rules.params);
    const auto until = read_part(map, "until", message, rules.params);
    if (const auto* second = std::get_if<std::int64_t>(&from.value); second && *second > 0) entry.from = *second;
    const auto* end = std::get_if<std::int64_t>(&until.value);
    if (end && *end >= 0 && (caps.max_epoch == 0 || *end < caps.max_epoch)) entry.until = *end + last_second_of(rules);
    const bool odd_end = map.contains("until") && (!end || *end < 0 || (caps.max_epoch > 0 && *end > caps.max_epoch));
    if (!from.readable || odd_end) entry.state = sdk::EntryState::unknown;
    if (caps.door_grouping == sdk::DoorGrouping::all) entry.doors = rules.doors;
    return entry;
}

std::optional<SlotSeen> read_slot(const TableRules& rules, const profile::EntryMap& map, const profile::Message& message,
                                  std::uint32_t slot)
{
    auto fields = rules.params;
    fields["slot"] = static_cast<std::int64_t>(slot);
    const auto state = read_part(map, "state", message, fields);
    const auto word = profile::value_text(state.value);
    if (!word) return std::nullopt;
    SlotSeen seen{.free = *word == "free"};
    if (seen.free) return seen; // what else stands there is what was there before
    seen.entry = {.key_kind = sdk::KeyKind::pin, .slot = slot, .doors = rules.doors};
    seen.entry.state = sdk::from_word<sdk::EntryState>(*word).value_or(sdk::EntryState::unknown);
    const auto pin = map.find("pin");
    if (pin == map.end() || (pin->second.only_when && *pin->second.only_when != *word)) return seen;
    const auto code = profile::value_text(read_part(map, "pin", message, fields).value).value_or("");
    if (profile::is_dec_text(code) && code.size() <= 64) seen.entry.key = code;
    return seen;
}

sdk::DeviceEvent read_event(const TableRules& rules, const profile::EventRule& rule, const profile::Message& message)
{
    sdk::DeviceEvent event;
    const auto part = [&rules, &message](const std::optional<profile::Extraction>& extraction) {
        if (!extraction) return profile::Value{};
        auto value = profile::extract(*extraction, message, rules.params);
        return value ? std::move(*value) : profile::Value{};
    };
    const auto* word = std::get_if<std::string>(&rule.kind);
    const auto kind = word ? profile::Value{*word} : part(std::get<profile::Extraction>(rule.kind));
    event.kind = sdk::from_word<sdk::EventKind>(profile::value_text(kind).value_or("")).value_or(sdk::EventKind::other);
    const auto time = part(rule.time);
    if (const auto* second = std::get_if<std::int64_t>(&time)) event.time = *second;
    const auto key = profile::value_text(part(rule.key)).value_or("");
    if (key.size() <= 64 && is_lower_hex(key)) {
        event.key = key;
        event.key_kind = kind_of(rules.caps, key);
    }
    const auto slot = part(rule.slot); // 65535 and the like: the lock does not know whose it was
    const auto* number = std::get_if<std::int64_t>(&slot);
    if (number != nullptr && *number >= 0 && *number < unknown_slot) event.slot = static_cast<std::uint32_t>(*number);
    event.detail = without_secrets(profile::value_text(part(rule.source)).value_or(""), 64);
    if (rules.doors.size() == 1) event.door = rules.doors[0];
    return event;
}

} // namespace gatehouse::mqtt
