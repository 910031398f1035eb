#pragma once

#include "base/zone.hpp"
#include "unit/model/books.hpp"

#include <set>

namespace gatehouse::sim {

using base::Instant;

/// As what a controller takes a credential, by what its driver says it can and how it is configured.
struct Form {
    bool pins = false;
    std::size_t pin_min = 0, pin_max = 0;
    std::size_t key_limit = 0;
    bool uids = true, numbers = false;
    unsigned key_bits = 0;
    std::string card_as;                  ///< uid or h10301; empty: what it takes, a uid first
    std::optional<std::int64_t> facility; ///< its numbers have none
    std::set<std::int64_t> reserved;      ///< slots that are the installer's

    /// The key the credential is to stand under; nothing when the controller cannot hold it.
    std::optional<std::string> key_for(const model::Credential& credential) const;
};
using Forms = std::map<model::DeviceId, Form>;

/// Who may open what and when by docs/access.md, worked out from plain lists of rows: what the policy, the lowering and the tables of
/// controllers are held against. Knows nothing of the directory, its indexes or its intervals: every question is about one instant.
class Rights {
public:
    Rights(const model::Books& books, const Forms& forms);

    /// With a clock in doubt: whether it is open whatever the time may be.
    bool open(const model::CredentialId& credential, const model::DoorId& door, base::Now now) const;
    /// Whether every one of the outputs is served, whatever the time may be, and stays so until then by effective time.
    bool surely(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, base::Now now, Instant until) const;
    /// Outputs of the device that some holder of the key may open then.
    std::uint64_t open(const model::DeviceId& device, const std::string& key, Instant at) const;
    /// Those of them that the device is to open by this key, and not by another one of the same credential.
    std::uint64_t served(const model::DeviceId& device, const std::string& key, Instant at) const;
    /// Whether every one of the outputs is served to the key all through [from, until).
    bool open_all(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, Instant from, Instant until) const;
    /// Whether groups without a lease alone keep them open until then.
    bool leaseless(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, Instant from, Instant until) const;
    /// Instants at which rights to the key may begin or end, in [from, until).
    std::set<Instant> edges(const model::DeviceId& device, const std::string& key, Instant from, Instant until) const;

    /// How many credentials have a way to the device by the key.
    std::size_t credentials(const model::DeviceId& device, const std::string& key) const;
    /// One of those.
    std::optional<model::CredentialId> holder(const model::DeviceId& device, const std::string& key) const;
    const std::set<std::string>& keys(const model::DeviceId& device) const;
    std::uint64_t outputs(const model::DeviceId& device) const;

    /// Somebody whose code leads to a door where codes open by themselves, whatever the hour and whoever has the code there.
    struct Asker {
        model::CredentialId credential;
        Instant created_at, until;
    };
    using DoorCode = std::pair<model::DoorId, std::string>;
    const std::map<DoorCode, std::vector<Asker>>& askers() const { return askers_; }

private:
    struct Hours {
        std::vector<std::pair<int, int>> week[7]; ///< minutes of the local day, Monday first
        std::set<std::chrono::local_days> closed;
        base::Zone zone = base::Zone::utc();
        bool open(Instant at) const;
    };
    struct Way {
        model::CredentialId credential;
        model::DoorId door;
        std::uint64_t output = 0; ///< as a bit
        Instant from, until;
        const Hours* hours = nullptr; ///< null: always
        bool leaseless = false, served = false;
        /// Its start has passed for sure; its hours were open when that was known, and time was counted since.
        bool sure(base::Now now) const
        {
            if (!open(now.instant)) return false;
            return now.trusted || (from <= now.last_trusted && (hours == nullptr || (now.ran_on && hours->open(now.last_trusted))));
        }
        bool open(Instant at) const { return from <= at && at < until && (hours == nullptr || hours->open(at)); }
    };
    struct Owner { ///< whose credential it is, and when both may
        const model::Credential& credential;
        const model::User& user;
        Instant from, until;
        bool stopped; ///< by itself, or its person everywhere
    };

    void read_hours(const model::Books& books);
    void read_modes(const model::Books& books);
    bool own_there(const Owner& owner, const model::DoorId& door);
    void find_ways(const model::Books& books, const Owner& owner);
    void by_groups(const model::Books& books, const Owner& owner, const model::Entrance& entrance);
    void add(const model::Books& books, const Owner& owner, const model::DoorId& door, Instant from, Instant until, const Hours* hours,
             bool leaseless);
    template <class Fits>
    bool all_through(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, Instant from, Instant until,
                     Fits fits) const;

    const Forms& forms_;
    std::map<model::DoorId, std::string> modes_;
    std::map<DoorCode, model::CredentialId> claims_;
    std::map<DoorCode, std::vector<Asker>> askers_;
    std::map<std::string, Hours> hours_;
    Hours never_;
    std::map<model::DeviceId, std::map<std::string, std::vector<Way>>> ways_; ///< by placement key
    std::map<model::CredentialId, std::vector<Way>> of_credential_;
    std::map<model::DeviceId, std::set<std::string>> keys_;
    std::map<model::DeviceId, std::uint64_t> outputs_;
};

} // namespace gatehouse::sim
