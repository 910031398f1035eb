#include "sdk/profile/body.hpp"

namespace gatehouse::profile {

namespace {

constexpr int deepest = 8;

std::optional<Body> read_scalar(const Cursor& at, const Scope& scope)
{
    const auto& text = at.node().Scalar();
    if (!at.quoted()) {
        if (text == "true" || text == "false") return Body{boost::json::value(text == "true")};
        if (const auto number = parse_integer(text)) return Body{boost::json::value(*number)};
        double fraction = 0;
        if (YAML::convert<double>::decode(at.node(), fraction)) return Body{boost::json::value(fraction)};
    }
    if (auto parsed = read_template(at, scope)) return Body{std::move(*parsed)};
    return std::nullopt;
}

void collect(const Body& body, std::vector<const Placeholder*>& into)
{
    if (const auto* text = std::get_if<Template>(&body.node))
        for (const auto* placeholder : text->placeholders()) into.push_back(placeholder);
    if (const auto* members = std::get_if<Body::Members>(&body.node))
        for (const auto& [name, member] : *members) collect(member, into);
    if (const auto* list = std::get_if<std::vector<Body>>(&body.node))
        for (const auto& item : *list) collect(item, into);
}

} // namespace

std::optional<Body> read_body(const Cursor& at, const Scope& scope, int depth)
{
    if (depth > deepest) {
        at.problem("nested too deep");
        return std::nullopt;
    }
    if (at.node().IsNull()) return Body{boost::json::value(nullptr)};
    if (at.is_scalar()) return read_scalar(at, scope);
    if (at.is_map()) {
        Body::Members members;
        for (const auto& [name, entry] : at.entries())
            if (auto member = read_body(entry, scope, depth + 1)) members.push_back({name, std::move(*member)});
        return Body{std::move(members)};
    }
    std::vector<Body> list;
    for (const auto& item : at.items())
        if (auto member = read_body(item, scope, depth + 1)) list.push_back(std::move(*member));
    return Body{std::move(list)};
}

Outcome<boost::json::value> fill(const Body& body, const Fields& fields)
{
    if (const auto* constant = std::get_if<boost::json::value>(&body.node)) return *constant;
    if (const auto* text = std::get_if<Template>(&body.node)) return text->json(fields);
    if (const auto* members = std::get_if<Body::Members>(&body.node)) {
        boost::json::object object;
        for (const auto& [name, member] : *members) {
            auto value = fill(member, fields);
            if (!value) return value.error();
            object.emplace(name, std::move(*value));
        }
        return boost::json::value(std::move(object));
    }
    boost::json::array array;
    for (const auto& item : std::get<std::vector<Body>>(body.node)) {
        auto value = fill(item, fields);
        if (!value) return value.error();
        array.push_back(std::move(*value));
    }
    return boost::json::value(std::move(array));
}

std::vector<const Placeholder*> placeholders(const Body& body)
{
    std::vector<const Placeholder*> found;
    collect(body, found);
    return found;
}

} // namespace gatehouse::profile
