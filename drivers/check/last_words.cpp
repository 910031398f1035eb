#include "last_words.hpp"

#include <algorithm>
#include <sstream>

namespace gatehouse::check {

namespace {

constexpr std::size_t lines_at_most = 10, bytes_at_most = 200;

std::string printable(std::string line)
{
    for (auto& c : line)
        if (c < ' ' || c > '~') c = c == '\t' ? ' ' : '?';
    if (line.size() > bytes_at_most) line = line.substr(0, bytes_at_most - 3) + "...";
    return line;
}

} // namespace

std::vector<std::string> last_words(std::string log, const std::vector<std::string>& secrets)
{
    for (const auto& secret : secrets)
        for (auto at = log.find(secret); at != std::string::npos; at = log.find(secret, at + 3)) log.replace(at, secret.size(), "***");
    std::vector<std::string> lines;
    std::istringstream text{log};
    for (std::string line; std::getline(text, line);)
        if (!line.empty()) lines.push_back(printable(std::move(line)));
    const auto more = std::max(lines.size(), lines_at_most) - lines_at_most;
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(more));
    return lines;
}

} // namespace gatehouse::check
