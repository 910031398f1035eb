#include "holding.hpp"

#include "check_program.hpp"
#include "devices/process.hpp"
#include "devices/wire.hpp"

#include <boost/json.hpp>
#include <spdlog/spdlog.h>

#include <sstream>

namespace gatehouse {

namespace json = boost::json;

namespace {

constexpr base::seconds holding_patience{10};
constexpr std::size_t asked_at_once = 32; // what a program may say is bounded

std::string driver_of(const model::Directory& directory, const model::Device& device)
{
    const auto* line = directory.line(device.line);
    return line == nullptr ? std::string{} : line->driver;
}

/// The device as its driver is told of it, but for names and secrets; secrets and what the gateway alone goes by say nothing of what it can
/// do.
json::object told_of(const model::Device& device)
{
    boost::system::error_code error;
    auto value = json::parse(device.address, error);
    auto told = !error && value.is_object() ? std::move(value.get_object()) : json::object{};
    told.erase("secrets");
    told.erase("reserved_slots");
    told.erase("profile_digest");
    if (!device.profile.empty()) told["profile"] = device.profile;
    return told;
}

/// What two devices share only when their driver cannot tell them apart.
std::string words_of(const model::Directory& directory, const model::Device& device)
{
    return driver_of(directory, device) + " " + json::serialize(told_of(device));
}

/// Its doors are judged by `check`, and what a device can do does not depend on which of them are used.
std::string attach_of(const model::Device& device, std::size_t id)
{
    auto attach = told_of(device);
    attach["type"] = "attach";
    attach["id"] = std::to_string(id);
    attach["deadline"] = "1";
    attach["line"] = "line";
    attach["device"] = device.key;
    attach["doors"] = json::array{};
    return json::serialize(attach) + "\n";
}

} // namespace

Holding::Devices Holding::devices_of(const model::Directory& directory, const std::set<model::DoorId>& doors) const
{
    Devices devices;
    for (const auto& id : doors)
        if (const auto* door = directory.door(id)) devices.insert(door->row.device);
    ask_about(directory, devices);
    return devices;
}

void Holding::widen(const model::Directory& directory, std::set<model::DoorId>& doors) const
{
    for (const auto& id : devices_of(directory, doors)) {
        const auto* device = directory.device(id);
        const auto* can = device == nullptr ? nullptr : capabilities(directory, device->row);
        if (can != nullptr && reconcile::as_a_whole(*can)) doors.insert(device->doors.begin(), device->doors.end());
    }
}

site::Ways Holding::unheld(const model::Directory& directory, const std::set<model::DoorId>& doors) const
{
    site::Ways ways;
    for (const auto& id : devices_of(directory, doors)) {
        const auto* device = directory.device(id);
        const auto* can = device == nullptr ? nullptr : capabilities(directory, device->row);
        const auto policy = can == nullptr ? reconcile::DevicePolicy{} : reconcile::parse_device_policy(device->row.policy);
        if (can == nullptr || !policy) continue;
        const auto known = known_.find(id);
        const reconcile::Occupied nothing;
        ways.merge(
            reconcile::unheld({directory, *device, *can, *policy, {now_}}, known == known_.end() ? nothing : known->second.occupied));
    }
    return ways;
}

const devices::Capabilities* Holding::capabilities(const model::Directory& directory, const model::Device& device) const
{
    const auto known = known_.find(device.id);
    const auto* serving = known == known_.end() ? nullptr : &known->second;
    const bool same = serving != nullptr && serving->driver == driver_of(directory, device) && serving->profile == device.profile;
    if (same && serving->address == device.address) return &serving->capabilities;
    const auto said = said_.find(words_of(directory, device));
    if (said != said_.end() && said->second) return &*said->second;
    return same && said != said_.end() ? &serving->capabilities : nullptr; // its driver's program does not say: as it was attached
}

/// Each driver about all of them, a few at a time.
void Holding::ask_about(const model::Directory& directory, const Devices& devices) const
{
    std::map<std::string, Group> groups; // by driver
    for (const auto& id : devices) {
        const auto* device = directory.device(id);
        if (device == nullptr || capabilities(directory, device->row) != nullptr) continue;
        auto words = words_of(directory, device->row);
        if (said_.contains(words)) continue;
        const auto driver = driver_of(directory, device->row);
        auto& group = groups[driver];
        group.emplace(std::move(words), &device->row);
        if (group.size() < asked_at_once) continue;
        ask(driver, group);
        group.clear();
    }
    for (const auto& [driver, group] : groups)
        if (!group.empty()) ask(driver, group);
}

void Holding::ask(const std::string& driver, const Group& devices) const
{
    std::string input;
    std::vector<std::string> asked; // words, by id from 1 on
    for (const auto& [words, device] : devices) {
        asked.push_back(words);
        input += attach_of(*device, asked.size());
        said_[words] = std::nullopt;
    }
    const auto program = devices::driver_program(options_.drivers, driver);
    const auto ended =
        program ? run_program({program->string(), "--capabilities", (options_.profiles / driver).string()}, input, holding_patience)
                : base::Result<Ended>{program.error()};
    if (!ended || ended->status != 0) {
        const auto why = !ended               ? ended.error().detail
                         : ended->status == 2 ? "its program does not tell before the start"
                                              : ending_of(*ended);
        spdlog::warn(
            "capabilities_unknown driver={} what=\"{}\" hint=\"a plan reckons with what its devices were attached as, and with all "
            "of those that never were\"",
            driver, why);
        return;
    }
    std::istringstream said{ended->output};
    for (std::string line; std::getline(said, line);) {
        auto message = devices::parse_message(line);
        if (!message || !message->id || *message->id == 0 || *message->id > asked.size()) continue;
        const auto& words = asked[*message->id - 1];
        const auto answer = devices::to_answer(std::move(message->body));
        if (answer.outcome.verdict == devices::Verdict::acknowledged) said_[words] = devices::capabilities_from(answer.body);
    }
}

} // namespace gatehouse
