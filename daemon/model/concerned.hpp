#pragma once

#include "model/directory.hpp"

namespace gatehouse::model {

/// Whose entries on devices a change bears on.
struct Concerned {
    std::vector<std::string> keys; ///< placement keys their credentials have, or had before the change
    std::vector<CredentialId> credentials;
    std::size_t size() const { return keys.size() + credentials.size(); }
    bool empty() const { return size() == 0; }
};

/// Adds whose entries a row bears on, as the directory stands now; before and after the row is applied, like the doors it affects. May name
/// somebody twice. False: everybody's with a way to those doors.
bool concerned(const Directory& directory, const Mutation& mutation, Concerned& into);

/// Placement keys a credential may stand under, on any kind of device.
std::vector<std::string> placement_keys(const Credential& credential);

/// A card number of h10301 as one number: facility x 65536 + number, 8 and 16 bits.
inline constexpr std::uint64_t numbers_per_facility = 65'536;

} // namespace gatehouse::model
