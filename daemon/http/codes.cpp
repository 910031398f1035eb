#include "http/codes.hpp"

#include <algorithm>

namespace gatehouse::http {

namespace {

constexpr std::int64_t usual_length = 6;
constexpr int attempts = 1'000;

/// 0000, 1234, 9876: each digit is as far from the one before as all the others.
bool is_trivial(std::string_view code)
{
    if (code.size() < 2) return true;
    const int step = code[1] - code[0];
    if (step < -1 || step > 1) return false;
    for (std::size_t i = 2; i < code.size(); ++i)
        if (code[i] - code[i - 1] != step) return false;
    return true;
}

/// The length that suits the devices of the doors, as far as they are known.
std::int64_t length_for(const Context& context, const std::vector<model::DoorId>& doors)
{
    auto length = std::max(usual_length, static_cast<std::int64_t>(context.services.pins.min_length));
    for (const auto& id : doors) {
        const auto* status = context.services.fleet.status(context.services.directory.door(id)->row.device);
        if (status == nullptr || !status->capabilities.takes_pin) continue;
        if (status->capabilities.pin_max > 0) length = std::min(length, status->capabilities.pin_max);
        length = std::max(length, status->capabilities.pin_min);
    }
    return length;
}

} // namespace

base::Result<void> check_code(std::string_view parameter, std::string_view code, const PinRules& rules)
{
    if (code.size() < rules.min_length) return api::misfit(parameter, "Needs at least " + std::to_string(rules.min_length) + " digits");
    if (rules.refuse_trivial && is_trivial(code)) return api::misfit(parameter, "Easily guessed digits");
    return {};
}

std::optional<std::string> pick_code(const Context& context, const std::vector<model::DoorId>& doors)
{
    const auto length = length_for(context, doors);
    for (int attempt = 0; attempt < attempts; ++attempt) {
        std::string code;
        while (static_cast<std::int64_t>(code.size()) < length) code.push_back(static_cast<char>('0' + context.services.random.pick(10)));
        const auto taken = [&context, &code](const model::DoorId& id) { return context.services.directory.door(id)->pins.contains(code); };
        if (!is_trivial(code) && std::none_of(doors.begin(), doors.end(), taken)) return code;
    }
    return std::nullopt;
}

} // namespace gatehouse::http
