#include "sim/codes.hpp"

#include <algorithm>

namespace gatehouse::sim {

void Codes::begin(const model::Books& books)
{
    claims_.clear();
    for (const auto& [key, claim] : books.all<model::PinClaim>()) claims_[{claim.door, claim.pin}] = claim.credential;
}

void Codes::applied(const model::Change& change, const model::Books& books, const Rights& rights, Instant now)
{
    for (const auto& mutation : change.rows) {
        const auto* claim = std::get_if<model::PinClaim>(&mutation.row);
        if (claim == nullptr) continue;
        const Rights::DoorCode at{claim->door, claim->pin};
        const auto before = claims_.find(at);
        const auto had = before == claims_.end() ? model::CredentialId{} : before->second;
        if (before != claims_.end()) claims_.erase(before);
        if (mutation.erase) continue;
        claims_[at] = claim->credential;
        if (had == claim->credential) continue;
        const auto& door = *books.find<model::Door>(claim->door);
        if (held(door.device, door.output, claim->pin, claim->credential))
            fails_("the code of door " + door.key + " goes to another before it is proven gone: " + claim->pin);
        const auto askers = rights.askers().find(at);
        if (askers == rights.askers().end()) {
            fails_("the code of door " + door.key + " goes to somebody it does not lead there");
            continue;
        }
        for (const auto& asker : askers->second)
            if (had == asker.credential && asker.until > now)
                fails_("the code of door " + door.key + " is taken from whoever had it first");
    }
}

void Codes::sent(const model::DeviceId& device, const std::string& code, std::uint64_t outputs, const model::Books& books,
                 base::Monotonic now)
{
    auto& holding = holdings_[device][code];
    holding.sent = now;
    for (const auto& [key, door] : books.all<model::Door>()) {
        if (door.device != device || (outputs >> door.output & 1) == 0) continue;
        const auto claim = claims_.find({door.id, code});
        if (claim != claims_.end()) holding.by_output[door.output] = claim->second;
    }
}

void Codes::shown(const model::DeviceId& device, const std::map<std::string, std::uint64_t>& codes, bool complete, base::Monotonic begun)
{
    auto& holdings = holdings_[device];
    for (auto& [code, holding] : holdings) {
        const auto row = codes.find(code);
        if (holding.sent >= begun || row == codes.end()) continue;
        std::erase_if(holding.by_output, [outputs = row->second](const auto& one) { return (outputs >> one.first & 1) == 0; });
    }
    if (complete) std::erase_if(holdings, [&](const auto& one) { return one.second.sent < begun && !codes.contains(one.first); });
}

void Codes::gone(const model::DeviceId& device, const std::string& code, base::Monotonic asked)
{
    auto& holdings = holdings_[device];
    const auto holding = holdings.find(code);
    if (holding != holdings.end() && holding->second.sent < asked) holdings.erase(holding);
}

bool Codes::held(const model::DeviceId& device, std::int64_t output, const std::string& code,
                 const model::CredentialId& by_other_than) const
{
    const auto here = holdings_.find(device);
    const auto holding = here == holdings_.end() ? decltype(here->second.end()){} : here->second.find(code);
    if (here == holdings_.end() || holding == here->second.end()) return false;
    const auto holder = holding->second.by_output.find(output);
    return holder != holding->second.by_output.end() && holder->second != by_other_than;
}

std::string Codes::waits(const model::DeviceId& device, const model::Books& books, const Rights& rights, Instant now) const
{
    for (const auto& [at, askers] : rights.askers()) {
        const auto claim = claims_.find(at);
        const auto& door = *books.find<model::Door>(at.first);
        if (door.device != device) continue;
        const auto here = holdings_.find(device);
        if (here != holdings_.end() && here->second.contains(at.second)) continue; // somebody may still open by it
        bool wanted = false, had = false;
        for (const auto& asker : askers) {
            if (asker.until <= now) continue;
            wanted = true;
            had = had || (claim != claims_.end() && claim->second == asker.credential);
        }
        if (wanted && !had) return "a code of door " + door.key + " is nobody's though somebody asks for it";
    }
    return {};
}

std::string Codes::waits_for_free(const model::DeviceId& device, const model::Books& books, const Rights& rights, Instant now,
                                  const Recorded& recorded) const
{
    const auto here = holdings_.find(device);
    for (const auto& [at, askers] : rights.askers()) {
        if (claims_.contains(at)) continue; // whose time is over loses it at the next look
        const auto& door = *books.find<model::Door>(at.first);
        if (door.device != device || recorded(at.second)) continue;
        if (here != holdings_.end() && here->second.contains(at.second)) continue;
        if (std::any_of(askers.begin(), askers.end(), [now](const auto& asker) { return asker.until > now; }))
            return "a code of door " + door.key + " became free and whoever waits for it is not told: " + at.second;
    }
    return {};
}

} // namespace gatehouse::sim
