#include "world.hpp"

#include "base/vital.hpp"
#include "must.hpp"

#include <boost/asio/co_spawn.hpp>

#include <deque>

namespace gatehouse::bench {

namespace json = boost::json;

/// Holds what is sent until the handler that sends it is over: what the model does with it is no time of the core thread's.
class LaterChannel final : public devices::Channel {
public:
    using Queue = std::deque<std::function<void()>>;
    LaterChannel(std::unique_ptr<devices::Channel> driver, Queue& queue) : driver_{std::move(driver)}, queue_{queue} {}
    bool send(std::string line) override
    {
        queue_.push_back([driver = std::weak_ptr{driver_}, line = std::move(line)] {
            if (const auto running = driver.lock()) running->send(line);
        });
        return true;
    }
    void close_input() override
    {
        queue_.push_back([driver = std::weak_ptr{driver_}] {
            if (const auto running = driver.lock()) running->close_input();
        });
    }

private:
    std::shared_ptr<devices::Channel> driver_;
    Queue& queue_;
};

/// Only the lines that are served find a program.
struct World::SomeDrivers final : devices::Launcher {
    explicit SomeDrivers(tests::ModelledDriver& driver) : driver_{driver} {}
    base::Result<devices::Manifest> manifest(const std::string& name) override { return driver_.manifest(name); }
    base::Result<std::unique_ptr<devices::Channel>> launch(const std::string& name, devices::ChannelEvents events) override
    {
        if (name != "served") return base::fail(base::Fault::not_found, "no such program");
        auto started = driver_.launch(name, std::move(events));
        if (!started) return started.error();
        return std::unique_ptr<devices::Channel>{std::make_unique<LaterChannel>(std::move(*started), sent)};
    }
    std::string profiles() const override { return driver_.profiles(); }
    base::Result<std::string> secret(std::string_view reference) override { return driver_.secret(reference); }
    bool take_sent()
    {
        const bool any = !sent.empty();
        for (; !sent.empty(); sent.pop_front()) sent.front()();
        return any;
    }

