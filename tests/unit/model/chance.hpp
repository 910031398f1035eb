#pragma once

#include "base/random.hpp"
#include "model/change.hpp"

namespace gatehouse::model {

/// Cards at doors that are always open; or doors with modes and hours, and codes of which there are too few for everybody.
enum class Manner : std::uint8_t { plain, busy };

/// The edges every window of chance has, in order: six of them, so that seven spans of time lie between. In a busy town they are those of
/// three days in Copenhagen, with a change to summer time and a holiday.
std::vector<base::Instant> edges(Manner manner = Manner::plain);
/// One instant in each span, the first and the last included, and each edge; in a busy town also before, on and behind edges of hours.
std::vector<base::Instant> moments(Manner manner = Manner::plain);
/// The codes of a busy town.
std::vector<std::string> codes();

/// Random changes to a small town: two workspaces with two systems each over four doors of two devices. Ids, names, numbers and keys come
/// from small pools, so that changes meet: rows are put anew, taken away, refused.
class Chance {
public:
    explicit Chance(std::uint64_t seed, Manner manner = Manner::plain) : random_{seed}, busy_{manner == Manner::busy} {}
    Mutation mutation(ChangeNumber touched);
    std::uint64_t pick(std::uint64_t below) { return random_.pick(below); }

    /// Rows that make most later changes acceptable.
    std::vector<Mutation> ground();

private:
    bool maybe(std::uint64_t one_in) { return pick(one_in) == 0; }
    std::uint64_t town() { return 1 + pick(2); } ///< number of a workspace
    template <class IdType>
    IdType of(std::uint64_t workspace, std::uint64_t kind, std::uint64_t count);
    std::optional<Instant> edge();
    Text word(std::string_view kind, std::uint64_t count);
    Row row(std::uint64_t kind, std::uint64_t workspace);
    Row site_row(std::uint64_t kind, std::uint64_t workspace);
    Row system_row(std::uint64_t kind, std::uint64_t workspace);
    Row grant_row(std::uint64_t kind, std::uint64_t workspace);
    Row person_row(std::uint64_t kind, std::uint64_t workspace);
    Credential credential(std::uint64_t workspace);
    std::string mode();
    std::string hours();

    base::SeededRandom random_;
    bool busy_;
};

} // namespace gatehouse::model
