#pragma once

#include "file.hpp"

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// One piece of the right file exchanged, and every problem that is reported then.
struct Mistake {
    std::string_view name;
    std::string_view piece;
    std::string_view other;
    std::vector<std::string> expected;
};

inline void PrintTo(const Mistake& mistake, std::ostream* out)
{
    *out << mistake.name;
}

inline std::string name_of(const testing::TestParamInfo<Mistake>& info)
{
    return std::string{info.param.name};
}

} // namespace gatehouse::settings
