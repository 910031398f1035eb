#include "settings/sections.hpp"

#include <algorithm>

namespace gatehouse::settings {

namespace {

/// The spans of one `mon-fri: [...]`, sorted by their start.
std::vector<Span> read_spans(Reading& reading, const Fields& fields, const std::string& key)
{
    std::vector<Span> out;
    for (const Value& item : fields.list(key)) {
        const auto text = text_of(reading, item);
        if (!text) continue;
        const auto span = parse_span(*text);
        if (span)
            out.push_back(*span);
        else
            reading.report(item.line, item.path, span.error().detail);
    }
    return out;
}

bool overlap(const std::vector<Span>& sorted)
{
    return std::adjacent_find(sorted.begin(), sorted.end(), [](const Span& a, const Span& b) { return b.from < a.until; }) != sorted.end();
}

void read_days(Reading& reading, const Fields& fields, const std::string& key, Hours& hours)
{
    const auto days = parse_days(key);
    if (!days) {
        fields.report(key, days.error().detail);
        return;
    }
    const auto spans = read_spans(reading, fields, key);
    for (unsigned day = days->first; day <= days->last; ++day) {
        auto& whole_day = hours.week.at(day);
        whole_day.insert(whole_day.end(), spans.begin(), spans.end());
        std::sort(whole_day.begin(), whole_day.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
        if (!overlap(whole_day)) continue;
        fields.report(key, "spans of one day overlap");
        return;
    }
}

Hours read_one(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "hours.*"};
    Hours hours;
    hours.key = own_key(item);
    hours.mark = reading.mark(item.line);
    if (hours.key == always) reading.report(item.line, item.path, "is built in and cannot be defined");
    hours.closed_on = fields.words("closed_on");
    for (const Member& member : item.node->members)
        if (member.key != "closed_on") read_days(reading, fields, member.key, hours);
    return hours;
}

std::vector<std::chrono::year_month_day> read_dates(Reading& reading, const Value& list)
{
    std::vector<std::chrono::year_month_day> out;
    for (const Value& item : items_of(reading, list)) {
        const auto text = text_of(reading, item);
        if (!text) continue;
        const auto date = parse_date(*text);
        if (!date)
            reading.report(item.line, item.path, date.error().detail);
        else if (std::find(out.begin(), out.end(), *date) != out.end())
            reading.report(item.line, item.path, "given twice");
        else
            out.push_back(*date);
    }
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

std::vector<Hours> read_hours(Reading& reading, const Fields& root)
{
    std::vector<Hours> out;
    for (const Value& item : root.members("hours")) out.push_back(read_one(reading, item));
    return out;
}

std::vector<Holidays> read_holidays(Reading& reading, const Fields& root)
{
    std::vector<Holidays> out;
    for (const Value& item : root.members("holidays"))
        out.push_back({.key = own_key(item), .days = read_dates(reading, item), .mark = reading.mark(item.line)});
    return out;
}

} // namespace gatehouse::settings
