#include "settings/keys.hpp"

#include <array>

namespace gatehouse::settings {

namespace {

template <std::size_t N>
using Keys = std::array<std::string_view, N>;

constexpr Keys<12> root{"format",  "site",  "http",  "policy", "drivers",  "lines",
                        "devices", "zones", "doors", "hours",  "holidays", "workspaces"};
constexpr Keys<3> site{"key", "name", "time_zone"};
constexpr Keys<3> http{"listen", "tls_listen", "tls"};
constexpr Keys<2> tls{"certificate", "key"};
constexpr Keys<8> policy{"identity_delete", "pin", "lease", "on_first_contact", "foreign", "brake", "retire", "retention"};
constexpr Keys<2> pin{"min_length", "refuse_trivial"};
constexpr Keys<2> brake{"entries", "share"};
constexpr Keys<2> retention{"events", "unknown_cards"};
constexpr Keys<0> driver{};
constexpr Keys<9> line{"driver", "url", "user", "password", "ca", "tcp", "serial", "baud", "was"};
constexpr Keys<19> device{
    "name",     "line",     "profile",        "params", "address",          "secure",  "key",   "formats", "keypad", "card_as",
    "card_key", "facility", "reserved_slots", "lease",  "on_first_contact", "foreign", "brake", "retire",  "was"};
constexpr Keys<3> zone{"fire", "on_fire", "was"};
constexpr Keys<2> fire{"input", "active"};
constexpr Keys<13> door{"name", "owner", "shared_with", "strike",     "contact",  "rex", "readers",
                        "zone", "lock",  "unlock_for",  "held_after", "lockdown", "was"};
constexpr Keys<1> hours{"closed_on"};
constexpr Keys<3> workspace{"name", "systems", "was"};
constexpr Keys<4> system_{"name", "entrances", "groups", "was"};
constexpr Keys<6> entrance{"name", "door", "cloud_key", "mode", "modes", "was"};
constexpr Keys<3> timed_mode{"hours", "mode", "after_first"};
constexpr Keys<5> group{"name", "entrances", "override", "lease", "was"};
constexpr Keys<2> secret{"credential", "file"};

constexpr std::array all{
    Section{"", root},
    Section{"site", site},
    Section{"http", http},
    Section{"http.tls", tls},
    Section{"policy", policy},
    Section{"policy.pin", pin},
    Section{"policy.brake", brake},
    Section{"policy.retention", retention},
    Section{"drivers.*", driver},
    Section{"lines.*", line},
    Section{"devices.*", device},
    Section{"devices.*.brake", brake},
    Section{"zones.*", zone},
    Section{"zones.*.fire", fire},
    Section{"doors.*", door},
    Section{"hours.*", hours},
    Section{"workspaces.*", workspace},
    Section{"workspaces.*.systems.*", system_},
    Section{"workspaces.*.systems.*.entrances.*", entrance},
    Section{"workspaces.*.systems.*.entrances.*.modes[]", timed_mode},
    Section{"workspaces.*.systems.*.groups.*", group},
    Section{"secret", secret},
};

} // namespace

std::span<const Section> sections()
{
    return all;
}

std::span<const std::string_view> keys_of_section(std::string_view path)
{
    for (const Section& section : all)
        if (section.path == path) return section.keys;
    return {};
}

} // namespace gatehouse::settings
