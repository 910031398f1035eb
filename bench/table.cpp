#include "table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace gatehouse::bench {

namespace {

using Cells = std::array<const std::string*, 7>;

Cells cells_of(const Line& line)
{
    return {&line.row, &line.metric, &line.floor, &line.measured, &line.ratio, &line.goal, &line.verdict};
}

/// Characters, not bytes: the table has signs beyond ASCII.
std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

} // namespace

void Table::print() const
{
    std::vector<Line> all{{"row", "metric", "floor", "Gatehouse", "ratio", "goal", "verdict"}};
    all.insert(all.end(), lines_.begin(), lines_.end());
    std::array<std::size_t, 7> widths{};
    for (const auto& line : all)
        for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width(*cells_of(line)[i]));
    for (const auto& line : all) {
        std::string text = "|";
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const auto& cell = *cells_of(line)[i];
            text += " " + cell + std::string(widths[i] - width(cell), ' ') + " |";
        }
        std::puts(text.c_str());
        if (&line != &all.front()) continue;
        text = "|";
        for (const auto size : widths) text += std::string(size + 2, '-') + "|";
        std::puts(text.c_str());
    }
}

bool Table::all_met() const
{
    return std::none_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.verdict == verdict(false); });
}

std::string number(double value)
{
    std::array<char, 32> text{};
    const bool large = value >= 10'000;
    if (large) value /= 1'000;
    const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    std::snprintf(text.data(), text.size(), "%.*f%s", decimals, value, large ? "k" : "");
    return text.data();
}

std::string number(double value, const char* unit)
{
    return number(value) + " " + unit;
}

double median(std::vector<double> values)
{
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double median_ratio(const std::vector<double>& measured, const std::vector<double>& floor)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < measured.size() && i < floor.size(); ++i) ratios.push_back(measured[i] / floor[i]);
    return median(std::move(ratios));
}

} // namespace gatehouse::bench