    LaterChannel::Queue sent;
    tests::ModelledDriver& driver_;
};

namespace {

template <class IdType>
IdType made_id(std::string_view kind, std::size_t number)
{
    return IdType{base::declared_uuid("bench", kind, std::to_string(number))};
}

json::object capabilities()
{
    return {{"stores_credentials", true},
            {"credential_kinds", {"card_uid_hex"}},
            {"supports_validity", "seconds"},
            {"supports_readback", "list_counted"},
            {"readback_s", 1},
            {"op_timeout_ms", 1000}};
}

} // namespace

devices::Capabilities uid_table()
{
    devices::Capabilities table;
    table.stores_credentials = table.takes_uid = true;
    table.validity = devices::Validity::seconds;
    table.readback = devices::Readback::list_counted;
    return table;
}

World::World(const Shape& shape)
    : launcher_{std::make_unique<SomeDrivers>(driver_)}, store_{must(store::open({}, {.in_memory = true}))}, served_{shape.served},
      ledger{directory, store_, clock_, core_.get_executor(), disk_.get_executor(), random_}, history{store_, disk_.get_executor()},
      fleet{directory, clock_, core_.get_executor(), *launcher_}, reconciler{{directory, ledger, fleet, clock_, random_}}
{
    driver_.use(clock_);
    must(ledger.load());
    build(shape);
    ledger.on_applied([this](const model::Change&, const ledger::TouchedDoors& doors) { reconciler.applied(doors); });
    ledger.on_durable([this](std::span<const model::Change>, const ledger::TouchedDoors& doors) { reconciler.durable(doors); });
    fleet.on_notification([this](const devices::Notification& notification) { reconciler.heard(notification); });
    fleet.refresh();
    turn_over(); // that a line finds no program is said once, and no lane's turn
    (void)take_turns();
    std::vector<ledger::Cursor> marks;
    for (const auto& [id, device] : directory.devices()) marks.push_back({"contact:" + to_string(id), {}});
    const auto begun = Clock::now();
    reconciler.refresh(marks);
    begin_us_ = Seconds{Clock::now() - begun}.count() * 1e6;
    boost::asio::co_spawn(core_, reconciler.watch_residuals(), base::vital("residual_watch"));
}

World::~World() = default;

void World::put(model::Row row)
{
    must(directory.apply(model::put(std::move(row))));
}

model::DeviceId World::device_id(std::size_t number) const
{
    return made_id<model::DeviceId>("device", number);
}

model::DoorId World::door_id(std::size_t number) const
{
    return made_id<model::DoorId>("door", number);
}

model::Entrance World::entrance_row(std::size_t number) const
{
    model::Entrance row;
    row.id = made_id<model::EntranceId>("entrance", number);
    row.workspace = workspace_;
    row.system = system_;
    row.key = "e" + std::to_string(number);
    row.door = door_id(number);
    return row;
}

void World::build(const Shape& shape)
{
    workspace_ = made_id<model::WorkspaceId>("workspace", 0);
    system_ = made_id<model::SystemId>("system", 0);
    std::vector<model::LineId> served;
    for (std::size_t i = 0; i < shape.lines; ++i) served.push_back(made_id<model::LineId>("line", i));
    const auto waiting = made_id<model::LineId>("line", shape.lines);
    std::vector<model::Row> declared;
    declared.push_back(model::WorkspaceRow{.id = workspace_, .key = "bench", .name = "Bench"});
    for (const auto& line : served) declared.push_back(model::Line{.id = line, .key = to_string(line), .driver = "served"});
    declared.push_back(model::Line{.id = waiting, .key = "waiting", .driver = "waiting"});
    declared.push_back(model::System{.id = system_, .workspace = workspace_, .key = "house", .name = "House"});
    for (std::size_t i = 0; i < shape.people.groups; ++i) {
        model::Group group;
        group.id = made_id<model::GroupId>("group", i);
        group.workspace = workspace_, group.system = system_, group.key = "g" + std::to_string(i);
        groups_.push_back(group.id);
        declared.push_back(group);
    }
    people_ = std::make_unique<People>(shape.people, declared);
    for (const auto& row : declared) put(row);
    build_doors(shape, served, waiting);
    for (std::size_t number = 0; number < shape.people.users; ++number)
        for (auto& row : people_->rows_of(number)) put(std::move(row));
    for (std::size_t i = shape.group_doors; i < shape.devices; ++i)
        for (std::size_t n = 0; n < shape.people_a_door; ++n)
            put(model::DirectGrant{.user = user_id((i * shape.people_a_door + n) % shape.people.users),
                                   .entrance = entrance_row(i).id,
                                   .workspace = workspace_});
    for (const auto& claim : model::plan_claims(directory, model::every_code(directory), clock_.wall()).rows) must(directory.apply(claim));
}

void World::build_doors(const Shape& shape, const std::vector<model::LineId>& served, const model::LineId& waiting)
{
    for (std::size_t i = 0; i < shape.devices; ++i) {
        model::Device device;
        device.id = device_id(i), device.key = "c" + std::to_string(i);
        device.line = i < shape.served ? served[i % served.size()] : waiting;
        put(device);
        if (i < shape.served) modelled(i).capabilities = capabilities();
        model::Door door;
        door.id = door_id(i), door.key = "d" + std::to_string(i), door.owner = workspace_, door.device = device.id;
        put(door);
        auto entrance = entrance_row(i);
        if (shape.keypads_every != 0 && i % shape.keypads_every == 1) entrance.mode = "card_or_pin";
        put(entrance);
        if (shape.people_a_door != 0 && i >= shape.group_doors) continue;
        put(model::GroupEntrance{.group = groups_[i % groups_.size()], .entrance = entrance.id, .workspace = workspace_});
    }
}

model::ChangeNumber World::apply(std::vector<model::Mutation> rows)
{
    const auto begun = Clock::now();
    const auto number = must(ledger.apply({.actor = {"bench", "bench"}, .rows = std::move(rows)}));
    count(begun);
    return number;
}

void World::note(ledger::PlacementBatch placements)
{
    const auto begun = Clock::now();
    ledger.note(std::move(placements));
    count(begun);
}

void World::run(boost::asio::awaitable<void> work)
{
    boost::asio::co_spawn(core_, std::move(work), base::vital("bench"));
    turn_over();
}

void World::count(Clock::time_point begun)
{
    const auto took = Seconds{Clock::now() - begun}.count() * 1e6;
    turns_ = {std::max(turns_.longest_us, took), turns_.all_us + took, turns_.count + 1};
}

/// One handler after the other, then the disk and the drivers, until nothing moves without time.
void World::turn_over()
{
    for (bool moved = true; moved;) {
        moved = false;
        core_.restart();
        for (;;) {
            const auto begun = Clock::now();
            if (core_.poll_one() == 0) break;
            count(begun);
            moved = true;
        }
        disk_.restart();
        moved = disk_.poll() != 0 || moved;
        moved = launcher_->take_sent() || moved;
        if (driver_.next_due() <= clock_.now()) driver_.act(), moved = true;
    }
}

void World::run_for(base::microseconds span)
{
    const auto end = clock_.now() + span;
    for (;;) {
        turn_over();
        if (clock_.now() >= end) return;
        clock_.advance_to(std::min({end, clock_.next_due(), driver_.next_due()}));
    }
}

void World::settle()
{
    for (int round = 0; round < 600; ++round) {
        run_for(base::seconds{1});
        bool all = true;
        for (std::size_t i = 0; i < served_ && all; ++i) all = reconciler.status(device_id(i))->settled;
        if (all) return;
    }
    const auto* status = reconciler.status(device_id(0));
    const auto placed = directory.placements().of(device_id(0)).size();
    throw std::runtime_error{"the devices do not settle: " + status->trouble + ", " + std::to_string(placed) + " entries placed"};
}

} // namespace gatehouse::bench
