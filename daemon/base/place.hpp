#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace gatehouse::base {

/// Where a text goes on behind what was read of it, as editors count: lines from 1, and in the line characters from 1.
inline std::string place_behind(std::string_view read)
{
    const auto line = 1 + std::count(read.begin(), read.end(), '\n');
    read.remove_prefix(read.rfind('\n') + 1);
    const auto begins = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    const auto column = 1 + std::count_if(read.begin(), read.end(), begins);
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

} // namespace gatehouse::base
