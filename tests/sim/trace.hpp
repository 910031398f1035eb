#pragma once

#include "base/clock.hpp"

#include <string_view>

namespace gatehouse::sim {

/// Everything that happens in a run, as lines: hashed always, shown on demand. Two runs of one seed have the same hash.
class Trace {
public:
    Trace(const base::ManualClock& clock, bool shown) : clock_{clock}, shown_{shown} {}
    void add(std::string_view kind, std::string_view text);
    std::uint64_t hash() const { return hash_; }
    std::uint64_t lines() const { return lines_; }
    bool shown() const { return shown_; }

private:
    const base::ManualClock& clock_;
    bool shown_;
    std::uint64_t hash_ = 0, lines_ = 0;
};

} // namespace gatehouse::sim
