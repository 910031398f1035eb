#include "rows.hpp"

namespace gatehouse::bench {

namespace {

struct Series {
    std::vector<double> per_second, p50, p99, busy;
    void add(const Load& load)
    {
        per_second.push_back(load.per_second);
        p50.push_back(load.p50_ms);
        p99.push_back(load.p99_ms);
        busy.push_back(load.busy);
    }
};

void compare(const Plan& plan, Table& table, const Size& size, std::size_t connections)
{
    const auto site = make_site(plan.home, size);
    const auto requests = reads(site, 4'096);
    const auto gateway = start_gateway(plan, site, size, requests.front());
    const auto floor = start_floor(plan, {.answer = gateway.answer.size()}, requests.front());
    Series least, ours;
    for (int run = 0; run < plan.runs; ++run) {
        least.add(load(floor.at, connections, plan.window, requests));
        ours.add(load(gateway.at, connections, plan.window, requests));
    }
    const auto at = ", " + std::to_string(connections) + " connections, " + number(static_cast<double>(size.users)) + " users";
    const auto rate = median_ratio(ours.per_second, least.per_second);
    table.add({"1", "reads/s" + at, number(median(least.per_second)), number(median(ours.per_second)), number(rate), "≥ 0.35",
               verdict(rate >= 0.35)});
    const auto half = median_ratio(ours.p50, least.p50);
    table.add({"1", "p50" + at, number(median(least.p50), "ms"), number(median(ours.p50), "ms"), number(half), "", ""});
    const auto late = median_ratio(ours.p99, least.p99);
    const bool has_goal = connections == 16;
    table.add({"1", "p99" + at, number(median(least.p99), "ms"), number(median(ours.p99), "ms"), number(late), has_goal ? "≤ 5" : "",
               has_goal ? verdict(late <= 5) : ""});
    table.add({"1", "measured core busy" + at, number(median(least.busy)), number(median(ours.busy)), "", "", ""});
}

} // namespace

void measure_reads(const Plan& plan, Table& table)
{
    for (const std::size_t connections : {std::size_t{16}, std::size_t{256}}) compare(plan, table, {}, connections);
    for (const std::size_t connections : {std::size_t{16}, std::size_t{256}}) compare(plan, table, {.users = plan.large}, connections);
}

} // namespace gatehouse::bench
