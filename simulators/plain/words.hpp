#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::simulators::plain {

/// The pieces between separators; an empty text is one empty piece.
inline std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> pieces;
    for (;;) {
        const auto end = text.find(separator);
        pieces.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

inline std::vector<std::string> words_of(std::string_view line)
{
    return split(line, ' ');
}

/// A decimal number of at most 18 digits, without a sign.
inline std::optional<std::int64_t> number_of(std::string_view word)
{
    if (word.empty() || word.size() > 18) return std::nullopt;
    std::int64_t number = 0;
    for (const char digit : word) {
        if (digit < '0' || digit > '9') return std::nullopt;
        number = number * 10 + (digit - '0');
    }
    return number;
}

} // namespace gatehouse::simulators::plain
