#pragma once

#include "store/chain.hpp"

#include <map>

namespace gatehouse::store {

/// How many rows a table has, and the sum of their hashes: what a page that was lost, or came back, does not keep.
struct Tally {
    std::uint64_t rows = 0, sum = 0;

    void add(std::uint64_t hash) { ++rows, sum += hash; }
    void take(std::uint64_t hash) { --rows, sum -= hash; }
    friend bool operator==(const Tally&, const Tally&) = default;
};

/// Whether what a table holds is what it should hold, but for rows that were found damaged.
inline bool agree(const Tally& found, const Tally& expected, std::uint64_t damaged)
{
    return found.rows == expected.rows && (damaged != 0 || found.sum == expected.sum);
}

/// What the database must hold as a whole. It stands in one row with a hash of its own, and is written with every transaction.
struct Tallies {
    model::ChangeNumber head = 0;
    ChainHead events;
    std::map<std::string, Tally, std::less<>> tables; ///< one that is missing is empty

    Tally& of(std::string_view table) { return tables.try_emplace(std::string{table}).first->second; }
    friend bool operator==(const Tallies&, const Tallies&) = default;
};

/// Errors: internal  the row is missing or damaged (code database_damaged).
Result<Tallies> read_tallies(Connection& connection);

/// Puts the row, in the transaction that is open.
class TallyPen {
public:
    static Result<TallyPen> make(Connection& connection);
    Result<void> put(const Tallies& tallies);

private:
    Statement statement_;
    ByteWriter body_;
};

// For schema steps, which know tables by name alone. Both run in the transaction of the step.

/// Holds every row against its hash before a step: what does not match is marked as damaged for good, so that the step does not bless it.
/// Does nothing before the schema has hashes. Errors: internal  tables and tallies do not agree (code database_damaged).
Result<void> check_rows(Connection& connection);

/// Behind a step: hashes what it changed and counts everything.
Result<void> hash_rows(Connection& connection);

} // namespace gatehouse::store
