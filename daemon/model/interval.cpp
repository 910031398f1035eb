#include "model/interval.hpp"

namespace gatehouse::model {

std::vector<Interval> join(std::vector<Interval> intervals)
{
    std::erase_if(intervals, [](const Interval& interval) { return interval.empty(); });
    std::sort(intervals.begin(), intervals.end(), [](const Interval& left, const Interval& right) { return left.from < right.from; });
    std::vector<Interval> joined;
    for (const auto& interval : intervals) {
        if (!joined.empty() && interval.from <= joined.back().until)
            joined.back().until = std::max(joined.back().until, interval.until);
        else
            joined.push_back(interval);
    }
    return joined;
}

} // namespace gatehouse::model
