#include "settings/references.hpp"

#include "settings/nearest.hpp"

#include <map>
#include <set>

namespace gatehouse::settings {

void Findings::report_unknown(const std::string& name, const std::string& path, std::string_view kind,
                              const std::vector<std::string_view>& known)
{
    add(path, "no " + std::string{kind} + " " + in_quotes(name) + did_you_mean(name, known));
}

namespace {

/// Two devices of one line with the same address answer over each other.
void check_addresses(const Settings& settings, Findings& findings)
{
    std::map<std::pair<std::string, unsigned>, std::string> taken;
    for (const Device& device : settings.devices) {
        if (!device.address) continue;
        const auto [first, is_new] = taken.try_emplace({device.line, *device.address}, device.key);
        if (!is_new)
            findings.add("devices." + device.key + ".address", "device " + in_quotes(first->second) + " has this address on the same line");
    }
}

/// Reports a `was` that names a key still in use, or one that two items claim. Items may change keys with each other.
class FormerKeys {
public:
    FormerKeys(Findings& findings, std::string parent) : findings_{findings}, parent_{std::move(parent)} {}

    template <class Item>
    void check(const std::vector<Item>& items)
    {
        for (const Item& item : items) {
            if (!item.was || *item.was == item.key) continue;
            const std::string path = parent_ + "." + item.key + ".was";
            if (const Item* other = find(items, *item.was); other != nullptr && !other->was)
                findings_.add(path, in_quotes(*item.was) + " is still in the file");
            if (!claimed_.insert(*item.was).second) findings_.add(path, in_quotes(*item.was) + " is claimed twice");
        }
    }

private:
    Findings& findings_;
    std::string parent_;
    std::set<std::string> claimed_;
};

} // namespace

void check_equipment(const Settings& settings, Findings& findings)
{
    for (const Line& line : settings.lines) findings.expect(settings.drivers, line.driver, "lines." + line.key + ".driver", "driver");
    for (const Device& device : settings.devices) {
        const std::string path = "devices." + device.key;
        const Line* line = findings.expect(settings.lines, device.line, path + ".line", "line");
        if (line == nullptr || line->driver != "osdp") continue;
        if (!device.address) findings.add(path + ".address", "is missing: a reader on an OSDP bus has one");
        if (device.address && *device.address > 126) findings.add(path + ".address", "OSDP addresses run from 0 to 126");
    }
    check_addresses(settings, findings);
    for (const Zone& zone : settings.zones)
        if (zone.fire) findings.expect(settings.devices, zone.fire->input.device, "zones." + zone.key + ".fire.input", "device");
}

void check_calendar(const Settings& settings, Findings& findings)
{
    for (const Hours& hours : settings.hours)
        for (std::size_t i = 0; i < hours.closed_on.size(); ++i)
            findings.expect(settings.holidays, hours.closed_on[i], "hours." + hours.key + ".closed_on[" + std::to_string(i) + "]",
                            "holidays");
}

void check_former_keys(const Settings& settings, Findings& findings)
{
    FormerKeys{findings, "lines"}.check(settings.lines);
    FormerKeys{findings, "devices"}.check(settings.devices);
    FormerKeys{findings, "zones"}.check(settings.zones);
    FormerKeys{findings, "doors"}.check(settings.doors);
    FormerKeys{findings, "workspaces"}.check(settings.workspaces);
    for (const Workspace& workspace : settings.workspaces) {
        const std::string systems = "workspaces." + workspace.key + ".systems";
        FormerKeys{findings, systems}.check(workspace.systems);
        for (const System& system : workspace.systems) {
            FormerKeys{findings, systems + "." + system.key + ".entrances"}.check(system.entrances);
            FormerKeys{findings, systems + "." + system.key + ".groups"}.check(system.groups);
        }
    }
}

Problems check_references(const Settings& settings)
{
    Findings findings{settings};
    check_equipment(settings, findings);
    check_doors(settings, findings);
    check_calendar(settings, findings);
    check_workspaces(settings, findings);
    check_former_keys(settings, findings);
    return findings.take();
}

} // namespace gatehouse::settings
