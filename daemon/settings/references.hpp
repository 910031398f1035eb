#pragma once

#include "settings/nearest.hpp"
#include "settings/settings.hpp"

namespace gatehouse::settings {

/// What only shows when the sections are laid side by side: names used but not defined, points and keys used twice,
/// entrances on doors of others. Names that could not be read are passed over.
Problems check_references(const Settings& settings);

/// A list of problems being filled, each found by its path in the file.
class Findings {
public:
    explicit Findings(const Settings& settings) : settings_{settings} {}

    void add(const std::string& path, std::string message)
    {
        problems_.push_back({.at = mark_of(settings_, path), .path = path, .message = std::move(message)});
    }
    /// Reports `name` unless `known` has an item with that key; an empty name was reported before.
    template <class Item>
    const Item* expect(const std::vector<Item>& known, const std::string& name, const std::string& path, std::string_view kind);

    Problems take() { return std::move(problems_); }

private:
    void report_unknown(const std::string& name, const std::string& path, std::string_view kind,
                        const std::vector<std::string_view>& known);

    const Settings& settings_;
    Problems problems_;
};

template <class Item>
const Item* Findings::expect(const std::vector<Item>& known, const std::string& name, const std::string& path, std::string_view kind)
{
    const Item* item = find(known, name);
    if (item == nullptr && !name.empty()) report_unknown(name, path, kind, keys_of(known));
    return item;
}

void check_equipment(const Settings& settings, Findings& findings); ///< lines, devices, zones
void check_doors(const Settings& settings, Findings& findings);
void check_calendar(const Settings& settings, Findings& findings); ///< hours and holidays
void check_workspaces(const Settings& settings, Findings& findings);
void check_former_keys(const Settings& settings, Findings& findings); ///< every `was`

} // namespace gatehouse::settings
