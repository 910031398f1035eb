#include "site/declare.hpp"

#include <map>

namespace gatehouse::site {

settings::Problems clashes(const model::Directory& directory, const settings::Settings& settings)
{
    const Ids ids{directory, settings};
    if (!ids.problems().empty()) return ids.problems();
    settings::Problems problems;
    std::map<std::pair<model::DeviceId, std::int64_t>, std::string_view> wanted;
    std::map<model::DoorId, std::string_view> declared;
    for (const auto& door : settings.doors) {
        wanted[{ids.device(door.strike.device), door.strike.number}] = door.key;
        declared[ids.door(door.key)] = door.key;
    }
    for (const auto& [id, door] : directory.doors()) {
        const auto taken = wanted.find({door.row.device, door.row.output});
        if (declared.contains(id) || taken == wanted.end()) continue;
        const auto path = "doors." + std::string{taken->second} + ".strike";
        problems.push_back(
            {.at = settings::mark_of(settings, path),
             .path = path,
             .message = "is the strike of door \"" + door.row.key +
                        "\", which this file leaves out: it goes on as last configured, and two doors cannot have one strike. "
                        "Keep its key, or say `was: " +
                        door.row.key + "`"});
    }
    return problems;
}

} // namespace gatehouse::site
