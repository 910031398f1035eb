#pragma once

#include <string>
#include <vector>

namespace gatehouse::bench {

/// One figure of the table. The texts are ready to print.
struct Line {
    std::string row, metric, floor, measured, ratio, goal, verdict;
};

class Table {
public:
    void add(Line line) { lines_.push_back(std::move(line)); }
    void print() const;
    bool all_met() const;

private:
    std::vector<Line> lines_;
};

inline std::string verdict(bool met)
{
    return met ? "met" : "MISSED";
}

/// Three significant digits, thousands as k.
std::string number(double value);
std::string number(double value, const char* unit);

double median(std::vector<double> values);
/// Median of the quotients of each run's pair.
double median_ratio(const std::vector<double>& measured, const std::vector<double>& floor);

} // namespace gatehouse::bench
