#pragma once

#include "books.hpp"
#include "model/policy.hpp"

#include <gmock/gmock.h>

namespace gatehouse::model {

/// A house with a tenant, by names: doors lobby, bikes, archive of workspace harbour and east of brightline; the lobby is shared. Harbour
/// has the systems house and boats, brightline has office. Names stand for ids, so rows are written as people say them.
class House : public testing::Test {
protected:
    House();

    /// Applies what must be accepted; the rows get the next change number.
    ChangeNumber apply(Mutation mutation);
    ChangeNumber put(Row row) { return apply(model::put(std::move(row))); }
    ChangeNumber erase(Row row) { return apply(model::erase(std::move(row))); }
    /// The code (or, without one, the detail) a refused change is refused with; empty when it is accepted.
    std::string refused(Mutation mutation);

    Identity person(const std::string& name) const;
    User user(const std::string& name, const std::string& system, const std::string& identity = "") const;
    Credential card(const std::string& name, const std::string& system, const std::string& user, const std::string& uid = "") const;
    Membership member(const std::string& user, const std::string& group) const;
    DirectGrant direct(const std::string& user, const std::string& entrance) const;
    CredentialEntrance listed(const std::string& card, const std::string& entrance) const;
    DeviceGrant device_grant(const std::string& identity, const std::string& door) const;
    Group group(const std::string& name, const std::string& system) const;
    GroupEntrance path(const std::string& group, const std::string& entrance) const;
    Entrance entrance(const std::string& name, const std::string& system, const std::string& door) const;
    Door door(const std::string& name, const std::string& owner, std::int64_t output) const;

    template <class IdType>
    static IdType of(std::string_view name)
    {
        return {base::declared_uuid("test", "thing", name)};
    }
    static Instant hour(int at) { return Instant{std::chrono::hours{at}}; }

    Opening opens(const std::string& card, const std::string& door, Instant at = hour(12)) const;
    Reason reason(const std::string& card, const std::string& door, Instant at = hour(12)) const { return opens(card, door, at).reason; }

    Directory directory_;
    ChangeNumber head_ = 0;
};

} // namespace gatehouse::model
