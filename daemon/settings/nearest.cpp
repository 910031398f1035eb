#include "settings/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace gatehouse::settings {

namespace {

constexpr std::size_t most_slips = 2;

/// Insertions, deletions and replacements between two words.
std::size_t slips(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

} // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates)
{
    std::string_view best;
    std::size_t fewest = std::min(most_slips, word.size() / 2) + 1;
    for (const auto candidate : candidates) {
        if (candidate.size() > word.size() + most_slips || word.size() > candidate.size() + most_slips) continue;
        const auto distance = slips(word, candidate);
        if (distance >= fewest) continue;
        fewest = distance;
        best = candidate;
    }
    if (best.empty()) return {};
    return ", did you mean \"" + std::string{best} + "\"?";
}

std::string in_quotes(std::string_view word)
{
    constexpr std::size_t most = 64;
    if (word.size() <= most) return '"' + std::string{word} + '"';
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) --end; // do not cut a character in two
    return '"' + std::string{word.substr(0, end)} + "…\"";
}

} // namespace gatehouse::settings
