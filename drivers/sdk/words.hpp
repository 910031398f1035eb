#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gatehouse::sdk {

/// The snake_case words of an enum, in the order of its values: specialised beside each enum of the protocol.
template <class Enum>
inline constexpr std::array<std::string_view, 0> words{};

template <class Enum>
constexpr std::string_view to_word(Enum value)
{
    return words<Enum>[static_cast<std::size_t>(value)];
}

template <class Enum>
constexpr std::optional<Enum> from_word(std::string_view word)
{
    for (std::size_t i = 0; i < words<Enum>.size(); ++i)
        if (words<Enum>[i] == word) return static_cast<Enum>(i);
    return std::nullopt;
}

} // namespace gatehouse::sdk
