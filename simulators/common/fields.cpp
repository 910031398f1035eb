#include "common/fields.hpp"

#include <algorithm>
#include <cmath>

namespace gatehouse::simulators::common {

namespace json = boost::json;

std::string Fields::text(std::string_view name, std::size_t longest)
{
    auto found = optional_text(name, longest);
    if (!found) refuse(name, "is missing");
    return found.value_or("");
}

std::optional<std::string> Fields::optional_text(std::string_view name, std::size_t longest)
{
    const auto* value = take(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string() || value->get_string().empty() || value->get_string().size() > longest) {
        refuse(name, "needs text of 1 to " + std::to_string(longest) + " characters");
        return "";
    }
    return std::string{std::string_view{value->get_string()}};
}

bool Fields::flag(std::string_view name)
{
    const auto* value = take(name);
    if (value == nullptr || !value->is_bool()) {
        refuse(name, "needs true or false");
        return false;
    }
    return value->get_bool();
}

std::optional<bool> Fields::optional_flag(std::string_view name)
{
    if (!request_.contains({name.data(), name.size()})) {
        take(name);
        return std::nullopt;
    }
    return flag(name);
}

std::optional<double> Fields::optional_number(std::string_view name, double least, double most)
{
    const auto* value = take(name);
    if (value == nullptr) return std::nullopt;
    const auto number = value->is_number() ? value->to_number<double>() : least - 1;
    if (number >= least && number <= most) return number;
    refuse(name, "needs a number from " + std::to_string(std::llround(least)) + " to " + std::to_string(std::llround(most)));
    return std::nullopt;
}

std::string Fields::one_of(std::string_view name, std::initializer_list<std::string_view> words)
{
    const auto* value = take(name);
    auto word = value != nullptr && value->is_string() ? std::string{std::string_view{value->get_string()}} : std::string{};
    if (std::find(words.begin(), words.end(), word) != words.end()) return word;
    std::string choices;
    for (const auto known : words) choices += (choices.empty() ? "" : ", ") + std::string{known};
    refuse(name, "needs one of " + choices);
    return "";
}

json::object Fields::optional_object(std::string_view name)
{
    const auto* value = take(name);
    if (value == nullptr) return {};
    if (value->is_object()) return value->get_object();
    refuse(name, "needs an object");
    return {};
}

json::value Fields::any(std::string_view name)
{
    const auto* value = take(name);
    return value == nullptr ? json::value(nullptr) : *value;
}

bool Fields::complete()
{
    for (const auto& member : request_) {
        const std::string_view name{member.key().data(), member.key().size()};
        if (taken_.find('\n' + std::string{name} + '\n') == std::string::npos) refuse(name.substr(0, 40), "is not known here");
    }
    return error_.empty();
}

const json::value* Fields::take(std::string_view name)
{
    taken_ += std::string{name} + '\n';
    return request_.if_contains(name);
}

void Fields::refuse(std::string_view name, std::string_view why)
{
    if (error_.empty()) error_ = std::string{name} + ": " + std::string{why};
}

} // namespace gatehouse::simulators::common
