#include "sdk/profile/scope.hpp"

namespace gatehouse::profile {

namespace {

void check_name(const Cursor& at, const Placeholder& placeholder, const Scope& scope)
{
    const auto& name = placeholder.name;
    const auto param = scope.params->find(name);
    const bool is_param = param != scope.params->end();
    if (scope.public_only && (is_param ? param->second.secret : is_secret_field(name)))
        return at.problem("`" + name + "` is a secret and must not stand " + (scope.in_topic ? "in a topic" : "where others read it"));
    if (!is_param && !scope.fields.contains(name) && !is_secret_field(name))
        return at.problem("there is no parameter `" + name + "`, and no field of that name here");
    if (!is_param && !scope.fields.contains(name)) return at.problem("there is no field `" + name + "` here");
    const bool fits_a_topic = is_param ? param->second.type != ParamType::text : name == "slot" || name == "corr";
    if (scope.in_topic && !fits_a_topic)
        at.problem("`" + name + "` is any text and must not stand in a topic: make it a `topic` or `topic_level`");
}

bool is_pointer(std::string_view text)
{
    if (text.empty()) return true;
    if (text.front() != '/') return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
    return true;
}

} // namespace

bool is_secret_field(std::string_view name)
{
    return name == "key" || name == "pin";
}

std::optional<Template> read_template(const Cursor& at, const Scope& scope)
{
    const auto text = at.text();
    if (!text) return std::nullopt;
    auto parsed = Template::parse(*text);
    if (!parsed) {
        at.problem(parsed.error().text);
        return std::nullopt;
    }
    for (const auto* placeholder : parsed->placeholders()) check_name(at, *placeholder, scope);
    return std::move(*parsed);
}

std::optional<Template> read_shown(const Cursor& at, Scope scope)
{
    scope.public_only = true;
    return read_template(at, scope);
}

std::optional<Template> read_topic(const Cursor& at, Scope scope)
{
    scope.public_only = scope.in_topic = true;
    auto topic = read_template(at, scope);
    if (!topic) return std::nullopt;
    if (topic->source().empty()) at.problem("a topic must not be empty");
    if (topic->source().find_first_of("+#") != std::string::npos) at.problem("a topic must not hold a wildcard (+ or #)");
    if (topic->source().starts_with("$") && !topic->source().starts_with("${"))
        at.problem("topics that start with `$` belong to the broker");
    return topic;
}

std::optional<Template> read_pointer(const Cursor& at, const Scope& scope)
{
    auto pointer = read_template(at, scope);
    if (pointer && !is_pointer(pointer->source()))
        at.problem("not a JSON pointer (RFC 6901): it starts with `/`, and `~` stands only in `~0` and `~1`");
    return pointer;
}

} // namespace gatehouse::profile
