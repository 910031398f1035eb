#pragma once

#include <chrono>
#include <cstdint>

namespace gatehouse::settings {

enum class IdentityDelete : std::uint8_t { refuse, cascade };
enum class OnFirstContact : std::uint8_t { ask, remove, keep };
enum class Foreign : std::uint8_t { remove, keep };
enum class Retire : std::uint8_t { wipe, leave };

/// Both must be exceeded before foreign entries are left for the operator to judge.
struct Brake {
    unsigned entries = 10;
    unsigned share_percent = 25; ///< of the table, 0 to 100
    friend bool operator==(const Brake&, const Brake&) = default;
};

struct PinRules {
    unsigned min_length = 4;
    bool refuse_trivial = true;
};

struct Retention {
    std::chrono::seconds events = std::chrono::hours{400 * 24};
    std::chrono::seconds unknown_cards = std::chrono::hours{7 * 24};
};

/// What holds for the site; a device may override lease, on_first_contact, foreign, brake and retire.
struct Policy {
    IdentityDelete identity_delete = IdentityDelete::refuse;
    PinRules pin;
    std::chrono::seconds lease = std::chrono::hours{72};
    OnFirstContact on_first_contact = OnFirstContact::ask;
    Foreign foreign = Foreign::remove;
    Brake brake;
    Retire retire = Retire::wipe;
    Retention retention;
};

} // namespace gatehouse::settings
