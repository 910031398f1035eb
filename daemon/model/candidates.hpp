#pragma once

#include "model/policy.hpp"

#include <array>

namespace gatehouse::model {

/// Every credential with a way to some doors, a few at a time: each once, in no order. Rows may come and go between two steps; who has a
/// way all the while is found, and who gains or loses one meanwhile may be or not.
class Candidates {
public:
    Candidates(const Directory& directory, std::span<const DoorId> doors);

    /// Appends the next ones, looking at `budget` people or lists at most. False: there are no more.
    bool step(const Directory& directory, std::size_t budget, std::vector<Candidate>& into);

private:
    /// Where candidates come from.
    struct Source {
        enum class Kind : std::uint8_t { group, direct, entrance_list, door_list, identities };
        Kind kind;
        WorkspaceId workspace; ///< nil for what belongs to the door
        Uuid id;
    };
    /// Somebody found there: a user, or a credential.
    struct Found {
        WorkspaceId workspace;
        Uuid id;
        bool user;
    };
    void open(const Directory& directory, const Source& source);
    bool is_new(const CredentialId& id);

    std::vector<Source> sources_;
    std::vector<Found> found_; ///< of the source that was opened last, and not yet looked at
    using Ids = base::FlatSet<CredentialId, IdHash, std::equal_to<>>;
    std::array<Ids, 64> seen_; ///< in parts, each of which grows by itself: one large set would move all of it in one step
};

} // namespace gatehouse::model
