// How many slots a table that is read slot by slot may have, and what may count as a free one.

#include "sdk/profile/mqtt_judged.hpp"

#include <algorithm>

namespace gatehouse::profile {

namespace {

constexpr std::int64_t last_slot = 1'000'000;

std::string from_to(std::int64_t least)
{
    return "from " + std::to_string(least) + " to " + std::to_string(last_slot);
}

class Slots : public Judged {
public:
    using Judged::Judged;

    void count()
    {
        const auto& caps = profile_.caps;
        if (caps.capacity.source().empty()) return at("caps", "capacity", "is needed to read every slot");
        const auto most = highest("capacity", caps.capacity, 1);
        const auto first = caps.slot_first.source().empty() ? std::optional<std::int64_t>{0} : highest("slot_first", caps.slot_first, 0);
        if (most && first && *first + *most > last_slot + 1)
            at("caps", "capacity", "`slot_first` and `capacity` reach beyond slot " + std::to_string(last_slot));
    }

    void words()
    {
        const auto state = profile_.one->map.find("state");
        if (state == profile_.one->map.end()) return;
        const auto& known = state->second.words;
        if (std::count_if(known.begin(), known.end(), [](const auto& word) { return word.second == "free"; }) > 1)
            at("ops", "one", "`state` has more than one word for `free`: what stands for anything else would pass for an empty slot");
    }

private:
    /// The most that it can be; nothing where it can be what no table has, which is told.
    std::optional<std::int64_t> highest(const char* key, const Template& number, std::int64_t least)
    {
        const auto told = [this, key](std::string text) {
            at("caps", key, std::move(text));
            return std::nullopt;
        };
        const auto fits = [least](std::int64_t value) { return value >= least && value <= last_slot; };
        if (const auto constant = number.constant()) {
            const auto value = parse_integer(*constant).value_or(-1);
            if (!fits(value)) return told("must be a number " + from_to(least));
            return value;
        }
        const auto& named = *number.placeholders()[0];
        const auto param = profile_.params.find(named.name);
        const auto name = "the parameter `" + named.name + "`";
        if (named.encoder != Encoder::plain && named.encoder != Encoder::integer) return told("takes no encoder but `int`");
        if (param == profile_.params.end() || param->second.type != ParamType::integer) return told(name + " must be an `int`");
        if (!fits(param->second.min)) return told("`min` of " + name + " must be " + from_to(least));
        if (!fits(param->second.max)) return told("`max` of " + name + " must be " + from_to(least));
        return param->second.max;
    }
};

std::optional<std::int64_t> whole_number_of(const Template& number, const Fields& params)
{
    const auto filled = number.text(params);
    return filled ? parse_integer(*filled) : std::nullopt;
}

} // namespace

void check_slots(Cursor& top, const MqttProfile& profile)
{
    if (!profile.one) return;
    Slots slots{top, profile};
    slots.count();
    slots.words();
}

std::string beyond_its_slots(const MqttProfile& profile, const Fields& params)
{
    if (!profile.one) return {};
    const auto count = whole_number_of(profile.caps.capacity, params);
    if (!count) return "`capacity` is no whole number";
    if (*count < 1 || *count > last_slot)
        return "a table of " + std::to_string(*count) + " slots: it must have 1 to " + std::to_string(last_slot);
    const bool given = !profile.caps.slot_first.source().empty();
    const auto first = given ? whole_number_of(profile.caps.slot_first, params) : std::optional<std::int64_t>{0};
    if (!first || *first < 0) return "`slot_first` is no whole number from 0 on";
    if (*first > last_slot || *first + *count > last_slot + 1)
        return "slots from " + std::to_string(*first) + " on: the last one may be " + std::to_string(last_slot);
    return {};
}

} // namespace gatehouse::profile
