#include "mqtt_peers.hpp"
#include "piped.hpp"
#include "rows.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <map>

namespace gatehouse::bench {

namespace {

using Measure = void (*)(const Plan&, Table&);

struct Row {
    int number;
    Measure measure;
};

constexpr int turns = 99; ///< the row without a number

constexpr std::array rows{Row{1, measure_reads},  Row{2, measure_writes},     Row{3, measure_lone_write}, Row{4, measure_slow_disk},
                          Row{8, measure_driver}, Row{10, measure_decisions}, Row{11, measure_diff},      Row{12, measure_idle},
                          Row{13, measure_start}, Row{15, measure_memory},    Row{turns, measure_turns}};

int measure(const Plan& plan, const std::vector<int>& wanted)
{
    std::filesystem::create_directories(plan.home);
    if (!pin_to(load_core)) {
        std::cerr << "bench: needs two cores, one for what is measured and one for its load\n";
        return 1;
    }
    const auto machine = machine_line(); // before the bench itself is the load
    Table table;
    for (const auto& row : rows) {
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), row.number) == wanted.end()) continue;
        std::fprintf(stderr, "row %d\n", row.number);
        row.measure(plan, table);
    }
    std::printf("%s; files on %s; median of %d runs\n\n", machine.c_str(), filesystem_of(plan.home).c_str(), plan.runs);
    table.print();
    return table.all_met() ? 0 : 3;
}

} // namespace

} // namespace gatehouse::bench

int main(int argc, char** argv)
{
    using namespace gatehouse::bench;
    CLI::App app{"Measures the gateway against floors of the same run. Ends with 3 when a goal is missed."};
    Plan plan;
    std::vector<int> wanted;
    bool quick = false;
    app.add_option("--row", wanted, "only this row (repeatable): 1 to 4, 8, 10 to 13, 15, turns")
        ->transform(CLI::Transformer(std::map<std::string, int>{{"turns", 99}}))
        ->check(CLI::IsMember({1, 2, 3, 4, 8, 10, 11, 12, 13, 15, 99}));
    app.add_option("--runs", plan.runs, "runs of each side, in turn")->check(CLI::Range(1, 50))->capture_default_str();
    app.add_option("--dir", plan.home, "where generated sites and journals lie; on a real disk")->capture_default_str();
    app.add_option("--daemon", plan.daemon, "measure this gatehoused")->capture_default_str();
    app.add_flag("--quick", quick, "a tenth of the people, shorter runs: says whether it works, not how fast it is");

    Floor floor;
    auto* serve = app.add_subcommand("floor", "be a floor; the bench starts it")->group("");
    serve->add_option("--port", floor.port);
    serve->add_option("--answer", floor.answer);
    serve->add_option("--journal", floor.journal);
    serve->add_option("--model", floor.model);
    serve->add_flag("--one-by-one", floor.one_by_one);
    auto* echo = app.add_subcommand("echo", "give back lines")->group("");
    MqttPeer peer;
    auto* controllers = app.add_subcommand("controllers", "be controllers behind a broker")->group("");
    auto* commander = app.add_subcommand("commander", "command them through the library")->group("");
    for (auto* one : {controllers, commander}) one->add_option("--uri", peer.uri);
    commander->add_option("--devices", peer.devices);
    commander->add_option("--rounds", peer.rounds);
    CLI11_PARSE(app, argc, argv);
    if (quick) plan.large /= 10, plan.window = Seconds{0.5}, plan.runs = std::min(plan.runs, 3);
    try {
        if (*echo) return echo_lines();
        if (*controllers) return answer_as_controllers(peer);
        if (*commander) return command_through_paho(peer);
        return *serve ? run_floor(floor) : measure(plan, wanted);
    } catch (const std::exception& trouble) {
        std::cerr << "bench: " << trouble.what() << "\n";
        return 1;
    }
}
