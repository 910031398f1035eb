#include "http/api/fields.hpp"

#include <utility>

namespace gatehouse::http::api {

Fields Fields::required(std::string_view name, Kind kind, std::string_view note) &&
{
    add({.name = std::string{name}, .kind = std::move(kind), .is_required = true, .note = std::string{note}});
    return std::move(*this);
}

Fields Fields::optional(std::string_view name, Kind kind, Fallback fallback, std::string_view note) &&
{
    add({.name = std::string{name}, .kind = std::move(kind), .fallback = std::move(fallback), .note = std::string{note}});
    return std::move(*this);
}

Fields Fields::nullable(std::string_view name, Kind kind, std::string_view note) &&
{
    add({.name = std::string{name}, .kind = api::nullable(std::move(kind)), .note = std::string{note}});
    return std::move(*this);
}

std::optional<std::size_t> Fields::find(std::string_view name) const
{
    for (std::size_t i = 0; i < all_.size(); ++i)
        if (all_[i].name == name) return i;
    return std::nullopt;
}

} // namespace gatehouse::http::api
