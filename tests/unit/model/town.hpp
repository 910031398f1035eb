#pragma once

#include "model/policy.hpp"
#include "unit/model/census.hpp"
#include "unit/model/chance.hpp"

#include <gmock/gmock.h>

namespace gatehouse::model {

/// A directory under random changes, with the books of what it accepted.
struct Town {
    explicit Town(std::uint64_t seed) : chance{seed}
    {
        for (auto& mutation : chance.ground()) {
            ++number;
            std::visit([this](auto& row) { row.touched = number; }, mutation.row);
            apply(mutation);
        }
    }

    /// Answers whether the directory accepted it.
    bool apply(const Mutation& mutation)
    {
        const bool accepted = directory.apply(mutation).has_value();
        if (accepted) books.take(mutation);
        return accepted;
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

    Chance chance;
    ChangeNumber number = 0;
    Directory directory;
    Books books;
};

} // namespace gatehouse::model
