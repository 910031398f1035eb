#pragma once

#include "endpoint.hpp"

#include <functional>
#include <memory>
#include <string>

namespace gatehouse::mqtt {

/// Why a broker cannot be reached: `no_such_host`, `unreachable`, `hung_up`, and of TLS what tls_… says. Goes there once, step by step,
/// with the same trust as the connection: paho tells no more than that it failed.
///
/// Threads: blocks the caller's, for some seconds at most where names are looked up quickly.
std::string why_unreachable(const BrokerAddress& address);

/// Asks that on a thread of its own. What it learns after the object is gone, nobody hears.
class Inquiry {
public:
    explicit Inquiry(std::function<void(std::string reason)> told); ///< called on that thread; it only queues
    ~Inquiry();
    Inquiry(const Inquiry&) = delete;
    Inquiry& operator=(const Inquiry&) = delete;

    /// Nothing while one is under way.
    void ask(const BrokerAddress& address);
    /// Of any of them: then the program may not end by way of its exit handlers, among them those of the TLS library.
    static bool any_under_way();

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

} // namespace gatehouse::mqtt
