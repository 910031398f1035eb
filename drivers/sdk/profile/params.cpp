#include "sdk/profile/params.hpp"

#include "sdk/profile/outcome.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace gatehouse::profile {

namespace {

constexpr std::size_t longest_text = 200;
const std::vector<std::string_view> type_names{"int", "bool", "text", "topic", "topic_level", "ipv4"};

/// The next character of UTF-8 text, which is shortened by it; nothing where it is none.
std::optional<char32_t> take_character(std::string_view& text)
{
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t size = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
    if (size == 0 || text.size() < size) return std::nullopt;
    char32_t character = size == 1 ? first : first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const auto more = static_cast<unsigned char>(text[i]);
        if ((more & 0xC0U) != 0x80U) return std::nullopt;
        character = character << 6 | (more & 0x3FU);
    }
    constexpr char32_t first_of[] = {0, 0, 0x80, 0x800, 0x10000};
    if (character < first_of[size] || character > 0x10FFFF) return std::nullopt;
    text.remove_prefix(size);
    return character;
}

/// What a broker takes for text: it hangs up on anything else.
bool is_plain_text(std::string_view text)
{
    if (text.size() > longest_text) return false;
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character) return false;
        const bool control = *character < 0x20 || (*character >= 0x7F && *character < 0xA0);
        const bool none = (*character >= 0xD800 && *character < 0xE000) || (*character & 0xFFFEU) == 0xFFFEU ||
                          (*character >= 0xFDD0 && *character < 0xFDF0);
        if (control || none) return false;
    }
    return true;
}

Outcome<Value> as_text(const Param& param, std::string text)
{
    switch (param.type) {
    case ParamType::topic:
        if (!is_publish_topic(text)) return because("not a topic (no wildcard, no leading `$`, 1 to 200 bytes)");
        break;
    case ParamType::topic_level:
        if (!is_publish_topic(text) || text.find('/') != std::string::npos)
            return because("not one level of a topic (no `/`, no wildcard)");
        break;
    case ParamType::ipv4:
        if (!is_ipv4(text)) return because("not an IPv4 address such as 10.20.0.31");
        break;
    default:
        if (text.empty() || !is_plain_text(text)) return because("must be 1 to 200 bytes of text without control characters");
    }
    return Value{std::move(text)};
}

Outcome<Value> checked(const Param& param, const std::string& text)
{
    if (param.type == ParamType::truth) {
        if (text != "true" && text != "false") return because("must be true or false");
        return Value{text == "true"};
    }
    if (param.type != ParamType::integer) return as_text(param, text);
    const auto number = parse_integer(text);
    if (!number || *number < param.min || *number > param.max)
        return because("must be a whole number from " + std::to_string(param.min) + " to " + std::to_string(param.max));
    return Value{*number};
}

std::optional<std::string> setting_text(const sdk::Settings& given, const std::string& name)
{
    const auto found = given.find(name);
    if (found == given.end()) return std::nullopt;
    if (const auto* flag = std::get_if<bool>(&found->second)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&found->second)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&found->second)) return *text;
    return std::string{}; // a list is no scalar: no type accepts the empty text
}

std::optional<std::string> secret_text(const sdk::Secrets& secrets, const std::string& name)
{
    const auto found = secrets.find(name);
    return found == secrets.end() ? std::nullopt : std::optional<std::string>{found->second};
}

Param read_param(Cursor block)
{
    Param param;
    if (const auto type = block.need("type"))
        if (const auto chosen = type->choice(type_names)) param.type = static_cast<ParamType>(*chosen);
    param.min = -largest_exact_number;
    param.max = largest_exact_number;
    const auto bound = [&block, &param](const char* key, std::int64_t& into) {
        const auto given = block.child(key);
        if (!given) return;
        if (param.type != ParamType::integer)
            given->problem("only an int has bounds");
        else if (const auto number = given->integer(-largest_exact_number, largest_exact_number))
            into = *number;
    };
    bound("min", param.min);
    bound("max", param.max);
    if (param.min > param.max) block.problem("`min` lies above `max`");
    if (const auto secret = block.child("secret")) param.secret = secret->flag().value_or(false);
    if (const auto fallback = block.child("default"))
        if (const auto text = fallback->text()) {
            auto value = checked(param, *text);
            if (value)
                param.fallback = std::move(*value);
            else
                fallback->problem(value.error().text);
        }
    block.done();
    return param;
}

} // namespace

bool is_publish_topic(std::string_view text)
{
    return !text.empty() && is_plain_text(text) && text.front() != '$' && text.find_first_of("+#") == std::string_view::npos;
}

bool is_ipv4(std::string_view text)
{
    int parts = 0;
    while (true) {
        const auto dot = text.find('.');
        const auto part = text.substr(0, dot);
        if (part.empty() || part.size() > 3 || (part.size() > 1 && part.front() == '0')) return false;
        if (!std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
        if (*parse_integer(part) > 255) return false;
        ++parts;
        if (dot == std::string_view::npos) return parts == 4;
        text.remove_prefix(dot + 1);
    }
}

Params read_params(Cursor block)
{
    Params params;
    for (auto& [name, entry] : block.entries()) params.emplace(name, read_param(entry));
    return params;
}

Bound bind(const Params& params, const sdk::Settings& given, const sdk::Secrets& secrets)
{
    Bound bound;
    for (const auto& [name, param] : params) {
        const auto text = param.secret ? secret_text(secrets, name) : setting_text(given, name);
        if (!text && std::holds_alternative<std::monostate>(param.fallback)) bound.problems.push_back("params." + name + ": is missing");
        if (!text) {
            bound.fields[name] = param.fallback;
            continue;
        }
        auto fits = checked(param, *text);
        if (fits)
            bound.fields[name] = std::move(*fits);
        else
            bound.problems.push_back("params." + name + ": " + fits.error().text);
    }
    for (const auto& [name, value] : given)
        if (const auto param = params.find(name); param == params.end())
            bound.problems.push_back("params." + name + ": this profile has no such parameter");
        else if (param->second.secret)
            bound.problems.push_back("params." + name + ": is a secret and must be given as one");
    return bound;
}

} // namespace gatehouse::profile
