#pragma once

#include "base/hash.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::model {

using base::Instant;

// Rows are plain values. `fields` names each column once, for the store, the change blob and comparison; the first `keys` of them are the
// primary key. `touched` is the number of the change that last put the row.

/// A tenant. Declared in configuration.
struct WorkspaceRow {
    WorkspaceId id;
    std::string key, name;
    bool absent = false; ///< left out of the file: kept, shown as an error
    Instant created_at{};
    ChangeNumber touched = 0;
    std::string was;       ///< the key it had before, while the file says so
    std::string first_key; ///< what its id and its account's are made of, when that is not the key

    static constexpr std::string_view table = "workspace";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("key", self.key), visit("name", self.name), visit("absent", self.absent);
        visit("created_at", self.created_at), visit("touched", self.touched), visit("was", self.was);
        visit("first_key", self.first_key);
    }
    friend bool operator==(const WorkspaceRow&, const WorkspaceRow&) = default;
};

/// One bus, broker connection, serial port or TCP endpoint.
struct Line {
    LineId id;
    std::string key, driver;
    std::string endpoint; ///< JSON object as the driver gets it; secrets stand in it by reference only
    bool absent = false;
    ChangeNumber touched = 0;
    std::string was; ///< the key it had before, while the file says so

    static constexpr std::string_view table = "line";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("key", self.key), visit("driver", self.driver), visit("endpoint", self.endpoint);
        visit("absent", self.absent), visit("touched", self.touched), visit("was", self.was);
    }
    friend bool operator==(const Line&, const Line&) = default;
};

/// One controller, lock or reader at an address on a line.
struct Device {
    DeviceId id;
    std::string key, name;
    LineId line;
    std::string profile;
    std::string address; ///< JSON object: profile parameters and digest, reserved slots; secrets by reference only
    std::string policy;  ///< JSON object: card form, lease, first contact, foreign, brake, retire as configured for this device
    bool absent = false;
    Instant created_at{};
    ChangeNumber touched = 0;
    std::string was; ///< the key it had before, while the file says so

    static constexpr std::string_view table = "device";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("key", self.key), visit("name", self.name), visit("line", self.line);
        visit("profile", self.profile), visit("address", self.address), visit("policy", self.policy);
        visit("absent", self.absent), visit("created_at", self.created_at), visit("touched", self.touched), visit("was", self.was);
    }
    friend bool operator==(const Device&, const Device&) = default;
};

/// Numbered strike and contact of a device; what the API calls a device. One owner workspace.
struct Door {
    DoorId id;
    std::string key, name;
    WorkspaceId owner;
    DeviceId device;
    std::int64_t output = 0; ///< number of the strike on its device
    std::string wiring;      ///< JSON object: contact, exit button, readers, lock kind, as configured
    bool absent = false;
    Instant created_at{};
    ChangeNumber touched = 0;
    std::string was; ///< the key it had before, while the file says so

    static constexpr std::string_view table = "door";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("key", self.key), visit("name", self.name), visit("owner", self.owner);
        visit("device", self.device), visit("output", self.output), visit("wiring", self.wiring), visit("absent", self.absent);
        visit("created_at", self.created_at), visit("touched", self.touched), visit("was", self.was);
    }
    friend bool operator==(const Door&, const Door&) = default;
};

/// Weekly opening hours, with the days they are closed on. Declared in configuration.
struct Hours {
    std::string key;
    std::string zone;      ///< IANA name
    std::string week;      ///< WeeklyHours::read tells the form
    std::string closed_on; ///< of all its holidays, in order
    bool absent = false;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "hours";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("key", self.key), visit("zone", self.zone), visit("week", self.week), visit("closed_on", self.closed_on);
        visit("absent", self.absent), visit("touched", self.touched);
    }
    friend bool operator==(const Hours&, const Hours&) = default;
};

/// The owner lets another workspace put an entrance on the door.
struct DoorShare {
    DoorId door;
    WorkspaceId workspace;
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "door_share";
    static constexpr int keys = 2;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("door", self.door), visit("workspace", self.workspace), visit("touched", self.touched);
    }
    friend bool operator==(const DoorShare&, const DoorShare&) = default;
};

/// An API key. Only its digest is kept.
struct Token {
    TokenId id;
    WorkspaceId workspace;
    std::string name;
    base::Digest digest{};
    Instant created_at{};
    ChangeNumber touched = 0;

    static constexpr std::string_view table = "token";
    static constexpr int keys = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
        visit("id", self.id), visit("workspace", self.workspace), visit("name", self.name), visit("digest", self.digest);
        visit("created_at", self.created_at), visit("touched", self.touched);
    }
    friend bool operator==(const Token&, const Token&) = default;
};

} // namespace gatehouse::model
