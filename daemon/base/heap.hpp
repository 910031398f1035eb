#pragma once

namespace gatehouse::base {

/// What was freed goes back to the system at once instead of in the course of time: for the end of work that took much memory. Takes
/// milliseconds; any thread.
void give_back_memory();

} // namespace gatehouse::base
