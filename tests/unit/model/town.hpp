#pragma once

#include "model/pins.hpp"
#include "model/policy.hpp"
#include "unit/model/census.hpp"
#include "unit/model/chance.hpp"

#include <gmock/gmock.h>

namespace gatehouse::model {

/// A directory under random changes, with the books of what it accepted.
struct Town {
    explicit Town(std::uint64_t seed, Manner of = Manner::plain) : manner{of}, chance{seed, of}
    {
        for (auto& mutation : chance.ground()) {
            ++number;
            std::visit([this](auto& row) { row.touched = number; }, mutation.row);
            apply(mutation);
        }
    }

    /// Answers whether the directory accepted it; with the claims to codes that follow, as the ledger makes them.
    bool apply(const Mutation& mutation)
    {
        CodeScope scope;
        affected_codes(directory, mutation, scope);
        const auto inverse = directory.apply(mutation);
        if (!inverse) return false;
        affected_codes(directory, mutation, scope);
        const auto claims = plan_claims(directory, scope, edges(manner)[2]);
        if (claims.clash) directory.revert(*inverse);
        if (claims.clash) return false;
        books.take(mutation);
        take(claims.rows);
        return true;
    }
    /// Claims are rows as others are.
    void take(std::vector<Mutation> claims)
    {
        for (auto& row : claims) {
            std::visit([this](auto& value) { value.touched = number; }, row.row);
            EXPECT_TRUE(directory.apply(row).has_value());
            books.take(row);
        }
    }
    Mutation next() { return chance.mutation(++number); }

    template <class Visit>
    void each_pair(Visit visit) const
    {
        for (const auto& [card_key, card] : books.all<Credential>())
            for (const auto& [door_key, door] : books.all<Door>()) visit(card, door);
    }
    Opening opens(const Credential& card, const Door& door, Instant at) const
    {
        const auto& workspace = *directory.workspace(card.workspace);
        return model::opens(workspace, *workspace.credentials.find(card.id), *directory.door(door.id), {at});
    }

    Manner manner;
    Chance chance;
    ChangeNumber number = 0;
    Directory directory;
    Books books;
};

} // namespace gatehouse::model
