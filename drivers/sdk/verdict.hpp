#pragma once

#include "sdk/time.hpp"
#include "sdk/words.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace gatehouse::sdk {

enum class VerdictKind : std::uint8_t { acknowledged, refused, full, unsupported, busy, unknown, offline };
template <>
inline constexpr std::array<std::string_view, 7> words<VerdictKind>{"acknowledged", "refused", "full",   "unsupported",
                                                                    "busy",         "unknown", "offline"};

/// How an operation ended, by what the daemon does next (docs/driver-protocol.md, section 3).
/// `reason` is a snake_case word of at most 64 bytes, `detail` text for people; neither ever holds a secret.
struct Verdict {
    VerdictKind kind = VerdictKind::acknowledged;
    std::string reason;
    std::string detail;
    Milliseconds retry_after{0}; ///< of `busy` only
    bool read_back = false;      ///< of an acknowledged step of `apply` only; see proven()

    static Verdict acknowledged() { return {}; }
    /// Of a step: acknowledged, and asked for this entry alone behind the write, the device showed it as written, or gone. Anything less
    /// is acknowledged() and no more.
    static Verdict proven()
    {
        Verdict verdict;
        verdict.read_back = true;
        return verdict;
    }
    static Verdict refused(std::string reason, std::string detail = {})
    {
        return {VerdictKind::refused, std::move(reason), std::move(detail)};
    }
    static Verdict full() { return {VerdictKind::full}; }
    static Verdict unsupported() { return {VerdictKind::unsupported}; }
    static Verdict busy(Milliseconds retry_after) { return {VerdictKind::busy, {}, {}, retry_after}; }
    /// It may or may not have happened: bytes went out and nothing clear came back.
    static Verdict unknown(std::string reason = {}, std::string detail = {})
    {
        return {VerdictKind::unknown, std::move(reason), std::move(detail)};
    }
    /// Its deadline passed before it was started; nothing was sent.
    static Verdict late() { return unknown("late"); }
    static Verdict offline(std::string detail = {}) { return {VerdictKind::offline, {}, std::move(detail)}; }

    bool ok() const { return kind == VerdictKind::acknowledged; }
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

} // namespace gatehouse::sdk
