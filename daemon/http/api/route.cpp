#include "http/api/route.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::http::api {

Route Route::on(Verb verb) &&
{
    if (!accepts(verb)) verbs.push_back(verb);
    return std::move(*this);
}

Route Route::takes(Fields fields) &&
{
    parameters = std::move(fields);
    return std::move(*this);
}

Route Route::exactly_one(std::vector<std::string> names) &&
{
    rules.push_back({Rule::Form::exactly_one, std::move(names)});
    return std::move(*this);
}

Route Route::at_least_one(std::vector<std::string> names) &&
{
    rules.push_back({Rule::Form::at_least_one, std::move(names)});
    return std::move(*this);
}

Route Route::at_most_one(std::vector<std::string> names) &&
{
    rules.push_back({Rule::Form::at_most_one, std::move(names)});
    return std::move(*this);
}

Route Route::needs(std::string name, std::string other) &&
{
    std::vector<std::string> names{std::move(name), std::move(other)};
    rules.push_back({Rule::Form::needs, std::move(names)});
    return std::move(*this);
}

Route Route::returns(std::string_view key, std::string_view resource) &&
{
    returned.push_back({std::string{key}, Returned::Shape::one, std::string{resource}});
    return std::move(*this);
}

Route Route::returns_list(std::string_view key, std::string_view resource) &&
{
    returned.push_back({std::string{key}, Returned::Shape::many, std::string{resource}});
    return std::move(*this);
}

Route Route::returns_page(std::string_view key, std::string_view resource, std::size_t default_limit) &&
{
    constexpr std::size_t cursor_bytes = 2048;
    returned.push_back({std::string{key}, Returned::Shape::page, std::string{resource}});
    page_size = default_limit;
    auto limit = integer();
    limit.low = 1; // above the cap it is cut, not refused
    parameters.add({.name = "limit", .kind = std::move(limit), .fallback = static_cast<std::int64_t>(default_limit)});
    parameters.add({.name = "page_cursor", .kind = nullable(text(1, cursor_bytes))});
    return std::move(*this);
}

Route Route::about(std::string_view sentence) &&
{
    summary = sentence;
    return std::move(*this);
}

bool Route::accepts(Verb verb) const
{
    return std::ranges::find(verbs, verb) != verbs.end();
}

} // namespace gatehouse::http::api
