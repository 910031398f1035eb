#include "settings/nearest.hpp"
#include "settings/references.hpp"

#include <map>

namespace gatehouse::settings {

namespace {

/// Points of one kind and the doors that use them.
class Points {
public:
    Points(const Settings& settings, Findings& findings, std::string what)
        : settings_{settings}, findings_{findings}, what_{std::move(what)}
    {
    }

    void use(const std::optional<Point>& point, const std::string& path, const std::string& user)
    {
        if (!point || point->device.empty()) return;
        if (findings_.expect(settings_.devices, point->device, path, "device") == nullptr) return;
        const auto [first, is_new] = users_.try_emplace(*point, user);
        if (!is_new) findings_.add(path, "is the " + what_ + " of " + first->second + " as well");
    }

private:
    const Settings& settings_;
    Findings& findings_;
    std::string what_;
    std::map<Point, std::string> users_;
};

void check_tenants(const Settings& settings, const Door& door, Findings& findings)
{
    const std::string path = "doors." + door.key;
    findings.expect(settings.workspaces, door.owner, path + ".owner", "workspace");
    for (std::size_t i = 0; i < door.shared_with.size(); ++i) {
        const std::string at = path + ".shared_with[" + std::to_string(i) + "]";
        findings.expect(settings.workspaces, door.shared_with[i], at, "workspace");
        if (door.shared_with[i] == door.owner) findings.add(at, "is the owner already");
    }
}

void check_readers(const Settings& settings, Findings& findings)
{
    std::map<std::string, std::string> door_of;
    for (const Door& door : settings.doors)
        for (std::size_t i = 0; i < door.readers.size(); ++i) {
            const std::string at = "doors." + door.key + ".readers[" + std::to_string(i) + "]";
            findings.expect(settings.devices, door.readers[i], at, "device");
            const auto [first, is_new] = door_of.try_emplace(door.readers[i], door.key);
            if (!is_new) findings.add(at, "reads for door " + in_quotes(first->second) + " already");
        }
}

} // namespace

void check_doors(const Settings& settings, Findings& findings)
{
    Points strikes{settings, findings, "strike"};
    Points inputs{settings, findings, "input"};
    for (const Zone& zone : settings.zones) // its device is checked with the equipment
        if (zone.fire && find(settings.devices, zone.fire->input.device) != nullptr)
            inputs.use(zone.fire->input, "zones." + zone.key + ".fire.input", "zone " + in_quotes(zone.key));
    for (const Door& door : settings.doors) {
        const std::string path = "doors." + door.key;
        const std::string user = "door " + in_quotes(door.key);
        check_tenants(settings, door, findings);
        strikes.use(door.strike, path + ".strike", user);
        inputs.use(door.contact, path + ".contact", user);
        inputs.use(door.rex, path + ".rex", user);
        if (door.zone) findings.expect(settings.zones, *door.zone, path + ".zone", "zone");
    }
    check_readers(settings, findings);
}

} // namespace gatehouse::settings
