#include "plan_json.hpp"

namespace gatehouse {

namespace json = boost::json;

namespace {

json::value plan_text(base::Instant instant, const base::Zone& zone)
{
    return instant == base::no_start || instant == base::no_end ? json::value(nullptr) : json::value(base::to_local_iso(instant, zone));
}

json::object step_json(const site::Step& step)
{
    json::object shown{{"what", step.what}, {"kind", step.kind}, {"key", step.key}};
    if (!step.workspace.empty()) shown["workspace"] = step.workspace;
    if (!step.was.empty()) shown["was"] = step.was;
    json::array edits;
    for (const auto& [field, before, after] : step.edits)
        edits.push_back(json::object{{"field", field}, {"before", before}, {"after", after}});
    if (!edits.empty()) shown["edits"] = std::move(edits);
    if (!step.note.empty()) shown["note"] = step.note;
    return shown;
}

json::array shifts_json(const std::vector<site::Shift>& shifts, const base::Zone& zone)
{
    json::array shown;
    for (const auto& shift : shifts)
        shown.push_back(json::object{{"workspace", shift.workspace_key},
                                     {"person", shift.person},
                                     {"person_id", base::to_string(shift.who)},
                                     {"door", shift.door},
                                     {"device_id", to_string(shift.door_id)},
                                     {"all", shift.all},
                                     {"from", plan_text(shift.first.from, zone)},
                                     {"until", plan_text(shift.first.until, zone)}});
    return shown;
}

} // namespace

json::object plan_json(const site::Plan& plan, const base::Zone& zone)
{
    json::array steps;
    for (const auto& step : plan.steps) steps.push_back(step_json(step));
    return {{"steps", std::move(steps)}, {"losses", shifts_json(plan.delta.losses, zone)}, {"gains", shifts_json(plan.delta.gains, zone)}};
}

json::array problems_json(const settings::Problems& problems, const std::vector<std::string>& of_drivers)
{
    json::array shown;
    for (const auto& problem : problems)
        shown.push_back(json::object{{"file", problem.at.file},
                                     {"line", problem.at.line},
                                     {"path", problem.path},
                                     {"message", problem.message},
                                     {"text", settings::text(problem)}});
    for (auto& line : lines_json(of_drivers)) shown.push_back(std::move(line));
    return shown;
}

json::array lines_json(const std::vector<std::string>& lines)
{
    json::array shown;
    for (const auto& text : lines) shown.push_back(json::object{{"text", text}});
    return shown;
}

} // namespace gatehouse
