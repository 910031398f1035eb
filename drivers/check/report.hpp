#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::check {

enum Status { all_good = 0, something_failed = 1, wrong_arguments = 2, not_all_checked = 3 };

/// What a run came to, a line a check, on standard output.
class Report {
public:
    void passed(std::string_view check, std::string_view demands);
    /// With the last words of a driver that is gone, unless an earlier failure had the same.
    void failed(std::string_view check, const std::string& what, const std::vector<std::string>& last_words = {});
    void not_checked(std::string_view check, const std::string& why);
    void not_applicable(std::string_view check, const std::string& why);
    Status end() const;

private:
    std::size_t passed_ = 0, failed_ = 0, unchecked_ = 0, beside_ = 0;
    std::set<std::string> shown_; ///< the last line of those last words that stand in the report
};

} // namespace gatehouse::check
