#pragma once

#include "model/directory.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::model {

// Codes that devices may hold in their slots. A placement keeps only a hash of the code in its slot, made with its key: what it is is found
// among the codes of whoever it belongs to.

bool in_slot(const Placement& placement);

/// Codes that may stand in a slot, as far as they are on record.
struct SlotCodes {
    std::set<std::string, std::less<>> known;
    bool sent = false;    ///< the one that was sent last is among them
    bool earlier = false; ///< one that stood there before is, and has a claim at the door

    SlotCodes(const Directory& directory, const DoorNode& door, const Placement& placement);
    /// It can hold no others.
    bool all(const Placement& placement) const { return sent && (earlier || !placement.superseded); }
};

/// What a device may open by, beside the placements of whoever asks. It lives for one plan: placements, codes and claims stay as they are.
class DeviceCodes {
public:
    DeviceCodes(const Directory& directory, const DeviceId& device) : directory_{directory}, device_{device} {}

    /// Whether it may open the door by the code of somebody else, or of nobody knows whom: claims and placements may have been damaged.
    bool may_open_for_others(const DoorNode& door, const CredentialId& credential, std::string_view pin);

private:
    void sort_slots();

    const Directory& directory_;
    DeviceId device_;
    int asked_ = 0;
    std::map<std::string, std::vector<const Placement*>, std::less<>> by_code_; ///< slots whose code is on record
    std::vector<const Placement*> unknown_;                                     ///< those whose code is not
    std::vector<const Placement*> unsure_;                                      ///< that may hold others besides
};

} // namespace gatehouse::model
