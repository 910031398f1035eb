#pragma once

#include "rows.hpp"
#include "world.hpp"

namespace gatehouse::bench {

template <class Work>
double microseconds_of(Work work)
{
    const auto begun = Clock::now();
    work();
    return Seconds{Clock::now() - begun}.count() * 1e6;
}

/// Steps that each are one turn, until one says that it was the last.
template <class Step>
World::Turns turns_of(Step step)
{
    World::Turns turns;
    for (bool more = true; more; ++turns.count) {
        const auto took = microseconds_of([&more, &step] { more = step(); });
        turns.longest_us = std::max(turns.longest_us, took);
        turns.all_us += took;
    }
    return turns;
}

/// A row of the table. `whole_us`: the same in one go, where that can be had.
void add(Table& table, const std::string& what, double whole_us, const World::Turns& turns);

World::Turns settled(World& world);

/// PINs at doors that open by them.
void measure_codes(World& world, Table& table);
/// A thousand people stopped everywhere.
void measure_freeze(World& world, Table& table);
/// A site all of whose controllers are served, on many lines of one process.
void measure_served(const Plan& plan, Table& table);

} // namespace gatehouse::bench
