#pragma once

#include "sim/rights.hpp"

#include <functional>

namespace gatehouse::sim {

/// Whose a code is at each door, judged by what was sent to controllers and what they showed since, not by the daemon's records.
class Codes {
public:
    using Fails = std::function<void(std::string what)>;
    explicit Codes(Fails fails) : fails_{std::move(fails)} {}

    /// As the disk has it, at a start.
    void begin(const model::Books& books);
    /// A change gives codes to people, or takes them; books and rights are those after it.
    void applied(const model::Change& change, const model::Books& books, const Rights& rights, Instant now);
    /// An entry that opens by the code goes to the device.
    void sent(const model::DeviceId& device, const std::string& code, std::uint64_t outputs, const model::Books& books,
              base::Monotonic now);
    /// A read that began then showed these codes, with the outputs each opens; a complete one, that there are no others.
    void shown(const model::DeviceId& device, const std::map<std::string, std::uint64_t>& codes, bool complete, base::Monotonic begun);
    /// No entry of the device opens by the code any more, as it was then.
    void gone(const model::DeviceId& device, const std::string& code, base::Monotonic asked);
    /// The device may still open the output by the code for somebody else.
    bool held(const model::DeviceId& device, std::int64_t output, const std::string& code, const model::CredentialId& by_other_than) const;
    /// Somebody waits for a code at a door of the device that nobody has any more; empty when nobody does.
    std::string waits(const model::DeviceId& device, const model::Books& books, const Rights& rights, Instant now) const;
    /// The same for a code that is free: nobody has it, no entry may open by it, and no record says so.
    using Recorded = std::function<bool(const std::string& code)>;
    std::string waits_for_free(const model::DeviceId& device, const model::Books& books, const Rights& rights, Instant now,
                               const Recorded& recorded) const;

private:
    struct Holding {
        std::map<std::int64_t, model::CredentialId> by_output; ///< nil: nobody had it when it was sent
        base::Monotonic sent{};
    };
    Fails fails_;
    std::map<Rights::DoorCode, model::CredentialId> claims_;
    std::map<model::DeviceId, std::map<std::string, Holding>> holdings_; ///< by code
};

} // namespace gatehouse::sim
