#include "devices/wiring.hpp"

#include "devices/wire.hpp"

#include <algorithm>

namespace gatehouse::devices {

namespace json = boost::json;

namespace {

constexpr std::int64_t usual_s = 5, longest_s = 600;

} // namespace

base::milliseconds unlock_for(std::string_view wiring)
{
    boost::system::error_code error;
    const auto value = json::parse(json::string_view{wiring.data(), wiring.size()}, error);
    const auto told = !error && value.is_object() ? number_of(value.get_object(), "unlock_for_s") : std::nullopt;
    return base::seconds{std::clamp<std::int64_t>(told.value_or(usual_s), 1, longest_s)};
}

} // namespace gatehouse::devices
