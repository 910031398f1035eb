#include "settings/mark.hpp"

namespace gatehouse::settings {

std::string text(const Problem& problem)
{
    std::string out = problem.at.file;
    if (problem.at.line > 0) out += ":" + std::to_string(problem.at.line);
    if (!problem.path.empty()) out += ": " + problem.path;
    return out + ": " + problem.message;
}

} // namespace gatehouse::settings
