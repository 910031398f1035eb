#include "settings/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace gatehouse::settings {

namespace {

bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/// Bytes of the character `rest` starts with, 0 when it is none: overlong forms, surrogates and beyond U+10FFFF included.
std::size_t character_length(std::string_view rest)
{
    const auto lead = static_cast<unsigned char>(rest[0]);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || rest.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_continuation(static_cast<unsigned char>(rest[i]))) return 0;
    const auto second = static_cast<unsigned char>(rest[1]);
    if (lead == 0xE0 && second < 0xA0) return 0;
    if (lead == 0xED && second > 0x9F) return 0;
    if (lead == 0xF0 && second < 0x90) return 0;
    if (lead == 0xF4 && second > 0x8F) return 0;
    return length;
}

bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

} // namespace

std::optional<int> first_bad_line(std::string_view text)
{
    int line = 1;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0 || is_control(text[0])) return line;
        if (text[0] == '\n') ++line;
        text.remove_prefix(length);
    }
    return std::nullopt;
}

std::vector<int> lines_with_tabs(std::string_view text)
{
    std::vector<int> lines;
    for (int line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto content = text.substr(0, end);
        const auto first = content.find_first_not_of(" \t\r");
        if (first != std::string_view::npos && content[first] != '#' && content.substr(0, first).find('\t') != std::string_view::npos)
            lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

} // namespace gatehouse::settings
