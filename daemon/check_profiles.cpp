#include "check_profiles.hpp"

#include "check_program.hpp"
#include "check_uses.hpp"
#include "devices/process.hpp"
#include "devices/wire.hpp"
#include "profile_files.hpp"
#include "site/json_texts.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <sstream>

namespace gatehouse {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr base::seconds patience{10};
constexpr std::size_t judged_at_once = 32; // what a program may say is bounded

/// One configuration and what is wrong with the drivers and profiles it names.
class Findings {
public:
    Findings(const Options& options, const settings::Settings& settings) : options_{options}, settings_{settings} {}

    Judged all()
    {
        for (const auto& driver : settings_.drivers) check(driver);
        return {std::move(lines_), std::move(notes_)};
    }

private:
    void check(const settings::Driver& driver)
    {
        const auto program = devices::driver_program(options_.drivers, driver.key);
        if (!program) return add("drivers." + driver.key, program.error().detail);
        const auto manifest = devices::driver_manifest(options_.drivers, driver.key);
        if (!manifest) return add("drivers." + driver.key, manifest.error().detail);
        const auto folder = options_.profiles / driver.key;
        const auto files = profiles_of(folder);
        const auto before = lines_.size();
        std::vector<std::string> ids;
        for (const auto& device : settings_.devices) {
            const auto* line = settings::find(settings_.lines, device.line);
            if (line == nullptr || line->driver != driver.key || device.profile.empty()) continue;
            const auto path = "devices." + device.key + ".profile";
            if (files.count(device.profile) != 1)
                add(path, (files.contains(device.profile) ? "several profiles \"" : "no profile \"") + device.profile + "\" in " +
                              folder.string());
            else if (std::find(ids.begin(), ids.end(), device.profile) == ids.end())
                ask(*program, files.find(device.profile)->second, path);
            ids.push_back(device.profile);
        }
        if (lines_.size() != before) return; // first things first
        bool judges = true;
        hangs_ = says_nothing_ = false;
        for (const auto& line : settings_.lines)
            if (line.driver == driver.key && judges && !hangs_) judges = ask_of_devices(*program, folder, line);
        if (!judges)
            note("drivers." + driver.key, program->filename().string() +
                                              " judges no devices before the start: what it does not take of them shows "
                                              "when they are attached");
    }

    /// Lets the driver judge the devices of a line, as it would when they are attached. False: it does not know the question.
    bool ask_of_devices(const fs::path& program, const fs::path& folder, const settings::Line& line)
    {
        std::string attaches;
        for (const auto& device : settings_.devices)
            if (device.line == line.key) attaches += attach_of(device);
        if (attaches.empty()) return true;
        const auto ended = run_program({program.string(), "--check-devices", folder.string()}, attaches, patience);
        hangs_ = !ended; // one wait is enough
        if (!ended) return add("lines." + line.key, ended.error().detail), true;
        if (ended->status == 2) return false; // `attach` will tell
        std::istringstream said{ended->output};
        const auto before = lines_.size();
        for (std::string finding; ended->status != 0 && std::getline(said, finding);) take_finding(finding);
        if (ended->status != 0 && lines_.size() == before)
            add("lines." + line.key, program.string() + " did not judge the devices: " + ending_of(*ended));
        if (ended->status == 0) compare(program, folder, line);
        return true;
    }

    /// What is asked of the devices of a line with what the driver says they can do, when it says it.
    void compare(const fs::path& program, const fs::path& folder, const settings::Line& line)
    {
        std::vector<const settings::Device*> asked;
        for (const auto& device : settings_.devices) {
            if (device.line == line.key) asked.push_back(&device);
            if (asked.size() == judged_at_once) compare(program, folder, line, std::exchange(asked, {}));
        }
        if (!asked.empty()) compare(program, folder, line, asked);
    }

