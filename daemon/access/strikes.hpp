#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "devices/fleet.hpp"
#include "ledger/ledger.hpp"

#include <set>

namespace gatehouse::access {

/// Opens doors on somebody's word: an operator, an API key, a cloud key. Every strike is an action attempt on record. Core thread.
class Strikes {
public:
    Strikes(const model::Directory& directory, ledger::Ledger& ledger, devices::Fleet& fleet, base::Clock& clock, base::Random& random)
        : directory_{directory}, ledger_{ledger}, fleet_{fleet}, clock_{clock}, random_{random}
    {
    }

    /// Records the attempt, sends the strike once the record is durable (denied when that takes longer than 200 ms) and waits for the
    /// controller's word for up to `patience`; the attempt that comes back may still be pending then, and is completed behind the caller.
    /// Errors: not_found (device_not_found) the workspace does not own the door; those of the ledger.
    boost::asio::awaitable<base::Result<model::ActionAttempt>> unlock(model::WorkspaceId workspace, model::DoorId door, model::Actor actor,
                                                                      std::string request,
                                                                      base::milliseconds patience = base::milliseconds{2'500});

private:
    boost::asio::awaitable<void> strike(model::ActionAttempt attempt, model::Actor actor, model::ChangeNumber number,
                                        std::shared_ptr<base::Wakeup> done);

    const model::Directory& directory_;
    ledger::Ledger& ledger_;
    devices::Fleet& fleet_;
    base::Clock& clock_;
    base::Random& random_;
    std::set<model::DoorId> striking_; ///< with a strike on its way: a second one would open the door again, later
};

} // namespace gatehouse::access
