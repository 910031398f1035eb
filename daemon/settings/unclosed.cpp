#include "settings/unclosed.hpp"

#include <algorithm>
#include <vector>

namespace gatehouse::settings {

namespace {

/// Where a token may begin: a quote within a word is a letter of it, and so is a # there.
bool begins_token(std::string_view text, std::size_t at)
{
    return at == 0 || std::string_view{" \t\r\n{[,:-"}.find(text[at - 1]) != std::string_view::npos;
}

/// Behind the closing quote; the end of the text when there is none.
std::size_t behind_quoted(std::string_view text, std::size_t at)
{
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\')
            ++at;
        else if (text[at] == quote && quote == '\'' && text.substr(at + 1, 1) == "'")
            ++at;
        else if (text[at] == quote)
            return at + 1;
    }
    return std::string_view::npos;
}

} // namespace

std::optional<Unclosed> last_unclosed(std::string_view text)
{
    std::vector<Unclosed> open;
    int line = 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') ++line;
        if (c == '#' && begins_token(text, at)) at = std::min(text.find('\n', at), text.size()) - 1;
        if ((c == '"' || c == '\'') && begins_token(text, at)) {
            const auto end = behind_quoted(text, at);
            if (end == std::string_view::npos) return Unclosed{c, line};
            for (; at + 1 < end; ++at)
                if (text[at] == '\n') ++line;
        }
        if (c == '{' || c == '[') open.push_back({c, line});
        if ((c == '}' || c == ']') && !open.empty()) open.pop_back();
    }
    return open.empty() ? std::nullopt : std::optional{open.back()};
}

} // namespace gatehouse::settings
