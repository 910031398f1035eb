#include "site/edits.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace gatehouse::site {

namespace json = boost::json;

namespace {

/// Of no interest to whoever wrote the file, or told otherwise.
constexpr std::array<std::string_view, 10> passed_over{"id",        "key", "absent",    "touched", "created_at",
                                                       "workspace", "was", "first_key", "group",   "entrance"};

std::string duration(std::int64_t seconds)
{
    for (const auto& [unit, length] : {std::pair{"h", 3'600}, std::pair{"m", 60}})
        if (seconds % length == 0) return std::to_string(seconds / length) + unit;
    return std::to_string(seconds) + "s";
}

std::string text_of(const json::value& value)
{
    if (value.is_string()) return std::string{value.get_string()};
    std::string text;
    if (value.is_array()) {
        for (const auto& item : value.get_array()) text += (text.empty() ? "" : ", ") + text_of(item);
        return "[" + text + "]";
    }
    if (!value.is_object()) return json::serialize(value);
    for (const auto& [name, item] : value.get_object())
        text.append(text.empty() ? "" : ", ").append(name).append(": ").append(text_of(item));
    return "{" + text + "}";
}

std::string clock_text(std::string_view minutes)
{
    int count = 0;
    std::from_chars(minutes.data(), minutes.data() + minutes.size(), count);
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d", count / 60, count % 60);
    return text;
}

/// Takes what is before the sign off the text.
std::string_view next_piece(std::string_view& text, char sign)
{
    const auto end = std::min(text.find(sign), text.size());
    const auto piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
}

/// The fields of one row in the words of the file, in order.
class Fields {
public:
    Fields(const Names& names) : names_{names} {}

    template <class Row>
    void add_all(const Row& row)
    {
        auto& self = *this; // clang takes a captured `this` of this lambda for unused
        Row::fields(row, [&self](std::string_view name, const auto& value) {
            if (std::find(passed_over.begin(), passed_over.end(), name) == passed_over.end()) self.take(name, value);
        });
    }
    std::string value(std::string_view name) const
    {
        const auto found = std::find_if(all.begin(), all.end(), [name](const auto& field) { return field.first == name; });
        return found == all.end() ? std::string{} : found->second;
    }

    std::vector<std::pair<std::string, std::string>> all;

private:
    void put(std::string_view name, std::string text)
    {
        if (!text.empty()) all.emplace_back(name, std::move(text));
    }

    template <class T>
    void take(std::string_view name, const T& value)
    {
        if constexpr (std::is_same_v<T, bool>)
            take_flag(name, value);
        else if constexpr (std::is_same_v<T, std::string>)
            take_text(name, value);
        else if constexpr (std::is_integral_v<T>)
            put("strike", device_ + "/" + std::to_string(value)); // the output of a door
        else if constexpr (requires { value.value.data; })
            name == "device" ? void(device_ = names_.of(value)) : put(name, names_.of(value));
    }
    void take_flag(std::string_view name, bool value)
    {
        if (name == "lease_none")
            put("lease", value ? "none: entries without an end" : "the device's");
        else if (name == "override_lockdown")
            put("override", value ? "[lockdown]" : "");
        else
            put(name, value ? "true" : "false");
    }
    void take_text(std::string_view name, const std::string& text)
    {
        boost::system::error_code error;
        if (name == "week") return take_week(text);
        const auto value = text.starts_with('{') ? json::parse(text, error) : json::value{};
        if (value.is_object()) return take_object(value.get_object(), {});
        auto line = text;
        std::replace(line.begin(), line.end(), '\n', ' ');
        put(name == "zone" ? "time_zone" : name, std::move(line));
    }
    void take_object(const json::object& object, const std::string& parent)
    {
        for (const auto& [name, value] : object) {
            if (name == "fields" || name == "secrets" || name == "params")
                take_object(value.as_object(), name == "params" ? "params." : "");
            else if (name.ends_with("_s") && value.is_int64())
                put(name.substr(0, name.size() - 2), duration(value.get_int64()));
            else if (name == "brake_entries" || name == "brake_share")
                put("brake." + std::string{name.substr(6)}, text_of(value) + (name == "brake_share" ? "%" : ""));
            else if (this->value(name).empty()) // reserved slots stand twice
                put(parent + std::string{name}, text_of(value));
        }
    }
    void take_week(std::string_view week)
    {
        for (const auto* day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) {
            auto spans = next_piece(week, ';');
            std::string text;
            while (!spans.empty()) {
                auto span = next_piece(spans, ',');
                const auto from = next_piece(span, '-');
                text += (text.empty() ? "" : ", ") + clock_text(from) + "-" + clock_text(span);
            }
            put(day, std::move(text));
        }
    }

    const Names& names_;
    std::string device_;
};

} // namespace

namespace {

/// A profile whose file was edited in place has the name it had; of one that is another the name says enough.
void tell_profile(std::vector<Edit>& found, const Fields& is)
{
    const auto named = [](std::string_view name) { return [name](const Edit& edit) { return edit.field == name; }; };
    const auto digest = std::find_if(found.begin(), found.end(), named("profile_digest"));
    if (digest == found.end()) return;
    if (std::any_of(found.begin(), found.end(), named("profile"))) return void(found.erase(digest));
    const auto text = [&is](const std::string& file) { return is.value("profile") + (file.empty() ? "" : " (file " + file + ")"); };
    *digest = {"profile", text(digest->before), text(digest->after)};
}

} // namespace

template <class Row>
std::vector<Edit> edits(const Row& before, const Row& after, const Names& names)
{
    Fields was{names}, is{names};
    was.add_all(before), is.add_all(after);
    std::vector<Edit> found;
    for (const auto& [name, text] : is.all)
        if (auto old = was.value(name); old != text) found.push_back({name, std::move(old), text});
    for (const auto& [name, text] : was.all)
        if (is.value(name).empty()) found.push_back({name, text, {}});
    tell_profile(found, is);
    return found;
}

template std::vector<Edit> edits(const model::WorkspaceRow&, const model::WorkspaceRow&, const Names&);
template std::vector<Edit> edits(const model::Hours&, const model::Hours&, const Names&);
template std::vector<Edit> edits(const model::Line&, const model::Line&, const Names&);
template std::vector<Edit> edits(const model::Device&, const model::Device&, const Names&);
template std::vector<Edit> edits(const model::Door&, const model::Door&, const Names&);
template std::vector<Edit> edits(const model::System&, const model::System&, const Names&);
template std::vector<Edit> edits(const model::Entrance&, const model::Entrance&, const Names&);
template std::vector<Edit> edits(const model::Group&, const model::Group&, const Names&);
template std::vector<Edit> edits(const model::GroupEntrance&, const model::GroupEntrance&, const Names&);

} // namespace gatehouse::site
