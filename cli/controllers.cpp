#include "controllers.hpp"

#include "parts.hpp"

namespace gatehouse::cli {

namespace json = boost::json;

namespace {

std::int64_t number(const json::object& object, std::string_view member)
{
    const auto* value = object.if_contains(member);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string counted(std::size_t count, const std::string& one, const std::string& many)
{
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string doors_of(const json::object& entry)
{
    const auto* doors = entry.if_contains("doors");
    std::string names;
    if (doors == nullptr || !doors->is_array()) return names;
    for (const auto& door : doors->get_array())
        if (door.is_string()) names += (names.empty() ? "" : ", ") + std::string{door.get_string()};
    return names;
}

void show_entry(const json::object& entry, std::ostream& out)
{
    const auto* slot = entry.if_contains("slot");
    const auto* kept = entry.if_contains("kept");
    const auto key = text(entry, "key"), person = text(entry, "person"), why = text(entry, "not_allowed");
    auto who = person.empty() ? std::string{"nobody known here"} : person + " (" + text(entry, "workspace") + ")";
    if (!why.empty()) who += ", " + why;
    out << "  " << padded(slot != nullptr && slot->is_int64() ? "slot " + std::to_string(slot->get_int64()) : "", 10)
        << padded(key.empty() ? "a code" : key, 22) << padded(std::move(who), 36) << doors_of(entry);
    if (kept != nullptr && kept->is_bool() && kept->get_bool()) out << "  (kept)";
    out << "\n";
}

void show_list(const json::object& adoption, std::ostream& out)
{
    const auto entries = list(adoption, "entries");
    const auto controller = text(adoption, "controller"), word = text(adoption, "word");
    if (text(adoption, "read_at").empty()) out << controller << " was not read to its end yet: what it holds is not known.\n";
    const auto read_at = text(adoption, "read_at");
    const auto as_read = read_at.empty() ? std::string{} : ", as read at " + read_at;
    if (entries.empty()) {
        out << "Nothing was found on " << controller << " that Gatehouse did not write" << as_read << ".\n";
        return;
    }
    out << counted(entries.size(), "entry", "entries") << " on " << controller << " that Gatehouse did not write, "
        << number(adoption, "known") << " of people known here" << as_read << ":\n";
    for (const auto& entry : entries) show_entry(entry, out);
    if (!word.empty())
        out << "\nThe word to " << word << " was given; " << number(adoption, "left")
            << (word == "remove" ? " are not yet proven gone.\n" : " are not yet seen to.\n");
}

void show_attested(const std::vector<json::object>& attested, const std::string& by, std::ostream& out)
{
    if (attested.empty()) return;
    out << "\nTaken away, never proven gone from the old unit, attested by " << by << ":\n";
    for (const auto& row : attested)
        out << "  " << padded(text(row, "workspace"), 14) << padded(text(row, "person"), 24) << padded(text(row, "door"), 20) << "since "
            << text(row, "since") << "\n";
}

} // namespace

Exit show_adoption(const Answer& answer, const Adoption& asked, std::ostream& out, std::ostream& complaints)
{
    const bool refused = wants_word(answer);
    if (!answer.ok() && !refused) return complain(answer, complaints);
    const auto adoption = refused ? data_of(answer) : part(answer.body, "adoption");
    const auto confirm = text(adoption, "confirm"), word = text(adoption, "word");
    if (!refused && !asked.word.empty() && confirm.empty() && !word.empty()) {
        const auto count = list(adoption, "entries").size();
        const auto which = counted(count, "entry is", "entries are");
        const auto as_read = " (as read at " + text(adoption, "read_at") + ")";
        if (word == "keep")
            out << which << " kept" << as_read << ".\n";
        else
            out << which << " to be removed" << as_read << ". Each is gone when a read shows it: `gatehouse adopt " << asked.controller
                << "` lists what is left.\n";
        return exit_ok;
    }
    show_list(adoption, out);
    if (!confirm.empty()) {
        out << "\nNothing was changed. To have " << (asked.word.empty() ? "them removed, or kept" : "it done") << ":\n";
        for (const auto* one : {"remove", "keep"})
            if (asked.word.empty() || asked.word == one)
                out << "  gatehouse adopt " << asked.controller << " " << one << " --confirm " << confirm << "\n";
    }
    if (text(adoption, "read_at").empty()) return exit_failure;
    if (!refused) return exit_ok;
    complaints << answer.error("message") << ".\n";
    return exit_unconfirmed;
}

Exit show_replacement(const Answer& answer, const std::string& by, std::ostream& out, std::ostream& complaints)
{
    const bool refused = wants_word(answer);
    if (!answer.ok() && !refused) return complain(answer, complaints);
    const auto replacement = refused ? data_of(answer) : part(answer.body, "replacement");
    const auto attested = list(replacement, "attested");
    if (refused) {
        out << counted(static_cast<std::size_t>(number(replacement, "entries")), "entry", "entries") << " of ours on "
            << text(replacement, "controller") << " would end, and the unit there would be taken for a new one.\n";
        show_attested(attested, by, out);
        out << "\nNothing was changed. To do it:\n  gatehouse replace " << text(replacement, "controller") << " --by '" << by
            << "' --confirm " << text(replacement, "confirm") << "\n";
        complaints << answer.error("message") << ".\n";
        return exit_unconfirmed;
    }
    out << text(replacement, "controller") << " is another unit now. "
        << counted(static_cast<std::size_t>(number(replacement, "entries")), "entry", "entries")
        << " of ours on the old one ended; this one is read, and written to anew.\n";
    show_attested(attested, by, out);
    return exit_ok;
}

} // namespace gatehouse::cli
