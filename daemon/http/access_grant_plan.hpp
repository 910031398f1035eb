#pragma once

#include "http/changes.hpp"

#include <map>
#include <set>
#include <variant>

namespace gatehouse::http {

/// What an access grant is for, sorted by the system whose users get the credentials. A door that none of the workspace's entrances is on
/// goes with the first system.
struct GrantPlaces {
    std::set<model::EntranceId> entrances;
    std::set<model::DoorId> doors;
    struct Listed {
        std::vector<model::EntranceId> entrances;
        std::vector<model::DoorId> doors;
    };
    std::map<model::SystemId, Listed> systems;
    std::vector<model::DoorId> all_doors;
};

/// The places of a request, or of a grant that stands. Errors: not_found; invalid, naming the parameter.
base::Result<GrantPlaces> places_of(const Context& context, const Params& params);
GrantPlaces places_of(const Context& context, const model::GrantNode& grant);

/// A change that makes methods for a grant.
struct PlannedGrant {
    model::AccessGrantId grant;
    Edit edit;
};

/// Checks what the endpoint table cannot. Apply it without waiting in between.
asio::awaitable<std::variant<PlannedGrant, Answer>> plan_grant(Context& context, const Params& params);
/// More methods for a grant that stands.
asio::awaitable<std::variant<PlannedGrant, Answer>> plan_methods(Context& context, const Params& params);

/// Parameters of access_grants/create; the items of requested_access_methods.
api::Fields grant_fields();
api::Fields requested_method_fields();

} // namespace gatehouse::http
