#include "show.hpp"
#include "parts.hpp"

namespace gatehouse::cli {

namespace json = boost::json;

namespace {

/// What people have by things that end, by the word of the plan for it; null for a thing of the file.
const char* of_people(std::string_view kind)
{
    static constexpr std::pair<std::string_view, const char*> words[] = {
        {"user", "accounts of people in a system"},
        {"credential", "credentials"},
        {"membership", "memberships in groups"},
        {"direct_grant", "grants of entrances"},
        {"device_grant", "grants of doors"},
        {"credential_entrance", "entrances on the lists of credentials"},
        {"credential_door", "doors on the lists of credentials"},
        {"pin_claim", "codes on record at doors"},
        {"access_grant", "access grants"},
        {"grant_entrance", "entrances of access grants"},
        {"grant_door", "doors of access grants"},
        {"access_method", "access methods"},
        {"method_credential", "credentials of access methods"},
    };
    for (const auto& [name, phrase] : words)
        if (name == kind) return phrase;
    return nullptr;
}

std::string or_none(std::string value)
{
    return value.empty() ? "none" : value;
}

void show_steps(const json::object& plan, std::ostream& out)
{
    const auto steps = list(plan, "steps");
    if (steps.empty()) out << "Nothing differs from the configuration in use.\n";
    for (const auto& step : steps) {
        auto what = text(step, "what");
        std::replace(what.begin(), what.end(), '_', ' ');
        const auto kind = text(step, "kind"), was = text(step, "was"), workspace = text(step, "workspace");
        out << padded(what, 12);
        if (const auto* words = of_people(kind); words != nullptr) {
            out << words << ": " << text(step, "key") << "\n";
            continue;
        }
        out << padded(kind, 10) << (was.empty() ? "" : was + " → ") << text(step, "key");
        out << (workspace.empty() ? "" : " (" + workspace + ")") << "\n";
        for (const auto& edit : list(step, "edits"))
            out << padded("", 21) << text(edit, "field") << ": " << or_none(text(edit, "before")) << " → " << or_none(text(edit, "after"))
                << "\n";
        if (const auto note = text(step, "note"); !note.empty()) out << padded("", 21) << note << "\n";
    }
}

/// "2027-03-01T13:00:00+01:00" for people.
std::string readable(const std::string& time)
{
    if (time.size() < 25) return time;
    const auto seconds = time.substr(16, 3);
    return time.substr(0, 10) + " " + time.substr(11, 5) + (seconds == ":00" ? "" : seconds) + " " + time.substr(19);
}

std::string stretch(const json::object& shift)
{
    const auto from = readable(text(shift, "from")), until = readable(text(shift, "until"));
    return (from.empty() ? "" : " from " + from) + (until.empty() ? "" : " until " + until);
}

/// Everybody, by name.
void show_shifts(const json::object& plan, std::string_view member, std::string_view title, std::string_view all, std::ostream& out)
{
    const auto shifts = list(plan, member);
    if (shifts.empty()) return;
    out << "\n" << title << "\n";
    for (const auto& shift : shifts) {
        const auto* whole = shift.if_contains("all");
        out << "  " << padded(text(shift, "workspace"), 14) << padded(text(shift, "person"), 24) << padded(text(shift, "door"), 20);
        if (whole != nullptr && whole->is_bool() && whole->get_bool())
            out << all << "\n";
        else
            out << "in part, first" << stretch(shift) << "\n";
    }
}

void show_lines(const json::object& object, std::string_view member, std::ostream& out)
{
    for (const auto& line : list(object, member)) out << text(line, "text") << "\n";
}

Exit show_plan(const json::object& plan, const std::string& again, std::ostream& out)
{
    show_steps(plan, out);
    show_shifts(plan, "losses", "Takes access away from:", "all of it", out);
    show_shifts(plan, "gains", "Gives access to:", "which they had not", out);
    show_lines(plan, "remarks", out);
    show_lines(plan, "deferred", out);
    show_lines(plan, "remaining", out);
    const auto* applied = plan.if_contains("applied");
    if (applied != nullptr && applied->is_bool() && applied->get_bool()) return out << "\nApplied.\n", exit_ok;
    const auto word = text(plan, "confirm");
    if (word.empty()) return exit_ok;
    out << "\nNothing was changed. To do it: " << again << " --confirm " << word << "\n";
    return exit_unconfirmed;
}

} // namespace

Exit show(const Answer& answer, const std::string& again, std::ostream& out, std::ostream& complaints)
{
    if (answer.ok()) return show_plan(part(answer.body, "plan"), again, out);
    const auto type = answer.error("type");
    if (type == "configuration_invalid") {
        show_lines(data_of(answer), "problems", complaints);
        return exit_configuration;
    }
    if (!wants_word(answer)) return complain(answer, complaints);
    const auto status = show_plan(data_of(answer), again, out);
    complaints << answer.error("message") << ".\n";
    return status == exit_ok ? exit_unconfirmed : status;
}

} // namespace gatehouse::cli
