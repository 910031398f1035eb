#pragma once

#include "sim/field.hpp"
#include "sim/rights.hpp"
#include "unit/model/books.hpp"

namespace gatehouse::sim {

/// Hands out numbers for rows and remembers what kinds of things a site has; a run's people, cards and equipment come from here.
class Site {
public:
    /// `locks`: some of the controllers are locks that keep codes in slots.
    Site(Dice& dice, base::Instant wall, bool locks) : dice_{dice}, wall_{wall}, has_locks_{locks} {}

    /// Lines, controllers and doors, two workspaces with systems, groups and hours; nobody yet.
    std::vector<model::Mutation> build(Field& field);

    /// A user with a card and perhaps an identity, who may open something or nothing.
    std::vector<model::Mutation> newcomer(const model::Books& books);
    model::Hours hours(std::string key, base::Instant around);
    std::optional<base::Instant> soon(base::Instant from);
    std::string uid();
    std::string code();
    /// What is on the plastic, or the digits somebody types.
    void imprint(model::Credential& credential);
    bool pins() const { return pins_; }       ///< some doors have keypads
    bool numbers() const { return numbers_; } ///< some controllers know cards by their numbers
    bool is_lock(const model::DeviceId& device) const { return locks_.contains(device); }
    /// As what the controller takes credentials, as it is configured.
    static Form form(const Controller& controller, const std::string& policy);
    std::string policy(const Traits& traits);
    std::string mode();
    model::CredentialId card_id() { return fresh<model::CredentialId>(); }

    static model::DeviceId device_id(std::uint64_t number) { return model::id<model::DeviceId>(1'000 + number); }
    const std::map<std::string, model::DeviceId>& devices() const { return devices_; } ///< by key

private:
    void equipment(Field& field);
    void controller(Field& field, std::uint64_t number, const std::string& line, std::uint64_t line_number);
    Traits traits();
    void lock(Traits& traits);
    void tenants();
    void tenant_groups(std::uint64_t workspace);
    void put(model::Row row)
    {
        books_.take({row});
        rows_.push_back(model::put(std::move(row)));
    }
    template <class IdType>
    IdType fresh()
    {
        return model::id<IdType>(++last_);
    }

    Dice& dice_;
    base::Instant wall_;
    std::vector<model::Mutation> rows_;
    model::Books books_; ///< of what is being built
    std::map<std::string, model::DeviceId> devices_;
    std::uint64_t last_ = 100'000;
    bool has_locks_, pins_ = false, numbers_ = false;
    std::set<model::DeviceId> locks_;
};

} // namespace gatehouse::sim
