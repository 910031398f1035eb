#pragma once

#include <string>
#include <vector>

namespace gatehouse::profile {

/// One thing wrong with a profile file, at the place where its author has to look.
struct Problem {
    std::string file;
    int line = 0;     ///< counted from 1; 0 when the whole file is meant
    std::string path; ///< keys from the top, as in `ops.put.send.uid`
    std::string text;

    friend bool operator==(const Problem&, const Problem&) = default;
};

/// `file:line: path: text`, one line, for people and editors.
std::string to_text(const Problem& problem);

/// Collects every problem of one file, so that its author mends them in one go.
class Report {
public:
    explicit Report(std::string file) : file_{std::move(file)} {}

    void add(int line, std::string path, std::string text) { problems_.push_back({file_, line, std::move(path), std::move(text)}); }
    bool clean() const { return problems_.empty(); }
    /// In the order of the file.
    std::vector<Problem> take();

private:
    std::string file_;
    std::vector<Problem> problems_;
};

} // namespace gatehouse::profile
