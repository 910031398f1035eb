#pragma once

#include "ledger/ledger.hpp"
#include "unit/store/journal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace gatehouse::tests {

namespace asio = boost::asio;

/// A ledger over a real file. The disk moves only when a test says so: one `commit` is one transaction.
struct Desk {
    explicit Desk(const std::filesystem::path& directory, const store::Options& options = {});

    /// Runs the core thread until it has nothing more to do by itself.
    void settle();
    /// Lets the disk do one transaction, if one waits; answers whether one did. The core thread settles.
    bool commit();
    /// Commits until nothing waits; answers how many transactions that took.
    int commit_all();

    /// Starts waiting; the answer appears when it is there.
    using Answer = std::shared_ptr<std::optional<base::Result<void>>>;
    Answer start(asio::awaitable<base::Result<void>> work);

    /// Applies rows that must be accepted.
    model::ChangeNumber apply(std::vector<model::Mutation> rows, std::vector<model::Event> events = {});
    const model::Identity* person(std::uint64_t number) const;

    base::ManualClock clock; // outlives what waits on it
    asio::io_context core, disk;
    base::SeededRandom random{1};
    model::Directory directory;
    store::Store store;
    ledger::Ledger ledger;
    std::vector<store::Cursor> cursors;
};

/// A workspace (id 1) with a system, two doors each with an entrance, a group that opens the first, and a user.
std::vector<model::Mutation> small_site();

inline constexpr std::uint64_t first_door = 31, second_door = 32, first_entrance = 41, second_entrance = 42, the_group = 50, the_user = 60;

model::Membership membership();
model::DirectGrant direct_grant(std::uint64_t entrance);
model::Placement placement(std::uint64_t number);

} // namespace gatehouse::tests
