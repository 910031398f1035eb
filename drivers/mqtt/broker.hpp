#pragma once

#include "endpoint.hpp"
#include "inquiry.hpp"
#include "loop.hpp"
#include "sockets.hpp"
#include "talk/outside.hpp"

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::mqtt {

class Connection;
class Visitor;

/// What a broker tells its line, on the loop's thread.
struct BrokerEvents {
    std::function<void(sdk::Time)> connected;
    std::function<void(std::string_view reason, sdk::Time)> lost; ///< also an attempt that failed
    std::function<void(const Incoming&, sdk::Time)> message;
    std::function<void(const std::string& topic)> refused;       ///< a subscription
    std::function<void(const std::string& topic)> not_published; ///< the broker does not let us
    std::function<void()> lets_anybody_in;                       ///< without a password
    std::function<void()> overflow;                              ///< messages came faster than they were taken
};

/// The connection to one broker: dials, re-dials with back-off, publishes, subscribes.
///
/// Every attempt gets a client object of its own, thrown away with its connection, so that nothing a dead connection had queued can go
/// out later: a door must not open minutes after it was asked to. Subscriptions are made anew by whoever hears `connected`.
///
/// Errors:  `publish` answers false when nothing went out; everything else comes as an event.
/// Threads: the loop's.
/// Source:  docs/protocols/mqtt.md, "The line".
class Broker {
public:
    Broker(BrokerAddress address, Loop& loop, BrokerEvents events);
    ~Broker();
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    bool connected() const { return connected_; }
    /// A reason it told, for whoever set the line up; empty where the word says it all.
    std::string sentence(std::string_view reason) const;
    bool publish(const Outgoing& message);
    void subscribe(const std::string& topic, bool with_retained);
    void unsubscribe(const std::string& topic);
    /// Says good-bye and stays away.
    void hang_up();
    /// Dials when it is time. Answers when it wants to be called again.
    sdk::Time tick(sdk::Time now);

private:
    friend class Connection;
    void dial(sdk::Time now);
    void on_connected(int attempt, sdk::Time now);
    void on_failed(int attempt, sdk::Time now);
    void on_lost(int attempt, std::string reason, sdk::Time now);
    void retire(sdk::Time now);
    void ask_why(sdk::Time now);
    void on_learned(const std::string& reason, sdk::Time now);
    void look_for_open_door(sdk::Time now);
    sdk::Milliseconds pause();

    BrokerAddress address_;
    std::unique_ptr<MemoryFile> ca_;
    Loop& loop_;
    BrokerEvents events_;
    std::unique_ptr<Connection> connection_;
    struct Retired {
        std::unique_ptr<Connection> connection;
        sdk::Time until;
    };
    std::vector<Retired> retired_; ///< a library thread may still be inside one
    bool connected_ = false;
    bool closed_ = false;
    bool mqtt5_ = true;
    int attempt_ = 0;
    int failures_ = 0;
    int cut_short_ = 0; ///< connections, one after the other
    sdk::Time dial_at_{}, connected_at_{}, asked_at_{};
    Inquiry inquiry_;
    std::string why_; ///< it cannot be reached, as was learned last
    std::unique_ptr<Visitor> visitor_;
    sdk::Time visit_ends_{};
    std::minstd_rand jitter_;
};

} // namespace gatehouse::mqtt
