#include "base/clock.hpp"
#include "sim/run.hpp"

#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

// gatehouse-simulate [--seeds N] [--from S] [--seed ONE] [--trace]: many runs, or one with all its lines.

namespace {

struct Words {
    std::uint64_t seeds = 10'000, from = 1;
    bool trace = false;
};

bool read(int count, char** words, Words& into)
{
    for (int at = 1; at < count; ++at) {
        const bool more = at + 1 < count;
        if (std::strcmp(words[at], "--trace") == 0)
            into.trace = true;
        else if (std::strcmp(words[at], "--seeds") == 0 && more)
            into.seeds = std::strtoull(words[++at], nullptr, 10);
        else if (std::strcmp(words[at], "--from") == 0 && more)
            into.from = std::strtoull(words[++at], nullptr, 10);
        else if (std::strcmp(words[at], "--seed") == 0 && more)
            into.from = std::strtoull(words[++at], nullptr, 10), into.seeds = 1;
        else
            return false;
    }
    return true;
}

} // namespace

int main(int count, char** words)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
    Words told;
    if (!read(count, words, told)) {
        std::fprintf(stderr, "usage: gatehouse-simulate [--seeds N] [--from S] [--seed ONE] [--trace]\n");
        return 2;
    }
    spdlog::set_level(told.trace ? spdlog::level::info : spdlog::level::off);
    gatehouse::base::SystemClock clock;
    const auto begun = clock.now();
    double virtual_time = 0;
    std::uint64_t failed = 0, steps = 0;
    for (auto seed = told.from; seed < told.from + told.seeds; ++seed) {
        const auto outcome = gatehouse::sim::run(seed, told.trace);
        virtual_time += outcome.seconds;
        steps += outcome.steps;
        if (told.seeds == 1)
            std::printf("seed %ju hash %016jx lines %ju\n", std::uintmax_t{seed}, std::uintmax_t{outcome.hash},
                        std::uintmax_t{outcome.lines});
        if (outcome.violation.empty()) continue;
        ++failed;
        std::printf("seed %ju: %s\n  replay: scripts/simulate --seed %ju --trace\n", std::uintmax_t{seed}, outcome.violation.c_str(),
                    std::uintmax_t{seed});
        std::fflush(stdout);
    }
    const auto took = static_cast<double>((clock.now() - begun).count()) / 1e6;
    std::printf("%ju runs, %ju failed, %ju steps; %.0f s of virtual time in %.1f s: %.0f times real time\n", std::uintmax_t{told.seeds},
                std::uintmax_t{failed}, std::uintmax_t{steps}, virtual_time, took, virtual_time / took);
    return failed == 0 ? 0 : 1;
}
