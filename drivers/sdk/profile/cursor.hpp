#pragma once

#include "sdk/profile/problem.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <yaml-cpp/yaml.h>

namespace gatehouse::profile {

/// A place in a YAML document that knows its path and line and is strict about what it finds there.
///
/// Every reader notes a problem and answers nothing when the value is not what it asks for, so a loader goes on
/// and reports all problems of a file. Keys asked for count as known; `done` reports the rest.
class Cursor {
public:
    Cursor(const YAML::Node& node, std::string path, Report& report) : node_{node}, path_{std::move(path)}, report_{&report} {}

    const YAML::Node& node() const { return node_; }
    const std::string& path() const { return path_; }
    int line() const;
    void problem(std::string text) const;

    bool is_map() const { return node_.IsMap(); }
    bool is_list() const { return node_.IsSequence(); }
    bool is_scalar() const { return node_.IsScalar(); }
    bool quoted() const { return node_.Tag() == "!"; }

    /// The value at `key`, or nothing.
    std::optional<Cursor> child(std::string_view key);
    /// The value at `key`; its absence is a problem.
    std::optional<Cursor> need(std::string_view key);
    /// Notes every key that nobody asked for, and keys given twice. Call it last.
    void done();

    std::vector<Cursor> items() const;
    std::vector<std::pair<std::string, Cursor>> entries() const;

    std::optional<std::string> text() const;
    std::optional<std::int64_t> integer(std::int64_t min, std::int64_t max) const;
    std::optional<double> number(double min, double max) const;
    std::optional<bool> flag() const;
    /// One word of `choices`, answered as its position.
    std::optional<std::size_t> choice(const std::vector<std::string_view>& choices) const;

private:
    std::string below(std::string_view key) const;

    YAML::Node node_;
    std::string path_;
    Report* report_;
    std::set<std::string, std::less<>> known_;
};

/// Decimal or 0x-hexadecimal text as a number. Errors: nothing when it is anything else or does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

} // namespace gatehouse::profile
