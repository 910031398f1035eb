#pragma once

#include "settings/mark.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::settings {

/// The name of the hours that are always open; built in, cannot be defined.
inline constexpr const char* always = "always";

/// A half-open span of one day, [from, until), in minutes since local midnight; until may be 24:00.
struct Span {
    std::chrono::minutes from;
    std::chrono::minutes until;
    friend bool operator==(const Span&, const Span&) = default;
};

struct Hours {
    std::string key;
    std::array<std::vector<Span>, 7> week; ///< Monday first; spans of a day sorted, none overlapping
    std::vector<std::string> closed_on;    ///< keys of holidays
    Mark mark;
};

struct Holidays {
    std::string key;
    std::vector<std::chrono::year_month_day> days; ///< sorted, each once
    Mark mark;
};

} // namespace gatehouse::settings
