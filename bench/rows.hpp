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
/// 13: from exec to the first answer.
void measure_start(const Plan& plan, Table& table);
/// 15: resident memory, without devices.
void measure_memory(const Plan& plan, Table& table);

} // namespace gatehouse::bench
