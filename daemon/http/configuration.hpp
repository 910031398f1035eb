#pragma once

#include "model/change.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace gatehouse::http {

/// The configuration of the gateway while it runs, of which this room knows no more than that it can be asked. Core thread.
class Configuration {
public:
    /// What came of it. `shown` is a plan (see docs/operations.md), or with a refusal what explains it.
    struct Said {
        std::optional<base::Error> refusal;
        boost::json::object shown;
    };
    /// Something the file leaves out and an operator ends.
    struct Thing {
        std::string kind, key;
        std::optional<std::string> workspace; ///< key; of systems, entrances and groups, when several have the key
        std::optional<bool> wipe;             ///< own entries on controllers that end with it: removed, or left; nothing: as configured
    };
    struct Caller {
        model::Actor actor;
        std::string request;
    };

    virtual ~Configuration() = default;
    /// Reads the file and says what it would change.
    virtual boost::asio::awaitable<Said> plan() = 0;
    /// Reads the file and changes what differs: durable when this returns. What takes access away needs the word of its plan.
    virtual boost::asio::awaitable<Said> apply(std::optional<std::string> confirm, Caller caller) = 0;
    /// Ends something absent, with what stands on it and what people have by it; never without the word of its plan.
    virtual boost::asio::awaitable<Said> retire(Thing thing, std::optional<std::string> confirm, Caller caller) = 0;
};

} // namespace gatehouse::http
