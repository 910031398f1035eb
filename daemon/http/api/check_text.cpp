#include "http/api/check_text.hpp"

#include <algorithm>

namespace gatehouse::http::api {

namespace {

bool is_control(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Code points of well-formed UTF-8.
std::size_t count_characters(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// ^\+[1-9]\d{1,14}$
bool is_e164(std::string_view text)
{
    return text.size() >= 3 && text.size() <= 16 && text[0] == '+' && text[1] != '0' && std::ranges::all_of(text.substr(1), is_digit);
}

bool is_domain(std::string_view domain)
{
    if (domain.size() > 253 || domain.find('.') == std::string_view::npos) return false;
    while (!domain.empty()) {
        const auto dot = domain.find('.');
        const auto label = domain.substr(0, dot);
        const auto fits = [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || (c & 0x80) != 0;
        };
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' || !std::ranges::all_of(label, fits))
            return false;
        if (dot == std::string_view::npos) return true;
        domain.remove_prefix(dot + 1);
    }
    return false; // ended with a dot
}

bool is_email(std::string_view text)
{
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
    const auto local = text.substr(0, at);
    const auto bad = [](char c) { return is_control(c) || std::string_view{" \"(),:;<>@[\\]"}.find(c) != std::string_view::npos; };
    if (std::ranges::any_of(local, bad) || local.front() == '.' || local.back() == '.') return false;
    return local.find("..") == std::string_view::npos && is_domain(text.substr(at + 1));
}

std::string characters(std::size_t count)
{
    return std::to_string(count) + " character(s)";
}

Value plain(const Kind& kind, std::string_view given, std::string_view path, Issues& issues)
{
    const auto size = count_characters(given);
    if (size < kind.min)
        issues.add(path, "Text must contain at least " + characters(kind.min));
    else if (size > kind.max)
        issues.add(path, "Text must contain at most " + characters(kind.max));
    else if (std::ranges::any_of(given, is_control))
        issues.add(path, "Control characters are not allowed");
    else if (kind.pattern != nullptr && !kind.pattern->matches(given))
        issues.add(path, kind.pattern->otherwise.empty() ? "Must match " + std::string{kind.pattern->regex}
                                                         : std::string{kind.pattern->otherwise});
    return {.is = std::string{given}};
}

Value chosen(const Kind& kind, std::string_view given, std::string_view path, Issues& issues)
{
    if (std::ranges::find(kind.choices, given) == kind.choices.end()) {
        std::string message = "Must be one of";
        for (const auto& choice : kind.choices) message += (&choice == kind.choices.data() ? " " : ", ") + choice;
        issues.add(path, message);
    }
    return {.is = std::string{given}};
}

} // namespace

Value check_text(const Kind& kind, std::string_view given, std::string_view path, Issues& issues)
{
    switch (kind.type) {
    case Kind::Type::uuid: {
        const auto uuid = base::parse_uuid(given);
        if (!uuid) issues.add(path, "Invalid uuid");
        return uuid ? Value{.is = *uuid} : Value{};
    }
    case Kind::Type::datetime: {
        const auto instant = base::from_iso(given);
        if (!instant) issues.add(path, "Invalid datetime: " + instant.error().detail);
        return instant ? Value{.is = *instant} : Value{};
    }
    case Kind::Type::email:
        if (!is_email(given)) issues.add(path, "Invalid email");
        return {.is = std::string{given}};
    case Kind::Type::phone: {
        const auto number = trimmed(given);
        if (!is_e164(number)) issues.add(path, "Invalid phone number: must be E.164, like +15550100");
        return {.is = std::string{number}};
    }
    case Kind::Type::choice:
        return chosen(kind, given, path, issues);
    default:
        return plain(kind, given, path, issues);
    }
}

} // namespace gatehouse::http::api
