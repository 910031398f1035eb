#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "ledger/mode.hpp"
#include "ledger/queue.hpp"
#include "ledger/waiters.hpp"
#include "model/grants.hpp"
#include "model/pins.hpp"
#include "store/store.hpp"

#include <deque>
#include <functional>
#include <set>
#include <span>

namespace gatehouse::ledger {

using base::Result;

/// The only pen: every change of the model goes through it, into memory at once and to the disk behind it.
///
/// One commit is under way at a time; when it returns, everything that waits goes as the next one. Nothing lingers for company.
///
/// Units:   change numbers from 1.
/// Threads: core, but for what it runs itself on the store's executor. That executor's thread must be at rest before the ledger ends.
class Ledger {
public:
    Ledger(model::Directory& directory, store::Store& store, base::Clock& clock, asio::any_io_executor core,
           asio::any_io_executor store_executor, base::Random& random);

    /// Fills the directory from the store; before anything else. Answers the marks that were recorded. A damaged row is left out, which is
    /// recorded and told; in place of a damaged placement stands one that says what the device may hold at worst.
    /// Errors: internal  the database is damaged beyond single rows.
    Result<std::vector<Cursor>> load();

    /// Behind `load`, when what the configuration declares is there again: rows whose parents were missing are tried once more. What still
    /// has none opens nothing and is taken from the disk, or it might come back at some later start, unasked. After damage nothing is
    /// committed before this, so that a start which ends early finds all as this one did. Answers whether any row came back.
    bool restore_rest();

    /// Rows that `load` found damaged and left out.
    std::size_t damaged_rows() const { return damaged_rows_; }

    /// Checks and applies the rows in their order, all or none, under the next change number, and queues them for the disk. A change
    /// without rows is a record that takes a number of its own. The answer to whoever asked waits for durable_at, in case of an error
    /// too: for the head it was checked against.
    /// Errors: what Directory::apply says;
    ///         conflict   a code that the change gives somebody is another's at one of its doors (code duplicate_access_code);
    ///         invalid    more than model::rows_per_change rows;
    ///         transient  storage has failed (code storage_failed);
    ///         full, transient  what the mode of the storage does not admit (mode.hpp).
    Result<model::ChangeNumber> apply(Draft draft);

    /// Doors at which the change that `apply` refused last with duplicate_access_code met the code of another person. Asked right after.
    const std::set<model::DoorId>& clashed_at() const { return clashed_at_; }

    /// Records an event that changed no row (a card was presented, drift was found). It goes with the next commit and nobody waits; when
    /// 10,000 wait already it is counted, and the gap becomes an event of its own (gateway.events_lost).
    void note(model::Actor actor, model::Event event);

    /// The newest change in memory; the newest on disk.
    model::ChangeNumber head() const { return head_; }
    model::ChangeNumber durable() const { return changes_.reached(); }
    /// When a change was made; nothing is known of those before this start, and of those of long ago.
    std::optional<base::Instant> made_at(model::ChangeNumber number) const;
    bool failed() const { return failed_; }
    asio::any_io_executor executor() const { return core_; }

    /// Waits until the change is on disk; returns at once when it is.
    /// Errors: transient  storage has failed (code storage_failed), or is stalled (code storage_stalled): it may or may not come to be
    /// there.
    asio::awaitable<Result<void>> durable_at(model::ChangeNumber number) const { return changes_.until(number, clock_); }
    asio::awaitable<Result<void>> durable_at(model::ChangeNumber number, Patience patience) const
    {
        return changes_.until(number, clock_, std::move(patience));
    }

    /// Puts placements into memory at once and queues them for the disk; nobody waits.
    void note(PlacementBatch placements) { put_down(std::move(placements), false); }

    /// Puts placements into memory and waits until they are on disk. They ride with waiting changes, a few at a time, and never hold one
    /// up: a long list takes several commits, in its order.
    /// Errors: transient  what takes_records says, and memory has none of it; or storage fails or stalls meanwhile (codes storage_failed,
    ///                    storage_stalled);
    ///         conflict   something else came first (code gave_way). In these memory has it, and the disk may.
    asio::awaitable<Result<void>> record(PlacementBatch placements, Patience patience = {});
    /// Errors: transient  the disk takes no writes (code storage_read_only) or does not answer (code storage_stalled).
    Result<void> takes_records() const;

