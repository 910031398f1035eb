#include "http/walk.hpp"

#include <charconv>

namespace gatehouse::http {

std::string to_cursor(const model::Position& position)
{
    return std::to_string(position.created_at.time_since_epoch().count()) + "." + base::to_string(position.id);
}

std::optional<model::Position> from_cursor(const std::optional<std::string>& cursor)
{
    if (!cursor) return std::nullopt;
    std::int64_t created = 0;
    const auto* const end = cursor->data() + cursor->size();
    const auto [stop, error] = std::from_chars(cursor->data(), end, created);
    if (error != std::errc{} || stop == end || *stop != '.') return std::nullopt;
    const auto id = base::parse_uuid({stop + 1, static_cast<std::size_t>(end - stop - 1)});
    if (!id) return std::nullopt;
    return model::Position{base::Instant{base::milliseconds{created}}, *id};
}

bool Search::in(std::string_view text) const
{
    const auto same = [](char have, char want) {
        return (have >= 'A' && have <= 'Z' ? static_cast<char>(have - 'A' + 'a') : have) == want;
    };
    return std::search(text.begin(), text.end(), wanted_.begin(), wanted_.end(), same) != text.end() || wanted_.empty();
}

} // namespace gatehouse::http
