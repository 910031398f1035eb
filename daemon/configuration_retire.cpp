#include "configuration.hpp"

#include <spdlog/spdlog.h>

#include <set>

namespace gatehouse {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Fault;

asio::awaitable<Configuration::Said> Configuration::retire(Thing thing, std::optional<std::string> confirm, Caller caller)
{
    co_await my_turn();
    const Turn turn{busy_};
    std::set<model::DeviceId> go;
    for (const auto& [id, device] : rooms_.directory.devices())
        if (rooms_.directory.placements().of(id).empty() || leaves(thing, device.row)) go.insert(id);
    auto holding = co_await look_at_controllers();
    Work work = [&store = rooms_.store, now = rooms_.clock.wall(), go, holding = std::move(holding), zone = rooms_.services.time_zone,
                 asked = site::Thing{thing.kind, thing.key, thing.workspace}] {
        const auto may_go = [&go](const model::Device& device) { return go.contains(device.id); };
        return rehearse_end(asked, may_go, store, {now, holding.get()}, zone);
    };
    auto rehearsal = co_await rehearse(std::move(work));
    if (auto held = still_held(rehearsal, thing)) rehearsal.failure = std::move(held);
    auto said = co_await carry_out(std::move(rehearsal), std::move(confirm), std::move(caller));
    rooms_.ledger.finish_taken_away();
    co_return said;
}

/// Own entries of a controller that ends are left where they are, as it was said now or in its configuration.
bool Configuration::leaves(const Thing& thing, const model::Device& device) const
{
    if (thing.wipe) return !*thing.wipe;
    boost::system::error_code error;
    const auto policy = json::parse(device.policy, error);
    const auto* word = !error && policy.is_object() ? policy.get_object().if_contains("retire") : nullptr;
    return word != nullptr && *word == "leave";
}

/// What stands against an end that looked possible.
std::optional<base::Error> Configuration::still_held(const Rehearsal& rehearsal, const Thing& thing) const
{
    if (!rehearsal.plan) return std::nullopt;
    if (thing.wipe && rehearsal.controllers_ended.empty() && rehearsal.controllers_waiting.empty())
        return base::fail(Fault::invalid, "wipe and leave are about the entries of a controller that ends, and none ends with this");
    for (const auto& id : rehearsal.controllers_ended) {
        const auto* device = rooms_.directory.device(id);
        if (device == nullptr || (!leaves(thing, device->row) && !rooms_.directory.placements().of(id).empty()))
            return base::fail(Fault::conflict, "The controller was written to meanwhile; try again", "configuration_outrun");
    }
    return std::nullopt;
}

/// What a controller may still hold is no longer on record, on the word of whoever asked; one of that key is met anew.
void Configuration::let_go_of(const std::vector<model::DeviceId>& controllers, const Caller& caller)
{
    for (const auto& id : controllers) {
        ledger::PlacementBatch batch;
        for (const auto& [key, placement] : rooms_.directory.placements().of(id)) batch.erased.push_back({id, key});
        for (const auto* mark : {"contact:", "word:", "attested:", "address:", "clock:", "setup:"})
            batch.cursors.push_back({mark + to_string(id), {}});
        std::erase_if(rooms_.cursors, [&id](const ledger::Cursor& cursor) { return cursor.name.ends_with(":" + to_string(id)); });
        if (!batch.erased.empty()) {
            model::Event event;
            event.type = "gatehouse.residual_access_attested";
            event.body = {{"controller_id", to_string(id)}, {"entries", static_cast<std::int64_t>(batch.erased.size())}};
            event.refs = {id.value};
            rooms_.ledger.note(caller.actor, std::move(event));
            spdlog::warn("residual_access_attested controller={} entries={} by=\"{}\"", to_string(id), batch.erased.size(),
                         caller.actor.name);
        }
        rooms_.ledger.note(std::move(batch));
    }
}

} // namespace gatehouse
