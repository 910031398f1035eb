#pragma once

#include "base/time.hpp"
#include "model/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::model {

/// What is known of an entry on a device. Only a read-back makes `verified`.
enum class Truth : std::uint8_t { pending, assumed, verified, refused, unknown };

/// Somebody whose credential opens doors by an entry. One plastic may be several people's, in several workspaces.
struct Holder {
    WorkspaceId workspace;
    CredentialId credential;
    std::optional<UserId> user;           ///< whose; may be deleted by now
    std::string label;                    ///< the name people know the user by, as it was when the entry was written
    std::uint64_t doors = 0;              ///< outputs the entry opens, or may still open, by this credential, as bits: 1 << output
    std::optional<IdentityId> identity{}; ///< the person that user was; unknown in records of older versions
    friend bool operator==(const Holder&, const Holder&) = default;
};

/// The hash a placement keeps of the code in a slot; never 0.
std::uint64_t code_value(std::string_view key, std::string_view code);

/// Our durable record that a device may hold an entry of ours. Committed before the first `put` of the key goes out, erased only when a
/// complete read-back proves absence.
struct Placement {
    DeviceId device;
    std::string key;             ///< kind and value: "card_uid_hex:04a1b2c3"; of a code in a slot "code:" and the credential's id
    std::vector<Holder> holders; ///< whose it is, first by owner of the door and then age; never empty
    std::optional<std::int64_t> slot;
    std::uint64_t fingerprint = 0; ///< of the entry last sent
    std::uint64_t value = 0;       ///< hash of the code last sent, where the entry is known by its slot; 0: the key says it all
    bool superseded = false;       ///< an earlier code of the slot may still open
    std::int64_t doors = 0;        ///< outputs the entry last sent opens, as bits: 1 << output
    base::Instant from = base::no_start;
    base::Instant until = base::no_end; ///< end written to the device; no_end where it has none
    Truth truth = Truth::pending;
    bool leaving = false;                     ///< no longer desired: residual access until proven gone
    std::string reason;                       ///< why, for people; empty when all is well
    base::Instant since{};                    ///< of this truth, or of the removal while leaving
    std::optional<base::Instant> verified_at; ///< last read-back that showed it
    ChangeNumber number = 0;                  ///< what was lowered when it was last sent or shown

    static constexpr std::string_view table = "placement";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("device", self.device), visit("key", self.key), visit("holders", self.holders), visit("slot", self.slot);
        visit("fingerprint", self.fingerprint), visit("value", self.value), visit("superseded", self.superseded);
        visit("doors", self.doors);
        visit("starts_at", self.from), visit("ends_at", self.until), visit("truth", self.truth), visit("leaving", self.leaving);
        visit("reason", self.reason), visit("since", self.since), visit("verified_at", self.verified_at), visit("number", self.number);
    }
    friend bool operator==(const Placement&, const Placement&) = default;

    /// Outputs the device may open by it: what was sent last, and what went before until a read-back shows it gone.
    std::uint64_t may_open() const
    {
        auto bits = static_cast<std::uint64_t>(doors);
        for (const auto& holder : holders) bits |= holder.doors;
        return bits;
    }
};

} // namespace gatehouse::model
