#pragma once

#include "served.hpp"
#include "table.hpp"

namespace gatehouse::bench {

/// 1: reading one user, keep-alive.
void measure_reads(const Plan& plan, Table& table);
/// 2: writes that are durable before the answer, many at once.
void measure_writes(const Plan& plan, Table& table);
/// 3: the same, one after the other.
void measure_lone_write(const Plan& plan, Table& table);
/// 4: the same, many and some at once, on a disk whose commits take five milliseconds.
void measure_slow_disk(const Plan& plan, Table& table);
/// 8: MQTT commands through the driver process, and what the process itself costs.
void measure_driver(const Plan& plan, Table& table);
/// 10: whether a card opens a door, and what a credential takes in memory.
void measure_decisions(const Plan& plan, Table& table);
/// 11: what is desired against what is on record.
void measure_diff(const Plan& plan, Table& table);
/// 12: devices with nothing to do.
void measure_idle(const Plan& plan, Table& table);
/// 99, "turns": how long the core thread is held at most.
void measure_turns(const Plan& plan, Table& table);
/// 13: from exec to the first answer.
void measure_start(const Plan& plan, Table& table);
/// 15: resident memory, without devices.
void measure_memory(const Plan& plan, Table& table);

} // namespace gatehouse::bench
