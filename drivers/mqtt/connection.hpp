#pragma once

#include "broker.hpp"

#include <atomic>
#include <memory>
#include <mqtt/async_client.h>

namespace gatehouse::mqtt {

namespace paho = ::mqtt; // the library; our own namespace hides its name

/// Why a broker could not be reached.
struct FailedDial {
    std::string reason;
    bool version_may_be_why = false;
};

/// How a broker is dialled in either version.
paho::connect_options connect_options_of(const BrokerAddress& address, const MemoryFile* ca, bool mqtt5);

/// One attempt to reach a broker, and the connection when it succeeds. Its handlers run on paho's threads and only queue.
class Connection {
public:
    Connection(Broker& broker, int attempt);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Errors: the reason when the attempt could not even begin.
    std::string dial(const BrokerAddress& address, const MemoryFile* ca);
    bool publish(const Outgoing& message);
    void subscribe(const std::string& topic, bool with_retained);
    void unsubscribe(const std::string& topic);
    /// Why the attempt failed; to be called once it has.
    FailedDial failure() const;
    /// Nothing more is heard of it.
    void mute();
    void say_good_bye();

private:
    /// Follows the attempt to connect.
    struct Dialled final : paho::iaction_listener {
        explicit Dialled(Connection& one) : connection{one} {}
        void on_success(const paho::token&) override;
        void on_failure(const paho::token& token) override;
        Connection& connection;
    };
    /// Follows subscriptions.
    struct Subscribed final : paho::iaction_listener {
        explicit Subscribed(Connection& one) : connection{one} {}
        void on_success(const paho::token&) override {}
        void on_failure(const paho::token& token) override;
        Connection& connection;
    };
    /// Follows what is published at QoS 1.
    struct Published final : paho::iaction_listener {
        explicit Published(Connection& one) : connection{one} {}
        void on_success(const paho::token&) override {}
        void on_failure(const paho::token& token) override;
        Connection& connection;
    };

    void lost(const std::string& reason);
    void heard(const paho::const_message_ptr& message);

    Broker& broker_;
    Loop& loop_;
    int attempt_;
    bool mqtt5_;
    std::shared_ptr<std::atomic<bool>> overflowing_ = std::make_shared<std::atomic<bool>>(false); ///< messages were lost, not yet told
    Dialled dialled_{*this};
    Subscribed subscribed_{*this};
    Published published_{*this};
    paho::async_client client_;
    paho::token_ptr dialling_;
};

} // namespace gatehouse::mqtt
