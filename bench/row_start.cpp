#include "rows.hpp"

namespace gatehouse::bench {

namespace {

/// One start of each side on a site: how long, and how much memory once it has answered.
struct Starts {
    std::vector<double> floor_ms, ours_ms, floor_mb, ours_mb;
};

Starts start_both(const Plan& plan, const Size& size, bool loaded)
{
    const auto site = make_site(plan.home, size);
    const auto first = loaded ? reads(site, 1).front() : health();
    Starts starts;
    for (int run = 0; run < plan.runs; ++run) {
        Floor least;
        if (loaded) least.model = site.database().string();
        const auto floor = start_floor(plan, least, first);
        starts.floor_ms.push_back(floor.first_answer_ms);
        starts.floor_mb.push_back(resident_mb(floor.at.pid));
        const auto gateway = start_gateway(plan, site, size, first);
        starts.ours_ms.push_back(gateway.first_answer_ms);
        starts.ours_mb.push_back(resident_mb(gateway.at.pid));
    }
    return starts;
}

Starts start_empty(const Plan& plan)
{
    return start_both(plan, {.users = 0, .groups = 1}, false);
}

std::string grants_text(const Size& size)
{
    return number(static_cast<double>(size.users)) + " users, " + number(static_cast<double>(size.users * size.credentials_each)) +
           " credentials, " + number(static_cast<double>(size.users * size.groups_each)) + " grants";
}

} // namespace

void measure_start(const Plan& plan, Table& table)
{
    const auto empty = start_empty(plan);
    const auto ratio = median_ratio(empty.ours_ms, empty.floor_ms);
    table.add({"13", "exec → first answer, empty", number(median(empty.floor_ms), "ms"), number(median(empty.ours_ms), "ms"), number(ratio),
               "≤ 5", verdict(ratio <= 5)});
    const Size size{.users = plan.large};
    const auto large = start_both(plan, size, true);
    const auto loaded = median_ratio(large.ours_ms, large.floor_ms);
    table.add({"13", "the same, " + grants_text(size), number(median(large.floor_ms), "ms"), number(median(large.ours_ms), "ms"),
               number(loaded), "≤ 1.5", verdict(loaded <= 1.5)});
}

void measure_memory(const Plan& plan, Table& table)
{
    const auto empty = start_empty(plan);
    const auto least = median(empty.floor_mb), ours = median(empty.ours_mb);
    table.add(
        {"15", "resident memory, empty", number(least, "MB"), number(ours, "MB"), number(ours / least), "≤ 20 MB", verdict(ours <= 20)});
    const Size size{.users = plan.large};
    const auto large = start_both(plan, size, true);
    const auto model = median(large.floor_mb) - least, full = median(large.ours_mb);
    const auto goal = 3 * model + 20;
    table.add({"15", grants_text(size) + "; floor: the model as flat arrays", number(model, "MB"), number(full, "MB"), number(full / model),
               "≤ 3 × model + 20 = " + number(goal, "MB"), verdict(full <= goal)});
}

} // namespace gatehouse::bench
