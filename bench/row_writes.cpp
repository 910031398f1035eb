#include "rows.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace gatehouse::bench {

namespace {

/// Servers that write: the daemon and the floors, on a small site.
struct Writers {
    explicit Writers(const Plan& plan)
        : site{make_site(plan.home, size)}, requests{writes(site, 1'024)}, gateway{start_gateway(plan, site, size, requests.front())},
          group{start_floor(plan, journal(plan, "group.db", false), requests.front())},
          one_by_one{start_floor(plan, journal(plan, "one-by-one.db", true), requests.front())}
    {
    }
    Floor journal(const Plan& plan, const char* name, bool each) const
    {
        return {.answer = gateway.answer.size(), .journal = (plan.home / name).string(), .one_by_one = each};
    }

    Size size;
    Site site;
    Requests requests;
    Served gateway, group, one_by_one;
};

/// Milliseconds for a page appended to a file and fdatasync: what the disk alone takes.
double sync_alone(const std::filesystem::path& folder)
{
    const auto path = folder / "sync";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const std::array<char, 4096> page{};
    std::vector<double> times;
    for (int i = 0; i < 1'000; ++i) {
        const auto began = Clock::now();
        const bool written = ::pwrite(file, page.data(), page.size(), (i % 64) * 4096L) == 4096 && ::fdatasync(file) == 0;
        if (written) times.push_back(std::chrono::duration<double, std::milli>{Clock::now() - began}.count());
    }
    ::close(file);
    std::filesystem::remove(path);
    return median(std::move(times));
}

} // namespace

void measure_writes(const Plan& plan, Table& table)
{
    const Writers with{plan};
    std::vector<double> group, one_by_one, ours, late_group, late_ours, busy_group, busy_ours;
    for (int run = 0; run < plan.runs; ++run) {
        const auto together = load(with.group.at, 256, plan.window, with.requests);
        const auto measured = load(with.gateway.at, 256, plan.window, with.requests);
        one_by_one.push_back(load(with.one_by_one.at, 256, plan.window, with.requests).per_second);
        group.push_back(together.per_second);
        ours.push_back(measured.per_second);
        late_group.push_back(together.p99_ms);
        late_ours.push_back(measured.p99_ms);
        busy_group.push_back(together.busy);
        busy_ours.push_back(measured.busy);
    }
    const auto to_group = median_ratio(ours, group), to_each = median_ratio(ours, one_by_one);
    const auto rate = number(median(ours));
    table.add({"2", "durable writes/s, 256 connections, floor: group commit", number(median(group)), rate, number(to_group), "≥ 0.4",
               verdict(to_group >= 0.4)});
    table.add({"2", "the same, floor: one commit each", number(median(one_by_one)), rate, number(to_each), "≥ 3", verdict(to_each >= 3)});
    table.add({"2", "p99, floor: group commit", number(median(late_group), "ms"), number(median(late_ours), "ms"),
               number(median_ratio(late_ours, late_group)), "", ""});
    table.add({"2", "measured core busy, floor: group commit", number(median(busy_group)), number(median(busy_ours)), "", "", ""});
}

void measure_lone_write(const Plan& plan, Table& table)
{
    const Writers with{plan};
    std::vector<double> floor, ours, syncs;
    for (int run = 0; run < plan.runs; ++run) {
        syncs.push_back(sync_alone(plan.home));
        floor.push_back(load(with.one_by_one.at, 1, plan.window, with.requests).p50_ms);
        ours.push_back(load(with.gateway.at, 1, plan.window, with.requests).p50_ms);
    }
    const auto ratio = median_ratio(ours, floor);
    table.add({"3", "durable write, 1 connection, p50", number(median(floor), "ms"), number(median(ours), "ms"), number(ratio), "≤ 1.5",
               verdict(ratio <= 1.5)});
    table.add({"3", "fdatasync alone", number(median(syncs), "ms"), "", "", "", ""});
}

void measure_slow_disk(const Plan& plan, Table& table)
{
    auto slow = plan;
    slow.preload = SLOW_DISK;
    const Writers with{slow};
    for (const std::size_t connections : {16U, 256U}) {
        std::vector<double> group, one_by_one, ours, late_group, late_ours;
        for (int run = 0; run < plan.runs; ++run) {
            const auto together = load(with.group.at, connections, plan.window, with.requests);
            const auto measured = load(with.gateway.at, connections, plan.window, with.requests);
            if (connections == 16) one_by_one.push_back(load(with.one_by_one.at, connections, plan.window, with.requests).per_second);
            group.push_back(together.per_second);
            ours.push_back(measured.per_second);
            late_group.push_back(together.p99_ms);
            late_ours.push_back(measured.p99_ms);
        }
        const auto many = ", " + std::to_string(connections) + " connections, commits of 5 ms";
        const auto ratio = median_ratio(ours, group);
        table.add(
            {"4", "durable writes/s" + many, number(median(group)), number(median(ours)), number(ratio), "≥ 0.8", verdict(ratio >= 0.8)});
        if (!one_by_one.empty()) // with more of them a run ends before each had its turn
            table.add({"4", "the same, floor: one commit each", number(median(one_by_one)), number(median(ours)),
                       number(median_ratio(ours, one_by_one)), "", ""});
        table.add({"4", "p99" + many, number(median(late_group), "ms"), number(median(late_ours), "ms"),
                   number(median_ratio(late_ours, late_group)), "", ""});
    }
}

} // namespace gatehouse::bench
