#include "sdk/profile/match.hpp"

#include <algorithm>

namespace gatehouse::profile {

namespace {

bool same_text(const boost::json::value& found, const Template& wanted, const Fields& fields)
{
    const auto text = scalar_text(found);
    const auto expected = wanted.text(fields);
    return text && expected && *text == *expected;
}

bool text_matches(const Condition& condition, const Message& message, const Fields& fields)
{
    const auto expected = condition.value.text(fields);
    if (!expected) return false;
    if (message.body && message.body->is_string()) return std::string_view{message.body->get_string()} == *expected;
    return message.text == *expected;
}

} // namespace

const boost::json::value* find(const boost::json::value& document, const Template& pointer, const Fields& fields)
{
    boost::system::error_code error;
    if (const auto constant = pointer.constant()) return document.find_pointer(*constant, error);
    const auto filled = pointer.pointer(fields);
    return filled ? document.find_pointer(*filled, error) : nullptr;
}

bool matches(const Condition& condition, const Message& message, const Fields& fields, bool allow_missing)
{
    if (condition.kind == Condition::Kind::text) return text_matches(condition, message, fields);
    if (!message.body) return false;
    const auto* found = find(*message.body, condition.pointer, fields);
    switch (condition.kind) {
    case Condition::Kind::present:
        return (found != nullptr) == condition.expected;
    case Condition::Kind::equals_or_absent:
        return !found || same_text(*found, condition.value, fields);
    default:
        return found ? same_text(*found, condition.value, fields) : allow_missing;
    }
}

bool matches(const Matcher& matcher, const Message& message, const Fields& fields)
{
    if (matcher.all.empty() && matcher.any.empty()) return false;
    const auto holds = [&matcher, &message, &fields](const Condition& one) { return matches(one, message, fields, matcher.allow_missing); };
    return std::all_of(matcher.all.begin(), matcher.all.end(), holds) &&
           (matcher.any.empty() || std::any_of(matcher.any.begin(), matcher.any.end(), holds)) &&
           std::all_of(matcher.guard.begin(), matcher.guard.end(), holds);
}

bool all_match(const std::vector<Condition>& conditions, const Message& message, const Fields& fields)
{
    return std::all_of(conditions.begin(), conditions.end(),
                       [&message, &fields](const Condition& one) { return matches(one, message, fields); });
}

Outcome<Value> extract(const Extraction& extraction, const Message& message, const Fields& fields)
{
    if (!message.body || !all_match(extraction.when, message, fields)) return Value{};
    const auto* found = find(*message.body, extraction.pointer, fields);
    if (!found || found->is_null()) return Value{};
    if (extraction.words.empty()) return decode(extraction.decoder, *found);
    const auto text = scalar_text(*found);
    const auto word = text ? extraction.words.find(*text) : extraction.words.end();
    return Value{word == extraction.words.end() ? std::string{unlisted} : word->second};
}

} // namespace gatehouse::profile
