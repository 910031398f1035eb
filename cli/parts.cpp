#include "parts.hpp"

#include <algorithm>

namespace gatehouse::cli {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view member)
{
    const auto* value = object.if_contains(member);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

/// Objects of a list; none when it is missing.
std::vector<json::object> list(const json::object& object, std::string_view member)
{
    std::vector<json::object> found;
    const auto* value = object.if_contains(member);
    if (value == nullptr || !value->is_array()) return found;
    for (const auto& item : value->get_array())
        if (item.is_object()) found.push_back(item.get_object());
    return found;
}

std::string padded(std::string word, std::size_t width)
{
    word.resize(std::max(word.size() + 1, width), ' ');
    return word;
}

json::object part(const json::object& object, std::string_view member)
{
    const auto* value = object.if_contains(member);
    return value != nullptr && value->is_object() ? value->get_object() : json::object{};
}

/// What an error answer carries along.
json::object data_of(const Answer& answer)
{
    return part(part(answer.body, "error"), "data");
}

bool wants_word(const Answer& answer)
{
    const auto type = answer.error("type");
    return type == "confirmation_required" || type == "confirmation_outdated";
}

Exit complain(const Answer& answer, std::ostream& complaints)
{
    const auto message = answer.error("message");
    complaints << "gatehouse: " << (message.empty() ? "the gateway answered " + std::to_string(answer.status) : message) << "\n";
    return exit_failure;
}

} // namespace gatehouse::cli