    /// Ends every access grant and method that was taken away and of which no device may hold anything.
    void finish_taken_away();

    /// Lets the next commit forget old history.
    void prune(const store::Pruning& pruning);

    Mode mode() const { return storage_.mode(); }
    /// Since when; the start when it was never another.
    base::Instant mode_since() const { return mode_since_; }

    /// Notices when a commit takes too long, when the disk has room again, and when the time of a code's holder has passed. Runs for ever;
    /// spawned once, outlived by the ledger.
    asio::awaitable<void> watch();

    /// Called on the core thread inside apply, when memory has the change and the disk not yet. Only denials and drops may act on it.
    using OnApplied = std::function<void(const model::Change&, const TouchedDoors&)>;
    void on_applied(OnApplied subscriber) { on_applied_.push_back(std::move(subscriber)); }

    /// Called on the core thread when changes are on disk, in their order, with the doors of all of them. A change whose number is the
    /// one before it carries noted events only.
    using OnDurable = std::function<void(std::span<const model::Change>, const TouchedDoors&)>;
    void on_durable(OnDurable subscriber) { on_durable_.push_back(std::move(subscriber)); }

    /// Called on the core thread when a placement was put or erased in memory, with its device and key.
    using OnPlaced = std::function<void(const model::DeviceId&, std::string_view)>;
    void on_placed(OnPlaced subscriber) { on_placed_.push_back(std::move(subscriber)); }

    /// Called once on the core thread when a commit fails. Nothing is undone in memory: the process answers what is in flight and ends.
    using OnFailure = std::function<void(const base::Error&)>;
    void on_failure(OnFailure handler) { on_failure_ = std::move(handler); }

private:
    void settle_claims(const model::CodeScope& scope);
    using Gone = std::set<std::pair<model::WorkspaceId, model::CredentialId>>; ///< whose entries went
    void finish_grants(const Gone& gone);
    bool apply_parts(std::vector<model::Mutation> rows);
    void catch_up();
    /// How a commit ended, and whether it took the reserve.
    struct Committed {
        Result<void> done;
        bool gave_reserve = false;
    };
    static Committed commit(store::Store& store, const store::Batch& batch, model::ChangeNumber expected);
    void restore(model::Row&& row);
    void report(const std::vector<store::Damage>& damages);
    bool lost_its_group(const model::Row& row) const;
    void bury(std::vector<model::Mutation> orphans);
    void enqueue(model::ChangeNumber number, Draft draft, const TouchedDoors& doors);
    Result<TouchedDoors> apply_rows(std::vector<model::Mutation>& rows, model::ChangeNumber number);
    std::uint64_t put_down(PlacementBatch placements, bool awaited);
    void stamp(model::Event& event);
    void note_lost();
    void submit();
    void hear(News news);
    void look_at_disk();
    void look_at_codes();
    void try_reserve();
    void committed(const Parcel& parcel, const Committed& done);

    model::Directory& directory_;
    store::Store& store_;
    base::Clock& clock_;
    asio::any_io_executor core_, store_executor_;
    base::Random& random_;

    model::ChangeNumber head_ = 0;
    std::deque<base::Instant> made_; ///< when the last changes up to the head were made
    std::vector<model::Row> held_;   ///< without their parents
    std::size_t damaged_rows_ = 0;
    std::set<model::GroupId> damaged_groups_;
    bool settling_ = false;        ///< damage was found and restore_rest is still to come
    bool placing_ = false;         ///< what follows from placements is to go with them
    model::CodeScope later_codes_; ///< follow from placements too, when changes are admitted again
    Gone later_gone_;              ///< the same of grants
    Queue queue_;
    Waiters changes_, steps_;
    bool committing_ = false, failed_ = false;
    std::set<model::DoorId> clashed_at_;
    Storage storage_;
    base::Instant mode_since_{};
    base::Monotonic commit_began_{}, next_try_{};
    std::optional<model::PinAt> looked_at_; ///< claim up to which codes were looked at
    bool trying_ = false;                   ///< to make the reserve again
    std::vector<OnPlaced> on_placed_;
    std::vector<OnApplied> on_applied_;
    std::vector<OnDurable> on_durable_;
    OnFailure on_failure_;
};

} // namespace gatehouse::ledger
