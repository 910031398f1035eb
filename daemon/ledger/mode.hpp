#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string_view>

namespace gatehouse::ledger {

/// How much the storage can be relied on. Decisions on cards are made from the last committed state in all but the last.
enum class Mode : std::uint8_t {
    normal,
    low_space, ///< the reserve was given up: only what takes access away is accepted
    stalled,   ///< a commit takes longer than five seconds: no change is accepted until it returns
    read_only, ///< the disk took no write at the start: no change is accepted
    sealed     ///< the database cannot be used: nothing opens, nothing is written anywhere
};

/// "normal", "low_space", ...: as health and events have it.
std::string_view to_string(Mode mode);

/// Something that was noticed of the storage.
enum class News : std::uint8_t { reserve_given_up, reserve_made, commit_late, commit_returned, found_read_only, found_sealed };

/// What is known of it. Several things may be so at once; the worst of them is the mode.
struct Storage {
    bool low_space = false, stalled = false, read_only = false, sealed = false;

    Mode mode() const;
    friend bool operator==(const Storage&, const Storage&) = default;
};

/// Pure.
Storage after(Storage storage, News news);

/// Whether a change is accepted. Pure.
/// Errors: full       the disk is short of space and the change does more than take access away (no code: insufficient_storage);
///         transient  no change is accepted now (code storage_stalled, storage_read_only, storage_sealed).
base::Result<void> admits(Mode mode, bool only_takes_away);

} // namespace gatehouse::ledger
