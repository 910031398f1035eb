#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// `, did you mean "harbour"?` for the candidate at most two typing slips from `word`, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

/// `word` in quotes, shortened to 64 bytes, for messages.
std::string in_quotes(std::string_view word);

/// The keys of `items`, as candidates.
template <class Items>
std::vector<std::string_view> keys_of(const Items& items)
{
    std::vector<std::string_view> keys;
    for (const auto& item : items) keys.push_back(item.key);
    return keys;
}

} // namespace gatehouse::settings
