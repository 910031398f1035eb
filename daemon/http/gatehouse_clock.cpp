#include "base/timekeeper.hpp"
#include "http/endpoints.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

base::Error no_keeper()
{
    return base::fail(base::Fault::unsupported, "This gateway does not judge its clock");
}

json::object shown_clock(const base::Timekeeper& keeper)
{
    const auto now = keeper.site();
    json::object clock{{"trusted", now.trusted}, {"clock", to_json(keeper.machine_wall())}, {"effective", to_json(now.instant)}};
    clock["reason"] = now.trusted ? json::value(nullptr) : json::value(to_string(keeper.doubt()));
    clock["last_trusted"] = now.trusted ? json::value(nullptr) : to_json(now.last_trusted);
    return clock;
}

asio::awaitable<Answer> get_clock(Context& context, const Params&)
{
    const auto* keeper = context.services.timekeeper;
    if (keeper == nullptr) co_return no_keeper();
    co_return ok("clock", shown_clock(*keeper));
}

/// The change is recorded first: who vouched for which time stands in the trail before anything opens by it.
asio::awaitable<Answer> accept(Context& context, const Params&)
{
    auto* keeper = context.services.timekeeper;
    if (keeper == nullptr) co_return no_keeper();
    const auto read = keeper->acceptable();
    if (!read) co_return read.error(); // the trail tells of no word that does not count
    std::vector<model::Event> events{context.event("gateway.clock_accepted",
                                                   {{"clock", base::to_iso(read->wall)},
                                                    {"effective", base::to_iso(keeper->wall())},
                                                    {"reason", std::string{to_string(keeper->doubt())}}},
                                                   {})};
    events.front().workspace = {}; // the clock is the site's
    std::vector<model::Mutation> nothing;
    const auto recorded = co_await context.change(std::move(nothing), std::move(events));
    if (!recorded) co_return recorded.error();
    const auto accepted = keeper->accept(*read); // for the clock that is recorded, whatever the disk took
    if (!accepted) co_return accepted.error();
    co_return ok("clock", shown_clock(*keeper));
}

} // namespace

std::vector<http::Endpoint> clock_endpoints()
{
    return {
        {Route{Policy::local_admin, "/gatehouse/clock/get"}.on(Verb::get).takes(Fields{}).about(
             "Whether the gateway trusts its clock, and why not."),
         get_clock},
        {Route{Policy::local_admin, "/gatehouse/clock/accept"}.takes(Fields{}).about(
             "Vouches for the machine's clock as it is now: windows and hours open by it again."),
         accept},
    };
}

} // namespace gatehouse::http
