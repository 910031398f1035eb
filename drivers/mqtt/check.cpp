#include "check.hpp"

#include "sdk/profile/library.hpp"
#include "station.hpp"

#include <map>

namespace gatehouse::mqtt {

std::vector<std::string> check_profile(const std::filesystem::path& file)
{
    const auto loaded = profile::load_mqtt(file);
    std::vector<std::string> findings;
    for (const auto& problem : loaded.problems) findings.push_back(profile::to_text(problem));
    if (!loaded.profile) return findings;
    if (const auto lacking = beyond_this_driver(*loaded.profile); !lacking.empty())
        findings.push_back(file.string() + ":1: needs " + lacking + ", which this driver does not do yet");
    return findings;
}

std::vector<sdk::Finding> check_devices(const std::filesystem::path& profiles, const std::vector<sdk::Attachment>& devices)
{
    profile::MqttLibrary library{profiles};
    std::vector<sdk::Finding> findings;
    std::map<std::string, std::string> answers_on; // topic → the device
    for (const auto& device : devices) {
        const auto loaded = library.find(device.profile);
        if (!loaded) continue;
        const auto& name = device.at.device;
        const auto bound = profile::bind((*loaded)->params, device.params, device.secrets);
        for (const auto& problem : bound.problems) { // "params.NAME: text"
            const auto colon = problem.find(": ");
            const auto param = (*loaded)->params.find(std::string_view{problem}.substr(0, colon).substr(sizeof "params." - 1));
            if (param != (*loaded)->params.end() && param->second.secret) continue; // it comes from elsewhere
            findings.push_back({name, problem.substr(0, colon), problem.substr(colon + 2)});
        }
        if (!bound.problems.empty()) continue;
        if (const auto beyond = profile::beyond_its_slots(**loaded, bound.fields); !beyond.empty())
            findings.push_back({name, "params", beyond});
        for (const auto& door : device.doors)
            for (const auto& beyond : {profile::beyond_its_doors((*loaded)->caps, bound.fields, {door}),
                                       profile::beyond_its_pulse(**loaded, bound.fields, door)})
                if (!beyond.empty()) findings.push_back({name, "doors." + std::to_string(door.door), beyond});
        const auto topic = (*loaded)->topics.reply.text(bound.fields);
        if (!topic || names_its_sender(**loaded)) continue;
        const auto [other, fresh] = answers_on.emplace(*topic, name);
        if (!fresh)
            findings.push_back({name, "params." + param_of_replies(**loaded),
                                "\"" + other->second + "\" answers on " + *topic + " already, and their messages could not be told apart"});
    }
    return findings;
}

sdk::Attached capabilities(const std::filesystem::path& profiles, const sdk::Attachment& device)
{
    profile::MqttLibrary library{profiles};
    const auto loaded = library.find(device.profile);
    if (!loaded) return sdk::Verdict::refused("no_such_profile", device.profile);
    sdk::Attached attached;
    attached.capabilities = capabilities_of(**loaded, profile::bind((*loaded)->params, device.params, device.secrets).fields);
    return attached;
}

} // namespace gatehouse::mqtt
