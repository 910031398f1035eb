#include "http/api/rules.hpp"

#include <algorithm>

namespace gatehouse::http::api {

namespace {

std::string joined_names(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace

void check_rules(const Route& route, const std::vector<Value>& values, Issues& issues)
{
    const auto given = [&route, &values](const std::string& name) {
        const auto position = route.parameters.find(name);
        return position && values[*position].given();
    };
    for (const auto& [form, names] : route.rules) {
        const auto count = std::ranges::count_if(names, given);
        switch (form) {
        case Rule::Form::exactly_one:
            if (count != 1) issues.add(names, "Exactly one of " + joined_names(names) + " is required");
            break;
        case Rule::Form::at_least_one:
            if (count == 0) issues.add(names, "At least one of " + joined_names(names) + " is required");
            break;
        case Rule::Form::at_most_one:
            if (count > 1) issues.add(names, "At most one of " + joined_names(names) + " may be given");
            break;
        case Rule::Form::needs:
            if (given(names[0]) && !given(names[1])) issues.add(names, names[0] + " needs " + names[1]);
            break;
        }
    }
}

} // namespace gatehouse::http::api
