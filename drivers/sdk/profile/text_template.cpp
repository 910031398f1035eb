#include "sdk/profile/text_template.hpp"

namespace gatehouse::profile {

namespace {

bool is_name(std::string_view text)
{
    if (text.empty() || !(text[0] >= 'a' && text[0] <= 'z')) return false;
    for (const char c : text)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    return true;
}

Outcome<Placeholder> parse_placeholder(std::string_view inside)
{
    Placeholder placeholder;
    if (const auto bar = inside.find('|'); bar != std::string_view::npos) {
        const auto fallback = inside.substr(bar + 1);
        if (fallback.size() < 2 || fallback.front() != '\'' || fallback.back() != '\'')
            return because("the default after | must stand in single quotes");
        placeholder.fallback = std::string{fallback.substr(1, fallback.size() - 2)};
        inside = inside.substr(0, bar);
    }
    if (const auto colon = inside.find(':'); colon != std::string_view::npos) {
        const auto encoder = encoder_named(inside.substr(colon + 1));
        if (!encoder) return because("there is no encoder `" + std::string{inside.substr(colon + 1)} + "`");
        placeholder.encoder = *encoder;
        inside = inside.substr(0, colon);
    }
    if (!is_name(inside)) return because("`" + std::string{inside} + "` is not a name");
    placeholder.name = std::string{inside};
    return placeholder;
}

Outcome<boost::json::value> expand(const Placeholder& placeholder, const Fields& fields)
{
    const auto found = fields.find(placeholder.name);
    const bool given = found != fields.end() && !std::holds_alternative<std::monostate>(found->second);
    if (!given && placeholder.fallback) return boost::json::value(*placeholder.fallback);
    if (!given) return because(placeholder.name + ": not given");
    auto value = encode(placeholder.encoder, found->second);
    if (!value) return because(placeholder.name + ": " + value.error().text);
    return value;
}

std::string pointer_escaped(const std::string& text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '~')
            escaped += "~0";
        else if (c == '/')
            escaped += "~1";
        else
            escaped += c;
    }
    return escaped;
}

} // namespace

Outcome<Template> Template::parse(std::string_view text)
{
    Template parsed;
    parsed.source_ = std::string{text};
    while (!text.empty()) {
        const auto open = text.find("${");
        if (open != 0) parsed.parts_.emplace_back(std::string{text.substr(0, open)});
        if (open == std::string_view::npos) break;
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) return because("`${` without `}`");
        auto placeholder = parse_placeholder(text.substr(open + 2, close - open - 2));
        if (!placeholder) return placeholder.error();
        parsed.parts_.emplace_back(std::move(*placeholder));
        text.remove_prefix(close + 1);
    }
    return parsed;
}

template <class Escape>
Outcome<std::string> Template::fill(const Fields& fields, Escape escape) const
{
    std::string filled;
    for (const auto& part : parts_) {
        if (const auto* literal = std::get_if<std::string>(&part)) {
            filled += *literal;
            continue;
        }
        const auto value = expand(std::get<Placeholder>(part), fields);
        if (!value) return value.error();
        filled += escape(scalar_text(*value).value_or(""));
    }
    return filled;
}

Outcome<std::string> Template::text(const Fields& fields) const
{
    return fill(fields, [](const std::string& text) { return text; });
}

Outcome<std::string> Template::pointer(const Fields& fields) const
{
    return fill(fields, pointer_escaped);
}

Outcome<boost::json::value> Template::json(const Fields& fields) const
{
    if (parts_.size() == 1)
        if (const auto* placeholder = std::get_if<Placeholder>(&parts_[0])) return expand(*placeholder, fields);
    auto filled = text(fields);
    if (!filled) return filled.error();
    return boost::json::value(*filled);
}

std::optional<std::string_view> Template::constant() const
{
    if (parts_.empty()) return std::string_view{};
    const auto* literal = std::get_if<std::string>(&parts_[0]);
    if (parts_.size() != 1 || !literal) return std::nullopt;
    return std::string_view{*literal};
}

std::vector<const Placeholder*> Template::placeholders() const
{
    std::vector<const Placeholder*> found;
    for (const auto& part : parts_)
        if (const auto* placeholder = std::get_if<Placeholder>(&part)) found.push_back(placeholder);
    return found;
}

} // namespace gatehouse::profile
