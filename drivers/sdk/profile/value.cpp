#include "sdk/profile/value.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace gatehouse::profile {

namespace {

std::optional<std::string> double_text(double number)
{
    if (!std::isfinite(number) || std::abs(number) > static_cast<double>(largest_exact_number)) return std::nullopt;
    if (number == std::floor(number)) return std::to_string(static_cast<std::int64_t>(number));
    std::array<char, 64> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return std::string{buffer.data(), end};
}

} // namespace

std::optional<std::string> scalar_text(const boost::json::value& value)
{
    switch (value.kind()) {
    case boost::json::kind::string:
        return std::string{value.get_string()};
    case boost::json::kind::bool_:
        return value.get_bool() ? "true" : "false";
    case boost::json::kind::int64:
        return std::to_string(value.get_int64());
    case boost::json::kind::uint64:
        return std::to_string(value.get_uint64());
    case boost::json::kind::double_:
        return double_text(value.get_double());
    default:
        return std::nullopt;
    }
}

std::optional<std::string> value_text(const Value& value)
{
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return std::nullopt;
}

} // namespace gatehouse::profile
