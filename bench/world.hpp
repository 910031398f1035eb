#pragma once

#include "fixtures/modelled_device.hpp"
#include "ledger/history.hpp"
#include "machine.hpp"
#include "reconcile/reconciler.hpp"
#include "site.hpp"

#include <boost/asio/io_context.hpp>

namespace gatehouse::bench {

/// A site in this process: people as in `Size`, and devices with a door each that one group opens. The rooms of the daemon stand on a
/// store in memory, modelled controllers and virtual time; what the core thread does is timed, handler by handler.
class World {
public:
    struct Shape {
        Size people;
        std::size_t devices = 1'000;
        std::size_t served = 2;        ///< so many have a driver; the others wait for one
        std::size_t lines = 1;         ///< over which these are spread
        std::size_t people_a_door = 0; ///< with a grant of their own; 0: the door is a group's
        std::size_t group_doors = 0;   ///< so many are a group's all the same, the first ones
        std::size_t keypads_every = 0; ///< of so many doors one opens by a code alone, the second of them; 0: none
    };
    explicit World(const Shape& shape);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// The longest stretch the core thread did not let go since this was last asked, and all of them together; in microseconds.
    struct Turns {
        double longest_us = 0, all_us = 0;
        std::size_t count = 0;
    };
    Turns take_turns() { return std::exchange(turns_, {}); }

    /// Lets everything happen that happens by itself in so much time.
    void run_for(base::microseconds span);
    /// Runs until every served device has settled.
    void settle();
    model::ChangeNumber apply(std::vector<model::Mutation> rows);
    /// The same for what devices may hold.
    void note(ledger::PlacementBatch placements);
    /// Runs until nothing moves without time.
    void run(boost::asio::awaitable<void> work);
    /// How long the lanes took to begin, with a mark for each device, in microseconds.
    double begin_us() const { return begin_us_; }
    base::Clock& clock() { return clock_; }
    base::Random& random() { return random_; }

    model::WorkspaceId workspace() const { return workspace_; }
    model::DeviceId device_id(std::size_t number) const;
    model::DoorId door_id(std::size_t number) const;
    model::GroupId group_id(std::size_t number) const { return groups_.at(number); }
    model::UserId user_id(std::size_t number) const { return people_->user_id(number); }
    model::Entrance entrance_row(std::size_t number) const;
    tests::ModelledDevice& modelled(std::size_t number) { return driver_.device("c" + std::to_string(number)); }

private:
    struct SomeDrivers;
    void build(const Shape& shape);
    void build_doors(const Shape& shape, const std::vector<model::LineId>& served, const model::LineId& waiting);
    void put(model::Row row);
    void turn_over();
    void count(Clock::time_point begun);

    base::ManualClock clock_;
    boost::asio::io_context core_, disk_;
    base::SeededRandom random_{1};
    tests::ModelledDriver driver_;
    std::unique_ptr<SomeDrivers> launcher_;
    store::Store store_;
    std::unique_ptr<People> people_;
    model::WorkspaceId workspace_;
    model::SystemId system_;
    std::vector<model::GroupId> groups_;
    std::size_t served_;
    Turns turns_;
    double begin_us_ = 0;

public:
    model::Directory directory;
    ledger::Ledger ledger;
    ledger::History history;
    devices::Fleet fleet;
    reconcile::Reconciler reconciler;
};

/// A controller that keeps uids with an end.
devices::Capabilities uid_table();

} // namespace gatehouse::bench
