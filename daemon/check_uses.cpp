#include "check_uses.hpp"

#include <algorithm>

namespace gatehouse {

namespace {

using settings::Mode;

/// One device, and what is said of it.
class Uses {
public:
    Uses(const settings::Settings& settings, const settings::Device& device, const devices::Capabilities& can)
        : settings_{settings}, device_{device}, can_{can}, path_{"devices." + device.key}
    {
    }

    settings::Problems all()
    {
        slots();
        if (can_.stores_credentials && !takes_cards() && (!device_.card_as.empty() || device_.card_key))
            add(path_ + (device_.card_as.empty() ? ".card_key" : ".card_as"), "it takes no cards");
        for (const auto& door : settings_.doors)
            if (door.strike.device == device_.key) entrances(door);
        return std::move(problems_);
    }

private:
    bool takes_cards() const { return can_.takes_uid || can_.takes_number || can_.takes_card_and_pin; }

    void slots()
    {
        const auto& reserved = device_.reserved_slots;
        const auto path = path_ + ".reserved_slots";
        if (reserved.empty()) return;
        if (!can_.slot_based) return add(path, "it has no slots that could be reserved");
        if (can_.capacity <= 0) return;
        const auto end = can_.slot_first + can_.capacity;
        const auto outside = [this, end](unsigned slot) { return slot < can_.slot_first || slot >= end; };
        const auto range = std::to_string(can_.slot_first) + " to " + std::to_string(end - 1);
        for (const auto slot : reserved)
            if (outside(slot)) add(path, "slot " + std::to_string(slot) + " is none of those that are used, " + range);
        if (std::count_if(reserved.begin(), reserved.end(), std::not_fn(outside)) == can_.capacity)
            add(path, "all of its slots are reserved: it can hold nothing");
    }

    void entrances(const settings::Door& door)
    {
        for (const auto& workspace : settings_.workspaces)
            for (const auto& system : workspace.systems)
                for (const auto& entrance : system.entrances)
                    if (entrance.door == door.key)
                        judge(entrance, door, workspace.key == door.owner,
                              "workspaces." + workspace.key + ".systems." + system.key + ".entrances." + entrance.key);
    }

    /// The mode of a shared door is its owner's, and others state none.
    void judge(const settings::Entrance& entrance, const settings::Door& door, bool owns, const std::string& path)
    {
        const bool card = entrance.mode != Mode::pin && entrance.mode != Mode::unlocked;
        const bool code = entrance.mode == Mode::pin || entrance.mode == Mode::card_or_pin;
        const auto where = "door \"" + door.key + "\" ";
        if (!can_.stores_credentials) {
            if (door.readers.empty() && !entrance.cloud_key)
                add(path, where + "has no reader, and its controller keeps no table: no card and no code opens it, only an unlock");
            return;
        }
        if (!owns) return;
        if (card && !takes_cards()) add(path + ".mode", where + "takes no cards; `mode: pin` is for locks that take codes alone");
        if (code && !can_.takes_pin) add(path + ".mode", where + "takes no codes");
    }

    void add(const std::string& path, std::string message)
    {
        problems_.push_back({settings::mark_of(settings_, path), path, std::move(message)});
    }

    const settings::Settings& settings_;
    const settings::Device& device_;
    const devices::Capabilities& can_;
    std::string path_;
    settings::Problems problems_;
};

} // namespace

settings::Problems beyond(const settings::Settings& settings, const settings::Device& device, const devices::Capabilities& can)
{
    return Uses{settings, device, can}.all();
}

} // namespace gatehouse
