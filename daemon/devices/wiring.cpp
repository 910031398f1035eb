#include "devices/wiring.hpp"

#include "devices/wire.hpp"

#include <algorithm>

namespace gatehouse::devices {

namespace json = boost::json;

namespace {

constexpr std::int64_t usual_s = 5, longest_s = 600;

json::object object_of(std::string_view wiring)
{
    boost::system::error_code error;
    auto value = json::parse(json::string_view{wiring.data(), wiring.size()}, error);
    return !error && value.is_object() ? std::move(value).as_object() : json::object{};
}

} // namespace

base::milliseconds unlock_for(std::string_view wiring)
{
    const auto told = number_of(object_of(wiring), "unlock_for_s");
    return base::seconds{std::clamp<std::int64_t>(told.value_or(usual_s), 1, longest_s)};
}

std::vector<std::string> readers(std::string_view wiring)
{
    std::vector<std::string> keys;
    const auto object = object_of(wiring);
    if (const auto* listed = object.if_contains("readers"); listed != nullptr && listed->is_array())
        for (const auto& key : listed->get_array())
            if (key.is_string()) keys.emplace_back(key.get_string());
    return keys;
}

} // namespace gatehouse::devices
