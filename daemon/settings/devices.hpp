#pragma once

#include "settings/mark.hpp"
#include "settings/policy.hpp"
#include "settings/secret.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::settings {

/// A parameter of a profile; plain `true`, `false` and whole numbers carry their type, all else is text.
using ParamValue = std::variant<bool, std::int64_t, std::string>;

struct Param {
    ParamValue value;
    Mark mark;
};

enum class Secure : std::uint8_t { required, none };
enum class CardKey : std::uint8_t { facility_and_number, number_only };

/// One controller, lock or reader at an address on a line.
struct Device {
    std::string key;
    std::string name;                    ///< the key where the file gives none
    std::string line;                    ///< key of a line
    std::string profile;                 ///< "vendor/model/variant"; empty where the driver needs none (OSDP readers)
    std::string profile_digest;          ///< of the profile's file, noted by whoever knows where that lies; empty: not known
    std::map<std::string, Param> params; ///< checked by the driver, not here
    std::optional<unsigned> address;     ///< number on a shared bus
    std::optional<Secure> secure;
    std::optional<SecretRef> key_secret; ///< `key:` in the file; the secure channel's key
    std::vector<std::string> formats;    ///< card formats a reader may send: "h10301", "uid", …
    bool keypad = false;
    std::string card_as; ///< which form of a card a table holds: "uid", "h10301", …; empty: the profile's word
    std::optional<CardKey> card_key;
    std::optional<unsigned> facility;     ///< whose cards it takes, with `card_key: number_only`
    std::vector<unsigned> reserved_slots; ///< never read into a diff, never written; sorted, each once

    std::optional<std::chrono::seconds> lease; ///< overrides of the policy, below as well
    std::optional<OnFirstContact> on_first_contact;
    std::optional<Foreign> foreign;
    std::optional<Brake> brake;
    std::optional<Retire> retire;

    std::optional<std::string> was; ///< the key it had before
    Mark mark;
};

} // namespace gatehouse::settings
