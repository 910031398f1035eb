#include "http/moment.hpp"

#include "http/words.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

constexpr std::chrono::minutes clocks_differ{1};

} // namespace

json::value time_or_null(base::Instant at, base::Instant open_end)
{
    return at == open_end ? json::value(nullptr) : to_json(at);
}

base::Result<base::Now> moment(const Context& context, const Params& params)
{
    const auto at = params.find<base::Instant>("at");
    if (!at) return context.now();
    if (*at < context.now().instant - clocks_differ)
        return misfit("at", "Lies in the past; the answer would be that of today's people and groups");
    return base::Now{*at, true};
}

Fields at_a_moment(Fields others)
{
    return std::move(others).optional("at", datetime(), {}, "Now, unless a later moment is asked for.");
}

} // namespace gatehouse::http