    void compare(const fs::path& program, const fs::path& folder, const settings::Line& line,
                 const std::vector<const settings::Device*>& asked)
    {
        if (says_nothing_) return;
        std::string attaches;
        for (std::size_t at = 0; at < asked.size(); ++at) attaches += attach_of(*asked[at], at + 1);
        const auto ended = run_program({program.string(), "--capabilities", folder.string()}, attaches, patience);
        says_nothing_ = !ended;
        if (!ended)
            note("lines." + line.key, program.filename().string() + " does not say what its devices can do: " + ended.error().detail);
        std::istringstream said{ended && ended->status == 0 ? ended->output : std::string{}};
        for (std::string text; std::getline(said, text);) {
            auto message = devices::parse_message(text);
            if (!message || !message->id || *message->id == 0 || *message->id > asked.size()) continue;
            const auto& device = *asked[*message->id - 1];
            const auto answer = devices::to_answer(std::move(message->body));
            if (answer.outcome.verdict != devices::Verdict::acknowledged) continue;
            for (auto& problem : beyond(settings_, device, devices::capabilities_from(answer.body)))
                note(problem.path, std::move(problem.message));
        }
    }

    std::string attach_of(const settings::Device& device, std::size_t id = 1) const
    {
        auto attach = json::parse(site::address_text(device)).as_object();
        attach.erase("secrets"); // it judges what stands in the file
        attach.erase("reserved_slots");
        attach.erase("profile_digest");
        json::array doors;
        for (const auto& door : settings_.doors)
            if (door.strike.device == device.key) doors.push_back(json::object{{"door", door.strike.number}, {"mode", "locked"}});
        attach["type"] = "attach";
        attach["id"] = std::to_string(id); // one at a time: a reference into an object ends with the next member
        attach["deadline"] = "1";
        attach["line"] = device.line;
        attach["device"] = device.key;
        if (!device.profile.empty()) attach["profile"] = device.profile;
        attach["doors"] = std::move(doors);
        return json::serialize(attach) + "\n";
    }

    /// "DEVICE FIELD: text", put where the file says it.
    void take_finding(const std::string& finding)
    {
        const auto space = finding.find(' ');
        const auto colon = finding.find(": ", space);
        if (space == std::string::npos || colon == std::string::npos) return;
        const auto device = finding.substr(0, space);
        const auto field = finding.substr(space + 1, colon - space - 1);
        auto path = "devices." + device + (field.empty() ? "" : "." + field);
        for (const auto& door : settings_.doors)
            if (door.strike.device == device && field == "doors." + std::to_string(door.strike.number))
                path = "doors." + door.key + ".strike";
        add(path, finding.substr(colon + 2));
    }

    /// Passes on what the driver says about one file.
    void ask(const fs::path& program, const fs::path& file, const std::string& path)
    {
        const auto ended = run_program({program.string(), "--check-profile", file.string()}, {}, patience);
        if (!ended) return add(path, ended.error().detail);
        std::istringstream said{ended->output};
        const auto before = lines_.size();
        for (std::string line; std::getline(said, line);)
            if (!line.empty()) lines_.push_back(line);
        if (ended->status == 0 && lines_.size() != before) lines_.resize(before); // remarks of a driver that is content
        if (ended->status != 0 && lines_.size() == before)
            add(path, program.string() + " did not judge " + file.string() + ": " + ending_of(*ended));
    }

    std::string said_of(const std::string& path, std::string message) const
    {
        return settings::text({settings::mark_of(settings_, path), path, std::move(message)});
    }
    void add(const std::string& path, std::string message) { lines_.push_back(said_of(path, std::move(message))); }
    void note(const std::string& path, std::string message) { notes_.push_back(said_of(path, std::move(message))); }

    const Options& options_;
    const settings::Settings& settings_;
    std::vector<std::string> lines_, notes_;
    bool hangs_ = false;        ///< the driver at hand let it wait for too long: with its devices, which is a problem
    bool says_nothing_ = false; ///< or with what they can do
};

} // namespace

Judged check_profiles(const Options& options, const settings::Settings& settings)
{
    return Findings{options, settings}.all();
}

} // namespace gatehouse
