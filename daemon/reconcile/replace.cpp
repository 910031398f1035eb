#include "reconcile/truth.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;

namespace {

/// What people may have left on the unit, and who says that it is gone.
std::vector<Attestation> attest(const std::vector<ResidualRow>& residuals, const std::string& by, base::Instant now)
{
    std::vector<Attestation> made;
    for (const auto& row : residuals)
        made.push_back({row.access.workspace, row.access.credential, row.access.user, row.person, row.access.door,
                        row.access.since.value_or(now), by, now});
    return made;
}

model::Event event_of(const Attestation& one, const model::DeviceId& device)
{
    model::Event event;
    event.workspace = one.workspace;
    event.type = "gatehouse.residual_access_attested";
    event.body = {{"controller_id", to_string(device)}, {"attested_by", one.by}};
    event.refs = {device.value};
    if (!one.credential.nil()) {
        event.body.emplace_back("acs_credential_id", to_string(one.credential));
        event.refs.push_back(one.credential.value);
    }
    if (!one.door.nil()) event.body.emplace_back("device_id", to_string(one.door));
    return event;
}

} // namespace

asio::awaitable<base::Result<Reconciler::Replaced>> Reconciler::replace(model::DeviceId device, std::string by, model::Actor actor,
                                                                        std::string request, AsShown as_shown)
{
    const auto lane = lanes_.find(device);
    if (lane == lanes_.end()) co_return base::fail(base::Fault::not_found, "No such controller", "controller_not_found");
    const auto& entries = tools_.directory.placements().of(device);
    const auto residuals = residuals_on(*this, device);
    if (as_shown && !as_shown(residuals))
        co_return base::fail(base::Fault::conflict, "what ends is not what was shown", "confirmation_outdated");
    Replaced ended{entries.size(), attest(residuals, by, tools_.clock.wall())};

    ledger::Draft draft{.actor = std::move(actor), .request = std::move(request), .rows = {}, .events = {}};
    auto& event = draft.events.emplace_back();
    event.type = "gatehouse.controller.replaced";
    event.body = {{"controller_id", to_string(device)},
                  {"attested_by", by},
                  {"entries", static_cast<std::int64_t>(ended.entries)},
                  {"residual_access", static_cast<std::int64_t>(ended.residuals.size())}};
    event.refs = {device.value};
    for (const auto& one : ended.residuals) draft.events.push_back(event_of(one, device));
    const auto number = tools_.ledger.apply(std::move(draft));
    if (!number) co_return number.error();

    auto& all = attestations_[device];
    all.insert(all.begin(), ended.residuals.begin(), ended.residuals.end());
    if (all.size() > attestations_kept) all.resize(attestations_kept);
    ledger::PlacementBatch batch;
    for (const auto& [key, placement] : entries) batch.erased.push_back({device, key});
    batch.cursors.push_back({"word:" + to_string(device), {}});
    batch.cursors.push_back({"clock:" + to_string(device), {}}); // another clock, and not heard yet
    batch.cursors.push_back({"attested:" + to_string(device), all.empty() ? std::string{} : to_text(all)});
    spdlog::warn("controller_replaced controller={} entries={} residual_access={} by=\"{}\"", to_string(device), ended.entries,
                 ended.residuals.size(), by);
    tools_.ledger.note(std::move(batch)); // goes first, so that the lane finds nothing on record
    tools_.fleet.never_heard(device);
    lane->second->replaced();
    ledger::PlacementBatch last; // behind all of it
    last.cursors.push_back({"contact:" + to_string(device), {}});
    const auto stored = co_await tools_.ledger.record(std::move(last));
    if (!stored) co_return stored.error();
    const auto durable = co_await tools_.ledger.durable_at(*number);
    if (!durable) co_return durable.error();
    co_return ended;
}

} // namespace gatehouse::reconcile
