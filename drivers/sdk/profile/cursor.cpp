#include "sdk/profile/cursor.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::profile {

std::optional<std::int64_t> parse_integer(std::string_view text)
{
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (base == 16 && value < 0) return std::nullopt; // "0x-1"
    return value;
}

int Cursor::line() const
{
    return node_.IsDefined() && !node_.Mark().is_null() ? node_.Mark().line + 1 : 0;
}

void Cursor::problem(std::string text) const
{
    report_->add(line(), path_, std::move(text));
}

std::string Cursor::below(std::string_view key) const
{
    return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

std::optional<Cursor> Cursor::child(std::string_view key)
{
    known_.emplace(key);
    if (!node_.IsMap()) return std::nullopt;
    for (const auto& pair : node_)
        if (pair.first.IsScalar() && pair.first.Scalar() == key) return Cursor{pair.second, below(key), *report_};
    return std::nullopt;
}

std::optional<Cursor> Cursor::need(std::string_view key)
{
    auto found = child(key);
    if (!found && node_.IsMap()) problem("`" + std::string{key} + "` is missing");
    return found;
}

void Cursor::done()
{
    if (!node_.IsMap()) return problem("must be a map");
    std::set<std::string> seen;
    for (const auto& pair : node_) {
        const Cursor key{pair.first, path_, *report_};
        if (!pair.first.IsScalar()) {
            key.problem("a key must be a word");
            continue;
        }
        const auto& name = pair.first.Scalar();
        if (!seen.insert(name).second)
            Cursor{pair.first, below(name), *report_}.problem("given twice");
        else if (!known_.contains(name))
            Cursor{pair.first, below(name), *report_}.problem("unknown key");
    }
}

std::vector<Cursor> Cursor::items() const
{
    std::vector<Cursor> found;
    if (!node_.IsSequence()) {
        problem("must be a list");
        return found;
    }
    for (std::size_t i = 0; i < node_.size(); ++i) found.emplace_back(node_[i], path_ + "[" + std::to_string(i) + "]", *report_);
    return found;
}

std::vector<std::pair<std::string, Cursor>> Cursor::entries() const
{
    std::vector<std::pair<std::string, Cursor>> found;
    if (!node_.IsMap()) {
        problem("must be a map");
        return found;
    }
    std::set<std::string> seen;
    for (const auto& pair : node_) {
        const Cursor key{pair.first, path_, *report_};
        if (!pair.first.IsScalar())
            key.problem("a key must be a word");
        else if (!seen.insert(pair.first.Scalar()).second)
            Cursor{pair.first, below(pair.first.Scalar()), *report_}.problem("given twice");
        else
            found.emplace_back(pair.first.Scalar(), Cursor{pair.second, below(pair.first.Scalar()), *report_});
    }
    return found;
}

std::optional<std::string> Cursor::text() const
{
    if (node_.IsScalar()) return node_.Scalar();
    problem("must be text");
    return std::nullopt;
}

std::optional<std::int64_t> Cursor::integer(std::int64_t min, std::int64_t max) const
{
    const auto value = node_.IsScalar() && !quoted() ? parse_integer(node_.Scalar()) : std::nullopt;
    if (value && *value >= min && *value <= max) return value;
    problem("must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
}

std::optional<double> Cursor::number(double min, double max) const
{
    double value = 0;
    if (node_.IsScalar() && YAML::convert<double>::decode(node_, value) && value >= min && value <= max) return value;
    problem("must be a number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
}

std::optional<bool> Cursor::flag() const
{
    if (node_.IsScalar() && (node_.Scalar() == "true" || node_.Scalar() == "false")) return node_.Scalar() == "true";
    problem("must be true or false");
    return std::nullopt;
}

std::optional<std::size_t> Cursor::choice(const std::vector<std::string_view>& choices) const
{
    if (node_.IsScalar())
        if (const auto at = std::find(choices.begin(), choices.end(), node_.Scalar()); at != choices.end())
            return static_cast<std::size_t>(at - choices.begin());
    std::string allowed;
    for (const auto word : choices) allowed += (allowed.empty() ? "" : ", ") + std::string{word};
    problem("must be one of " + allowed);
    return std::nullopt;
}

} // namespace gatehouse::profile
