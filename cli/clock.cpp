#include "clock.hpp"

namespace gatehouse::cli {

namespace json = boost::json;

namespace {

std::string clock_text(const json::object& clock, std::string_view member)
{
    const auto* value = clock.if_contains(member);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{"?"};
}

} // namespace

Exit show_clock(const Answer& answer, std::ostream& out, std::ostream& complaints)
{
    const auto* clock = answer.ok() ? answer.body.if_contains("clock") : nullptr;
    if (clock == nullptr || !clock->is_object()) {
        complaints << "gatehouse: " << answer.error("message") << "\n";
        return exit_failure;
    }
    const auto& shown = clock->get_object();
    const auto* trusted = shown.if_contains("trusted");
    if (trusted != nullptr && trusted->is_bool() && trusted->get_bool()) {
        out << "The clock is trusted: " << clock_text(shown, "clock") << "\n";
        return exit_ok;
    }
    out << "The clock is not trusted (" << clock_text(shown, "reason") << ").\n"
        << "  the machine says      " << clock_text(shown, "clock") << "\n"
        << "  the gateway goes by   " << clock_text(shown, "effective") << "\n"
        << "  it was trusted until  " << clock_text(shown, "last_trusted") << "\n"
        << "Until it is, nothing begins that the clock has to open. Set the clock, or vouch for it when it is right: gatehouse clock "
           "accept\n";
    return exit_unconfirmed;
}

} // namespace gatehouse::cli
