#pragma once

#include "base/time.hpp"
#include "model/placements.hpp"

#include <map>
#include <string>

namespace gatehouse::reconcile {

/// How long every entry that is not verified, or is leaving, has stood so: by the monotonic clock, which no clock step moves. What people
/// are shown is the placement's own `since`. After a start all of it counts from the start. Core thread.
class Unproven {
public:
    struct Mark {
        base::Instant since;  ///< of the placement, when it was marked
        base::Monotonic from; ///< the same moment on the monotonic clock
        bool alarmed = false; ///< the alarm was raised for it
        bool first = false;   ///< nothing of it was ever read back
        bool told = false;    ///< that it is not proven, though nothing is owed
    };
    using Marks = std::map<std::string, Mark, std::less<>>;

    /// To be told after every change of a placement; null when it is gone. True when it is proven for the first time.
    bool follow(const model::DeviceId& device, std::string_view key, const model::Placement* placement, base::Monotonic now)
    {
        auto& marks = devices_[device];
        const auto known = marks.find(key);
        const bool settled = placement == nullptr || (placement->truth == model::Truth::verified && !placement->leaving);
        if (settled) {
            const bool first = known != marks.end() && known->second.first && placement != nullptr;
            if (known != marks.end()) marks.erase(known);
            return first;
        } else if (known == marks.end()) {
            marks.emplace(key, Mark{placement->since, now, false, !placement->verified_at});
        } else if (known->second.since != placement->since) {
            known->second = {placement->since, now, false, known->second.first};
        }
        return false;
    }

    const Mark* find(const model::DeviceId& device, std::string_view key) const
    {
        const auto marks = devices_.find(device);
        if (marks == devices_.end()) return nullptr;
        const auto found = marks->second.find(key);
        return found == marks->second.end() ? nullptr : &found->second;
    }

    std::map<model::DeviceId, Marks>& all() { return devices_; }
    const std::map<model::DeviceId, Marks>& all() const { return devices_; }

private:
    std::map<model::DeviceId, Marks> devices_;
};

} // namespace gatehouse::reconcile
