#include "sdk/time.hpp"

#include <algorithm>

namespace gatehouse::sdk {

Time now()
{
    return std::chrono::floor<Milliseconds>(std::chrono::steady_clock::now());
}

Milliseconds Deadline::left() const
{
    return std::max(Milliseconds{0}, at_ - now());
}

Deadline Deadline::within(Milliseconds budget) const
{
    return Deadline{std::min(at_, now() + budget)};
}

} // namespace gatehouse::sdk
