#pragma once

#include <string>
#include <vector>

namespace gatehouse::settings {

/// Where something stands in the configuration file; lines count from 1, 0 means "the file as a whole".
struct Mark {
    std::string file;
    int line = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
};

/// One thing that is wrong, in words for the person who edits the file. Never holds a secret.
struct Problem {
    Mark at;
    std::string path; ///< keys joined by dots: "doors.lobby.owner", "http.listen[0]"; may be empty
    std::string message;
    friend bool operator==(const Problem&, const Problem&) = default;
};

using Problems = std::vector<Problem>;

/// `file:line: path: message`, the parts that are unknown left out.
std::string text(const Problem& problem);

} // namespace gatehouse::settings
