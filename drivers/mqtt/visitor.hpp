#pragma once

#include "connection.hpp"

#include <functional>
#include <string>

namespace gatehouse::mqtt {

/// Whether a visit may be paid to the broker now: to each at most once an hour, however often its line is opened.
bool may_visit(const std::string& uri, sdk::Time now);

/// Somebody without a password at the broker's door, to see whether it opens. Subscribes to nothing and is gone at once.
///
/// Threads: `told` is called on paho's; it only queues.
class Visitor {
public:
    Visitor(BrokerAddress address, const MemoryFile* ca, bool mqtt5, const std::string& client_id, std::function<void()> let_in);

    void leave();

private:
    struct Dialled final : paho::iaction_listener {
        void on_success(const paho::token&) override { let_in(); }
        void on_failure(const paho::token&) override;
        std::function<void()> let_in;
    };
    Dialled dialled_;
    paho::async_client client_;
};

} // namespace gatehouse::mqtt
