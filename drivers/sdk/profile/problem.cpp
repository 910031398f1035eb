#include "sdk/profile/problem.hpp"

#include <algorithm>

namespace gatehouse::profile {

std::string to_text(const Problem& problem)
{
    std::string text = problem.file;
    if (problem.line > 0) text += ":" + std::to_string(problem.line);
    text += ": ";
    if (!problem.path.empty()) text += problem.path + ": ";
    return text + problem.text;
}

std::vector<Problem> Report::take()
{
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
    return std::move(problems_);
}

} // namespace gatehouse::profile
