#pragma once

#include "sdk/line_splitter.hpp"
#include "sdk/outbox.hpp"
#include "sdk/session.hpp"

namespace gatehouse::sdk {

/// Reads requests from `descriptor` until its end, SIGTERM, SIGINT, a closed output or a request that ends the driver.
/// Returns the exit code. Takes both signals for the whole process, so it is called before any thread is started or with them blocked.
///
/// Errors:  a failing read counts as the end of input.
/// Threads: the calling one; blocks.
int read_requests(int descriptor, Session& session, const Outbox& outbox);

/// Blocks SIGTERM and SIGINT for this thread and those it starts, and ignores SIGPIPE.
void take_signals();

} // namespace gatehouse::sdk
