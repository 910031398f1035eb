#pragma once

#include "sdk/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::sdk {

enum class KeyKind : std::uint8_t { card_uid_hex, card_number, pin };
template <>
inline constexpr std::array<std::string_view, 3> words<KeyKind>{"card_uid_hex", "card_number", "pin"};

enum class EntryState : std::uint8_t { active, disabled, admin, unknown };
template <>
inline constexpr std::array<std::string_view, 4> words<EntryState>{"active", "disabled", "admin", "unknown"};

inline constexpr std::uint8_t highest_door = 62;

/// One row of a device's table. Of a `drop` only key or slot count; what a device does not show stays empty when read back.
/// `pin`, and `key` of kind pin, are secrets.
struct Entry {
    std::string key;
    KeyKind key_kind = KeyKind::card_uid_hex;
    std::optional<std::uint32_t> slot;
    std::vector<std::uint8_t> doors;
    std::optional<std::int64_t> from;  ///< seconds since 1970 UTC, inclusive
    std::optional<std::int64_t> until; ///< seconds since 1970 UTC, exclusive
    std::optional<std::string> pin;    ///< asked after the card
    std::string label;                 ///< whose it is
    std::string tag;                   ///< the daemon's mark; empty on foreign entries
    EntryState state = EntryState::active;

    friend bool operator==(const Entry&, const Entry&) = default;
};

enum class Op : std::uint8_t { drop, put };
template <>
inline constexpr std::array<std::string_view, 2> words<Op>{"drop", "put"};

struct Step {
    Op op = Op::put;
    Entry entry;
};

/// What a read of a table brought. `complete` claims absence of everything not listed, so every doubt is partial.
struct Table {
    Table() = default;
    Table(Verdict v) : verdict{std::move(v)} {} ///< nothing was read at all

    Verdict verdict;
    std::vector<Entry> entries;
    bool complete = false;
    std::uint32_t rounds = 1; ///< complete-looking rounds this rests on
    std::string reason;       ///< why partial: yielded, late, offline, restarted, rounds, damaged
    std::string detail;       ///< optional, with partial: what was in the way, for people
    std::string digest;       ///< optional, with complete
};

/// One verdict for each step in order; or a verdict other than acknowledged and no steps: none was started.
struct Applied {
    Applied() = default;
    Applied(Verdict v) : verdict{std::move(v)} {}

    Verdict verdict;
    std::vector<Verdict> steps;
};

struct Digest {
    Digest() = default;
    Digest(Verdict v) : verdict{std::move(v)} {}
    Digest(std::string text) : digest{std::move(text)} {}

    Verdict verdict;
    std::string digest;
};

} // namespace gatehouse::sdk
