#pragma once

#include "model/directory.hpp"
#include "settings/settings.hpp"

#include <map>
#include <string>
#include <string_view>

namespace gatehouse::site {

/// Which thing of the directory each key of the file means: the one that has the key now or, with `was`, the one that had that key. An id
/// is made of the first key a thing had, and stays. A `was` that the row remembers was followed before and means nothing more.
///
/// Threads: any; looks at the directory only while it is made.
class Ids {
public:
    Ids(const model::Directory& directory, const settings::Settings& settings);

    /// Keys that cannot be followed, each with its line. What they name has an id all the same.
    const settings::Problems& problems() const { return problems_; }

    // By the keys of the file; each is defined in it.
    model::WorkspaceId workspace(std::string_view key) const { return {at("workspace", {}, key)}; }
    model::LineId line(std::string_view key) const { return {at("line", {}, key)}; }
    model::DeviceId device(std::string_view key) const { return {at("device", {}, key)}; }
    model::DoorId door(std::string_view key) const { return {at("door", {}, key)}; }
    model::SystemId system(std::string_view workspace, std::string_view key) const { return {at("system", workspace, key)}; }
    model::EntranceId entrance(std::string_view workspace, std::string_view key) const { return {at("entrance", workspace, key)}; }
    model::GroupId group(std::string_view workspace, std::string_view key) const { return {at("group", workspace, key)}; }

    /// What the id of a workspace is made of when that is not its key; empty when it is.
    std::string first_key(std::string_view workspace) const;

private:
    friend class KeysOfKind;
    void find_site(const model::Directory& directory, const settings::Settings& settings);
    static std::string name(std::string_view kind, std::string_view owner, std::string_view key);
    base::Uuid at(std::string_view kind, std::string_view owner, std::string_view key) const;

    std::map<std::string, base::Uuid, std::less<>> ids_;      ///< by "door//lobby", "entrance/harbour/lobby"
    std::map<std::string, std::string, std::less<>> made_of_; ///< new ids, where their key had been used up
    settings::Problems problems_;
};

} // namespace gatehouse::site
