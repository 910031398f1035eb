#pragma once

#include "base/time.hpp"
#include "model/ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::reconcile {

/// Residual access on a unit that was exchanged: nobody can prove any more what that unit holds, and somebody said that it is gone.
struct Attestation {
    model::WorkspaceId workspace; ///< whose access it was
    model::CredentialId credential;
    std::optional<model::UserId> user;
    std::string person;
    model::DoorId door;    ///< nil: an output that no door used any more
    base::Instant since{}; ///< of the revoke
    std::string by;
    base::Instant at{};
    friend bool operator==(const Attestation&, const Attestation&) = default;
};

inline constexpr std::size_t attestations_kept = 1'000; ///< of one device, the newest; the audit trail has them all

/// As the journal keeps those of one device.
std::string to_text(const std::vector<Attestation>& attestations);
/// What cannot be read is left out.
std::vector<Attestation> attestations_from(std::string_view text);

} // namespace gatehouse::reconcile
