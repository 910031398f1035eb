#pragma once

#include "devices/allowance.hpp"
#include "devices/wire.hpp"

#include <map>
#include <vector>

namespace gatehouse::devices {

/// What must not get lost of one device, or of a line: that it came, went, restarted, was tampered with. Where it comes too often to be
/// real, it waits, and of what waits the newest of each kind counts. Pure.
class News {
public:
    /// Whether it is to be told now; else it is kept.
    bool take(const Message& message, base::Monotonic now);
    /// What waited long enough, in the order it came.
    std::vector<Message> due(base::Monotonic now);

private:
    Allowance allowance_{16, base::milliseconds{500}};
    std::vector<Message> waiting_; ///< at most one of each kind
};

} // namespace gatehouse::devices
