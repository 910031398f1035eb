#include "base/zone.hpp"
#include "settings/sections.hpp"

#include <algorithm>

namespace gatehouse::settings {

namespace {

/// The form of an IANA name: "Europe/Copenhagen", "UTC", "Etc/GMT+1".
bool is_zone_name(std::string_view name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{"/_+-"}.find(c) != std::string_view::npos;
    };
    return name.size() <= 64 && name[0] != '/' && std::all_of(name.begin(), name.end(), allowed);
}

/// The zone must be known to this machine: hours read in a zone that is not there would open at the wrong time.
void check_zone(const Fields& fields, const std::string& name)
{
    const auto known = base::find_zone(name);
    if (known) return;
    if (known.error().fault != base::Fault::not_found) return fields.report("time_zone", known.error().detail);
    const auto names = base::zone_names();
    const std::vector<std::string_view> candidates{names.begin(), names.end()};
    fields.report("time_zone", "no time zone " + in_quotes(name) + did_you_mean(name, candidates));
}

} // namespace

Site read_site(Reading& reading, const Fields& root)
{
    Site site;
    const auto value = root.get("site");
    if (!value) return site;
    const Fields fields{reading, *value, "site"};
    fields.need({"key", "time_zone"});
    site.mark = reading.mark(value->line);
    assign(site.key, fields.stable_key("key"));
    site.name = read_name(fields, site.key);
    assign(site.time_zone, fields.text("time_zone"));
    if (!site.time_zone.empty() && !is_zone_name(site.time_zone))
        fields.report("time_zone", "expected an IANA time zone such as \"Europe/Copenhagen\"");
    else if (!site.time_zone.empty())
        check_zone(fields, site.time_zone);
    return site;
}

std::string read_name(const Fields& fields, const std::string& key)
{
    auto name = fields.text("name");
    if (!name) return key;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (name->size() > 128 || std::any_of(name->begin(), name->end(), is_control))
        fields.report("name", "a name is one line of at most 128 bytes");
    return std::move(*name);
}

std::optional<std::string> read_was(const Fields& fields, const std::string& key)
{
    auto was = fields.stable_key("was");
    if (was && *was == key) fields.report("was", "is the key it has already");
    return was;
}

} // namespace gatehouse::settings
