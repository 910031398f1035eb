#pragma once

#include "devices/types.hpp"
#include "options.hpp"
#include "settings/settings.hpp"
#include "site/retire.hpp"
#include "store/store.hpp"

#include <boost/json.hpp>

namespace gatehouse {

/// A change of the configuration, tried on a copy of the model: what it is made of, and what it would do.
struct Rehearsal {
    std::optional<base::Error> failure;  ///< the copy could not be made
    settings::Problems problems;         ///< or the file cannot be applied
    std::vector<std::string> of_drivers; ///< problems in the words of drivers
    settings::Problems of_listeners;     ///< what the next start could not listen on; nothing of it keeps the file from being applied
    std::optional<settings::Settings> settings;
    std::optional<site::Plan> plan;
    std::string ended; ///< what a retirement ends, in words; its confirmation is made of them
    std::vector<model::DeviceId> controllers_ended, controllers_waiting;
    model::ChangeNumber number = 0; ///< the copy's
    devices::Exchanged exchanged;   ///< what is opened anew for its secrets
    boost::json::object shown;      ///< the plan, or the problems, as they are answered
};

/// Reads the file and tries it; drivers are asked about profiles and devices as in `gatehoused check`. Nothing is applied.
/// Units:   the copy takes as much memory as the model; seconds where drivers are slow to answer or weekly hours of thousands change.
/// Threads: one that is not the core's.
Rehearsal rehearse_file(const Options& options, store::Store& store, const site::Terms& terms);

/// The same of settings at hand, without having drivers judge them.
Rehearsal rehearse(const settings::Settings& settings, store::Store& store, const site::Terms& terms);

/// The end of a thing, with times as clocks of the zone show them. `may_go` is asked on the calling thread.
Rehearsal rehearse_end(const site::Thing& thing, const std::function<bool(const model::Device&)>& may_go, store::Store& store,
                       const site::Terms& terms, const std::string& time_zone);

} // namespace gatehouse
