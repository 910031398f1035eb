#include "http/api/decode.hpp"

#include "base/hash.hpp"
#include "http/api/body.hpp"
#include "http/api/check.hpp"
#include "http/api/query.hpp"
#include "http/api/rules.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <algorithm>

namespace gatehouse::http::api {

namespace {

using transport::Verb;

constexpr std::size_t least_page_cap = 1000;
constexpr std::string_view our_own = "/gatehouse/"; // extensions beside the Seam API

bool reads_query(const transport::Request& request)
{
    const bool query_verb = request.verb == Verb::get || request.verb == Verb::del;
    return query_verb && (!request.query.empty() || request.body.empty());
}

Answer malformed(const base::Error& error)
{
    return invalid("", error.detail);
}

/// Cuts `limit` to the endpoint's cap and opens the cursor.
std::optional<Answer> settle_page(const Route& route, Params& params, const Cursors& cursors)
{
    const auto cursor = params.find<std::string>("page_cursor");
    if (!cursor) return std::nullopt;
    auto position = cursors.open(*cursor, binding_of(route, params));
    if (position) {
        params.set_page_position(std::move(*position));
        return std::nullopt;
    }
    if (position.error().code.empty()) return invalid("page_cursor", position.error().detail);
    return Answer{position.error()};
}

void cap_limit(const Route& route, std::vector<Value>& values)
{
    const auto position = route.parameters.find("limit");
    const auto cap = static_cast<std::int64_t>(std::max(route.page_size, least_page_cap));
    auto* const limit = position ? std::get_if<std::int64_t>(&values[*position].is) : nullptr;
    if (limit != nullptr) *limit = std::min(*limit, cap);
}

std::variant<Params, Answer> validated(const Route& route, const json::object& given, const Cursors& cursors)
{
    Issues issues;
    std::string path;
    auto values = check_members(route.parameters, given, path, issues);
    if (issues.empty() &&
        route.path.starts_with(our_own)) // its clients are written for it: a filter by another name would leave everything in
        for (const auto names = issues.ignored(); const auto& name : names) issues.add(name, "Unknown parameter");
    if (issues.empty()) check_rules(route, values, issues);
    if (!issues.empty()) return issues.answer();
    fill_fallbacks(route.parameters, values);
    if (route.page_size > 0) cap_limit(route, values);
    Params params{route.parameters, std::move(values)};
    params.set_ignored(issues.ignored());
    if (route.page_size > 0)
        if (auto wrong = settle_page(route, params, cursors)) return std::move(*wrong);
    return params;
}

using Decoded = std::variant<Params, Answer>;

Decoded from_query(const Route& route, const transport::Request& request, const Cursors& cursors)
{
    const auto given = decode_query(request.query, route.parameters);
    if (!given) return malformed(given.error());
    return validated(route, *given, cursors);
}

/// What nearly every request has: its values live on the stack and nothing waits.
Decoded from_short_body(const Route& route, const transport::Request& request, const Cursors& cursors)
{
    std::array<unsigned char, 2048> scratch; // uninitialised on purpose: first block of the values' memory
    json::monotonic_resource memory{scratch.data(), scratch.size()};
    const auto given = parse_at_once(request.body, &memory);
    if (!given) return malformed(given.error());
    return validated(route, given->get_object(), cursors);
}

asio::awaitable<Decoded> from_long_body(const Route& route, const transport::Request& request, const Cursors& cursors)
{
    json::monotonic_resource memory;
    const auto given = co_await parse_body(request.body, &memory);
    if (!given) co_return malformed(given.error());
    co_return validated(route, given->get_object(), cursors);
}

} // namespace

asio::awaitable<std::variant<Params, Answer>> decode(const Route& route, const transport::Request& request, const Cursors& cursors)
{
    if (reads_query(request)) co_return from_query(route, request, cursors);
    if (request.body.size() <= one_turn) co_return from_short_body(route, request, cursors);
    auto decoded = co_await from_long_body(route, request, cursors);
    co_return decoded;
}

std::uint64_t binding_of(const Route& route, const Params& params)
{
    return base::xxhash(encode_query(params, true), base::xxhash(route.path));
}

} // namespace gatehouse::http::api
