#include "site/declare.hpp"
#include "site/json_texts.hpp"

#include <boost/json.hpp>

#include <map>
#include <set>

namespace gatehouse::site {

namespace {

/// Whether the id is made of the key: at once, or of one that came back.
bool made_of(std::string_view site, std::string_view kind, const base::Uuid& id, const std::string& key)
{
    return base::declared_uuid(site, kind, key) == id || base::declared_uuid(site, kind, key + "/2") == id;
}

/// The key of the site is in all ids of what belongs to it. When it is in none of those that stand, it was changed: what is declared from
/// now on would get other ids than on a box that is set up anew from the file. Things of two renamings say nothing.
bool site_key_changed(const model::Directory& directory, std::string_view site)
{
    bool any = false, same = false;
    const auto look = [&any, &same, site](std::string_view kind, const auto& row) {
        any = true;
        same = same || made_of(site, kind, row.id.value, row.key) || (!row.was.empty() && made_of(site, kind, row.id.value, row.was));
    };
    for (const auto& [id, workspace] : directory.workspaces()) look("workspace", workspace->row);
    for (const auto& [id, line] : directory.lines()) look("line", line);
    for (const auto& [id, device] : directory.devices()) look("device", device.row);
    for (const auto& [id, door] : directory.doors()) look("door", door.row);
    return any && !same;
}

/// Its line, profile, bus address and parameters; not by which secrets it is spoken with.
std::string met_at(const std::string& line, const std::string& profile, const std::string& address)
{
    boost::system::error_code error;
    const auto read = boost::json::parse(address, error);
    if (error || !read.is_object()) return line + "\n" + profile + "\n" + address;
    auto met = line + "\n" + profile;
    for (const auto* section : {"address", "params"})
        if (const auto* found = read.get_object().if_contains(section)) met += "\n" + boost::json::serialize(*found);
    return met;
}

/// A device that is left out goes on as last configured: another one is not met where that is.
void same_address(const model::Directory& directory, const settings::Settings& settings, const Ids& ids, settings::Problems& problems)
{
    std::set<model::DeviceId> declared;
    std::map<std::string, std::string_view> wanted;
    for (const auto& device : settings.devices) {
        declared.insert(ids.device(device.key));
        wanted[met_at(to_string(ids.line(device.line)), device.profile, address_text(device))] = device.key;
    }
    for (const auto& [id, device] : directory.devices()) {
        const auto same = wanted.find(met_at(to_string(device.row.line), device.row.profile, device.row.address));
        if (declared.contains(id) || same == wanted.end()) continue;
        const auto path = "devices." + std::string{same->second};
        problems.push_back(
            {.at = settings::mark_of(settings, path),
             .path = path,
             .message = "is met where device \"" + device.row.key +
                        "\" is, which this file leaves out: it goes on as last configured, and two devices cannot have one address. "
                        "Keep its key, or say `was: " +
                        device.row.key + "`"});
    }
}

} // namespace

settings::Problems clashes(const model::Directory& directory, const settings::Settings& settings)
{
    const Ids ids{directory, settings};
    if (!ids.problems().empty()) return ids.problems();
    settings::Problems problems;
    if (site_key_changed(directory, settings.site.key))
        problems.push_back(
            {.at = settings::mark_of(settings, "site.key"),
             .path = "site.key",
             .message = "the key is part of ids, and what stands was made with another: write that one; a `name` may change freely"});
    same_address(directory, settings, ids, problems);
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
