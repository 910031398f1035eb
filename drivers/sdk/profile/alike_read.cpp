// JSON that a profile has as a text, so that it can be compared with what another has as an object.

#include "sdk/profile/alike.hpp"

#include <boost/json/parse.hpp>

namespace gatehouse::profile {

namespace {

/// With quotes around each placeholder that has none: `{"slot": ${slot}}` is JSON only once it is filled in.
std::string quoted_where_needed(std::string_view source)
{
    std::string quoted;
    bool in_text = false;
    while (!source.empty()) {
        std::size_t taken = 1;
        if (source.starts_with("${") && source.find('}') != std::string_view::npos) {
            taken = source.find('}') + 1;
            const auto* mark = in_text ? "" : "\"";
            quoted += mark + std::string{source.substr(0, taken)} + mark;
        } else {
            if (in_text && source[0] == '\\' && source.size() > 1) taken = 2;
            if (source[0] == '"') in_text = !in_text;
            quoted += source.substr(0, taken);
        }
        source.remove_prefix(taken);
    }
    return quoted;
}

Body body_of(const boost::json::value& value)
{
    if (const auto* text = value.if_string())
        if (auto parsed = Template::parse({text->data(), text->size()})) return {std::move(*parsed)};
    if (const auto* object = value.if_object()) {
        Body::Members members;
        for (const auto& [name, member] : *object) members.push_back({std::string{name}, body_of(member)});
        return {std::move(members)};
    }
    if (const auto* array = value.if_array()) {
        std::vector<Body> list;
        for (const auto& item : *array) list.push_back(body_of(item));
        return {std::move(list)};
    }
    return {value};
}

} // namespace

std::optional<Body> body_in(const Template& text)
{
    boost::system::error_code error;
    const auto value = boost::json::parse(quoted_where_needed(text.source()), error);
    if (error || !value.is_object()) return std::nullopt;
    return body_of(value);
}

} // namespace gatehouse::profile
