#pragma once

#include "access/strikes.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/timekeeper.hpp"
#include "http/api/endpoint.hpp"
#include "http/code_budget.hpp"
#include "http/configuration.hpp"
#include "ledger/history.hpp"
#include "ledger/ledger.hpp"
#include "reconcile/truth.hpp"

namespace gatehouse::http {

namespace asio = boost::asio;
namespace json = boost::json;
using api::Answer;
using api::Params;
using api::Policy;
using api::Route;
using api::Verb;

/// What a new PIN has to be.
struct PinRules {
    std::size_t min_length = 4;
    bool refuse_trivial = true; ///< one digit repeated, or digits that count up or down
};

/// What endpoints stand on; one for the daemon.
struct Services {
    const model::Directory& directory;
    ledger::Ledger& ledger;
    ledger::History& history;
    reconcile::Reconciler& reconciler;
    devices::Fleet& fleet;
    access::Strikes& strikes;
    base::Clock& clock;
    base::Random& random;
    bool delete_cascades = false; ///< policy.identity_delete: cascade
    std::string time_zone;        ///< of the site
    PinRules pins = {};           ///< policy.pin
    Configuration* configuration = nullptr;
    base::Timekeeper* timekeeper = nullptr; ///< what `clock` is, where it judges the machine's
    CodeBudget code_budget = {};
};

/// One request: its services, its caller, and the one workspace it may see.
struct Context {
    Services& services;
    const model::Workspace* tenant; ///< null for routes without a key
    model::Actor actor;
    std::string request;
    std::set<std::string> picked = {}; ///< codes that this request left to the gateway

    const model::Workspace& workspace() const { return *tenant; }
    base::Now now() const { return services.clock.site(); }

    /// Applies a change and waits until it is durable. Every answer to a mutation, a refusal included, waits for the head it was checked
    /// against. Errors: those of the directory, by its codes; transient when storage failed; too_often
    /// when the change gives somebody a code that the caller chose, and too many such codes were another person's.
    asio::awaitable<base::Result<void>> change(std::vector<model::Mutation> rows, std::vector<model::Event> events);
    /// For answers that change nothing because of what they found: waits for the head they looked at.
    asio::awaitable<base::Result<void>> settle();

    model::Event event(std::string type, std::vector<std::pair<std::string, model::EventValue>> body, std::vector<model::Uuid> refs) const;
};

using Endpoint = api::BasicEndpoint<Context>;

} // namespace gatehouse::http
