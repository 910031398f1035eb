#pragma once

#include "child.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::check {

class Control;

/// What the device under the driver really holds and does, by its own word.
struct Truth {
    std::set<std::string> keys;
    /// By key, what the bench tells of it: `doors` ("0,1"), `from`, `until`, `pin`, as text.
    std::map<std::string, std::map<std::string, std::string, std::less<>>> entries;
    std::vector<bool> open; ///< by door, from the bench's first
};

/// What the driver is tried on: a device, or a simulator of one, with faults on demand. docs/driver-guide.md describes its file.
///
/// Errors:  BadBench names the member or program at fault.
/// Threads: one.
class Bench {
public:
    Bench(const std::string& file, const std::map<std::string, std::string>& settings);
    ~Bench();

    /// Starts its programs and waits until its device can be steered.
    void start();

    bool can(std::string_view fault) const;
    /// NotChecked where the bench has no such fault.
    void fault(std::string_view name);
    void heal();
    bool knows_doors() const;
    Truth truth();
    bool open(std::int64_t door);
    /// Of what the device holds. NotChecked where the bench does not tell.
    std::set<std::string> keys();
    bool holds(const std::string& key) { return keys().contains(key); }

    /// Whether it tells this part of an entry.
    bool knows(std::string_view part) const;
    /// What the device counts as the end of what is to end then.
    std::string last_moment_of(const std::string& until) const;
    /// The key of the entry that the fault `foreign` writes.
    std::string foreign_key() const;

    /// Those of its line and device that are long enough to be looked for.
    std::vector<std::string> secrets() const;
    const boost::json::object& endpoint() const { return part("line", "endpoint"); }
    const boost::json::object& line_secrets() const { return part("line", "secrets"); }
    const boost::json::object& device() const { return plan_.at("device").as_object(); }
    const std::vector<std::int64_t>& doors() const { return doors_; }
    std::string profiles() const;
    Milliseconds time(std::string_view name, Milliseconds otherwise) const;

private:
    const boost::json::object& part(std::string_view name, std::string_view inner) const;
    boost::json::value filled(const boost::json::value& value) const;
    std::string filled(std::string text) const;
    void order(const boost::json::value& request);

    std::string directory_; ///< of its own, removed at the end
    std::map<std::string, std::string> settings_;
    boost::json::object plan_;
    std::vector<std::int64_t> doors_;
    std::vector<std::unique_ptr<Child>> programs_;
    std::unique_ptr<Control> control_;
};

} // namespace gatehouse::check
