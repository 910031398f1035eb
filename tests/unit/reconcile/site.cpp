#include "unit/reconcile/site.hpp"

#include <boost/asio/detached.hpp>

namespace gatehouse::tests {

namespace json = boost::json;
using base::Monotonic;

json::object a_controller(std::string_view validity)
{
    return {{"stores_credentials", true},    {"credential_kinds", {"card_uid_hex"}}, {"key_limit", 19},
            {"supports_validity", validity}, {"supports_readback", "list_counted"},  {"readback_s", 1},
            {"op_timeout_ms", 1000}};
}

std::vector<model::Mutation> yard_site(std::string policy)
{
    auto rows = small_site();
    for (auto& mutation : rows)
        if (auto* device = std::get_if<model::Device>(&mutation.row)) device->key = "yard", device->policy = policy;
    return rows;
}

model::User user(std::uint64_t number)
{
    model::User row;
    row.id = id<model::UserId>(number);
    row.workspace = id<model::WorkspaceId>(1);
    row.system = id<model::SystemId>(2);
    return row;
}

std::string uid_of(std::uint64_t number)
{
    char text[16];
    std::snprintf(text, sizeof text, "0a%06llx", static_cast<unsigned long long>(number));
    return text;
}

model::Credential card(std::uint64_t number, std::uint64_t of)
{
    model::Credential row;
    row.id = id<model::CredentialId>(number);
    row.workspace = id<model::WorkspaceId>(1);
    row.system = id<model::SystemId>(2);
    row.user = id<model::UserId>(of);
    row.card_uid = uid_of(number);
    row.created_at = base::Instant{base::milliseconds{static_cast<std::int64_t>(number)}};
    return row;
}

std::vector<model::Mutation> newcomer(std::uint64_t number)
{
    auto grant = direct_grant(first_entrance);
    grant.user = id<model::UserId>(number);
    return {model::put(user(number)), model::put(card(number, number)), model::put(grant)};
}

namespace {

base::Clock& clock_of(Site& site, bool judged)
{
    if (judged) return site.keeper;
    return site.desk.clock;
}

} // namespace

Site::Site(ModelledDriver& a_driver, const std::filesystem::path& directory, bool judged)
    : driver{a_driver}, desk{directory}, keeper{desk.clock, base::Instant{std::chrono::sys_days{std::chrono::year{2027} / 1 / 1}}, {}},
      fleet{desk.directory, clock_of(*this, judged), desk.core.get_executor(), driver},
      reconciler{{desk.directory, desk.ledger, fleet, clock_of(*this, judged), desk.random, 2}}
// slices of two, so that things happen between them
{
    keeper.begin(std::nullopt);
    driver.use(desk.clock);
    if (desk.directory.devices().empty()) {
        desk.apply(yard_site());
        desk.commit_all();
    }
    desk.ledger.on_applied([this](const model::Change&, const ledger::TouchedDoors& doors) { reconciler.applied(doors); });
    desk.ledger.on_durable([this](std::span<const model::Change> changes, const ledger::TouchedDoors& doors) {
        for (const auto& change : changes)
            for (const auto& event : change.events) told.push_back(event.type);
        reconciler.durable(doors);
    });
    fleet.on_notification([this](const devices::Notification& notification) { reconciler.heard(notification); });
    fleet.refresh();
    reconciler.refresh(desk.cursors);
    asio::co_spawn(desk.core, reconciler.watch_residuals(), asio::detached);
    if (judged) asio::co_spawn(desk.core, reconciler.watch_time(), asio::detached);
}

namespace {

asio::awaitable<base::Result<void>> replaced(reconcile::Reconciler& reconciler, reconcile::Reconciler::AsShown as_shown)
{
    std::string by = "Nils Berg", request = "request";
    model::Actor actor{"root", "socket"};
    const auto ended = co_await reconciler.replace(the_device, std::move(by), std::move(actor), std::move(request), std::move(as_shown));
    if (!ended) co_return ended.error();
    co_return base::Result<void>{};
}

} // namespace

Desk::Answer Site::exchange(reconcile::Reconciler::AsShown as_shown)
{
    return desk.start(replaced(reconciler, std::move(as_shown)));
}

void Site::run_for(base::microseconds span)
{
    const auto end = desk.clock.now() + span;
    run_until([this, end] { return desk.clock.now() >= end; }, span);
}

bool Site::run_until(const std::function<bool()>& reached, base::microseconds limit)
{
    const auto end = desk.clock.now() + limit;
    for (;;) {
        desk.settle();
        if (disk_works) desk.commit_all();
        driver.act();
        desk.settle();
        if (disk_works) desk.commit_all();
        if (reached()) return true;
        if (driver.next_due() <= desk.clock.now()) continue;
        if (desk.clock.now() >= end) return false;
        desk.clock.advance_to(std::min({end, desk.clock.next_due(), driver.next_due()}));
    }
}

bool Site::settles(base::microseconds limit)
{
    return run_until([this] { return status().settled; }, limit);
}

Settled::Settled(json::object capabilities, bool judged)
{
    yard().capabilities = std::move(capabilities);
    site = std::make_unique<Site>(driver, directory.path(), judged);
    site->settles(base::seconds{5});
    yard().diary.clear();
}

void Settled::granted(std::uint64_t entrance)
{
    site->apply({model::put(direct_grant(entrance))});
    EXPECT_TRUE(site->settles()) << site->status().trouble;
    yard().diary.clear();
}

Monotonic Settled::heard(std::string_view what, int times, base::microseconds limit)
{
    EXPECT_TRUE(site->run_until([this, what, times] { return yard().count(what) >= times; }, limit)) << what;
    return now();
}

} // namespace gatehouse::tests
