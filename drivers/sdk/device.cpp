#include "sdk/device.hpp"

namespace gatehouse::sdk {

namespace {

template <class T>
std::optional<T> value_of(const Settings& settings, const std::string& name)
{
    const auto found = settings.find(name);
    if (found == settings.end()) return std::nullopt;
    const auto* value = std::get_if<T>(&found->second);
    return value ? std::optional<T>{*value} : std::nullopt;
}

} // namespace

std::optional<std::string> text_of(const Settings& settings, const std::string& name)
{
    return value_of<std::string>(settings, name);
}

std::optional<std::int64_t> number_of(const Settings& settings, const std::string& name)
{
    return value_of<std::int64_t>(settings, name);
}

std::vector<std::string> list_of(const Settings& settings, const std::string& name)
{
    return value_of<std::vector<std::string>>(settings, name).value_or(std::vector<std::string>{});
}

bool flag_of(const Settings& settings, const std::string& name)
{
    return value_of<bool>(settings, name).value_or(false);
}

} // namespace gatehouse::sdk
