#pragma once

#include "settings/settings.hpp"
#include "site/delta.hpp"
#include "site/edits.hpp"

#include <string>
#include <vector>

namespace gatehouse::site {

/// One thing of the configuration and what becomes of it, for people.
struct Step {
    std::string_view what; ///< added, changed, renamed, moved, left_out, taken_back, erased
    std::string_view kind; ///< door, entrance, path, …
    std::string key;       ///< of a path "group/entrance"; of what people have by things that end, how many
    std::string workspace; ///< whose it is, by its key; empty: the site's
    std::string was;       ///< the key it had, of one that is renamed
    std::vector<Edit> edits;
    std::string note; ///< what is easily missed; empty as a rule
    friend bool operator==(const Step&, const Step&) = default;
};

/// What a change of the configuration would do.
struct Plan {
    std::vector<model::Mutation> rows; ///< narrowing first
    std::vector<Step> steps;
    Delta delta;
};

/// A plan, or all that keeps the file from being applied.
struct Planned {
    std::optional<Plan> plan;
    settings::Problems problems;
};

/// What the file would change in the directory, which is as before when this returns (see `delta`: nobody may look at it meanwhile).
Planned plan(model::Directory& directory, const settings::Settings& settings, const Terms& terms);

/// What becomes of things, in words. `directory` is as it stands before the rows.
std::vector<Step> steps(const model::Directory& directory, const std::vector<model::Mutation>& rows);

/// The word by which an operator confirms a plan that takes access away: 12 characters made of all that its rows say, of all it takes and
/// gives, and of the last change that it was computed against. Empty when it takes nothing away, unless something is ended by it, which it
/// then is made of as well.
std::string confirmation(const Plan& plan, model::ChangeNumber against, std::string_view ended = {});

/// Where the file declares a row; empty when it does not.
std::string path_of(const model::Row& row, const settings::Settings& settings);

/// Devices that lose a door to another device by these rows: what they hold for it is to be taken away.
std::vector<model::DeviceId> left_behind(const model::Directory& directory, const std::vector<model::Mutation>& rows);

} // namespace gatehouse::site
