#include "sim/world.hpp"

#include <stdexcept>

namespace gatehouse::sim {

using base::microseconds;

namespace {

store::Store memory()
{
    auto store = store::open({}, {.in_memory = true});
    if (!store) throw std::runtime_error{store.error().detail};
    return std::move(*store);
}

/// Mostly an ordinary spring day; sometimes a night on which clocks change somewhere.
base::Instant begin(std::uint64_t seed)
{
    using namespace std::chrono;
    base::SeededRandom random{seed ^ 0x5eed};
    const sys_days days[] = {2027y / 3 / 1, 2027y / 3 / 28, 2027y / 10 / 31, 2027y / 12 / 31};
    const auto at = random.pick(3) == 0 ? hours{1} - minutes{2} : hours{random.pick(24)} + minutes{random.pick(60)};
    return base::Instant{days[random.pick(4)] + at};
}

} // namespace

World::World(std::uint64_t number, bool shown)
    : seed{number}, clock{begin(number)}, agenda{clock}, trace{clock, shown}, dice{number}, field{number, clock, agenda, dice, trace},
      site{dice, clock.wall(), number % 4 == 1}, changes{dice, site}, desk{*this}, store{memory()}, checks{*this},
      may_stall{number % 7 == 4 || number % 7 == 5}, begun_{clock.wall()}, belief_{clock, Daemon::built()}
{
    if (dice.percent(30)) slowest_commit = base::milliseconds{250}; // a card instead of a disk
    field.on_table_request = [this](Controller& controller, const json::object& request) { checks.sent(controller, request); };
    field.on_busy_twice = [this](Controller& controller) { checks.fail("R5", controller.key + " was asked twice at once"); };
    field.on_shown_alone = [this](Controller& controller, const std::string& name, const std::optional<Row>& row, base::Monotonic asked) {
        checks.shown_alone(controller, name, row, asked);
    };
    field.on_other = [this](const json::object& request) { checks.other(request); };
}

World::~World()
{
    daemon.reset();
}

void World::read_books()
{
    books_ = {};
    const store::Sink sink{.row = [this](model::Row&& row) { books_.take({std::move(row)}); }, .placement = [](model::Placement&&) {}};
    auto loaded = store.load(sink);
    if (!loaded) throw std::runtime_error{loaded.error().detail};
    for (const auto& cursor : loaded->cursors)
        if (cursor.name == "clock:mark") mark_ = *base::from_iso(cursor.value);
    doubted_at_.reset();
    for (const auto& cursor : loaded->cursors)
        if (cursor.name == "clock:doubted" && !cursor.value.empty()) doubted_at_ = microseconds{std::stoll(cursor.value)};
    judge_by_books();
}

void World::judge_by_books()
{
    for (const auto& [key, controller] : field.controllers()) {
        const auto id = site.devices().at(key);
        const auto* device = books_.find<model::Device>(id);
        forms_[id] = Site::form(controller, device == nullptr ? std::string{} : device->policy);
    }
    rights_ = std::make_unique<Rights>(books_, forms_);
}

void World::start_daemon()
{
    if (daemon) return;
    trace.add("daemon", "starts");
    ++daemons;
    read_books();
    belief_.begin(mark_, doubted_at_);
    daemon = std::make_unique<Daemon>(store, clock, field, seed * 1'000 + daemons);
    daemon->ledger.on_applied([this](const model::Change& change, const ledger::TouchedDoors&) { took(change); });
    daemon->ledger.on_placed([this](const model::DeviceId& device, std::string_view key) { checks.placed(device, key); });
    daemon->ledger.on_durable([this](std::span<const model::Change> made, const ledger::TouchedDoors&) { checks.durable(made); });
    if (!now().trusted) { // by the mark, a minute late at worst
        stepped_at = clock.now();
        stepped_back = true;
    }
    daemon->run();
    checks.daemon_started();
    if (declared_.empty()) declared_ = site.build(field);
    if (daemon->directory.devices().empty()) { // also when it was killed before the disk had them
        apply(declared_);
        for (auto people = dice.between(4, 14); people > 0; --people) apply(site.newcomer(books_));
    } else if (dice.percent(40))
        for (auto& row : changes.configured(books_, now().instant)) apply({std::move(row)});
    look_at_disk();
}

void World::kill_daemon()
{
    trace.add("daemon", "killed");
    turns_left_ = 0;
    checks.daemon_killed();
    daemon.reset();
}

void World::took(const model::Change& change)
{
    desk.applying(change);
    for (const auto& mutation : change.rows) books_.take(mutation);
    judge_by_books();
    desk.applied(change);
    auto what = std::to_string(change.number);
    for (const auto& mutation : change.rows)
        what += (mutation.erase ? " -" : " +") + std::visit([](const auto& row) { return std::string{row.table}; }, mutation.row);
    trace.add("change", what);
    checks.applied(change);
}

void World::apply(std::vector<model::Mutation> rows)
{
    if (!daemon || rows.empty()) return;
    const auto applied = daemon->ledger.apply({.actor = {"front desk", "api"}, .request = "r", .rows = std::move(rows)});
    if (!applied) trace.add("refused", applied.error().detail);
    look_at_disk();
}

void World::adopt(const std::string& controller, reconcile::Foreign word)
{
    if (!daemon || !daemon->up()) return;
    trace.add("word", controller);
    words_.insert(controller);
    daemon->adopt(site.devices().at(controller), word);
}

base::Now World::now()
{
    const auto right = belief_.now();
    notice(right);
    if (!daemon) return right;
    const auto said = daemon->keeper.site();
    const auto off = std::chrono::abs(said.instant - right.instant);
    const bool same = said.trusted == right.trusted && off <= base::milliseconds{2} &&
                      (right.trusted ||
                       (said.ran_on == right.ran_on && std::chrono::abs(said.last_trusted - right.last_trusted) <= base::milliseconds{2}));
    if (!same) checks.fail("S3", "the time is taken for " + base::to_iso(said.instant) + (said.trusted ? "" : ", in doubt"));
    return said;
}

/// The clock was stepped, or is trusted or no longer: what was lowered by the time as it went before is not judged at once.
void World::notice(base::Now told)
{
    const auto went = std::chrono::floor<base::milliseconds>(clock.now() - last_at_);
    const auto beside = last_ ? told.instant - (last_->instant + went) : base::milliseconds{0};
    if (last_ && (told.trusted != last_->trusted || std::chrono::abs(beside) > base::milliseconds{2})) {
        stepped_at = clock.now();
        stepped_back = stepped_back || beside < -base::milliseconds{2};
    }
    last_ = told;
    last_at_ = clock.now();
}

void World::step_wall(base::milliseconds by)
{
    (void)now();
    trace.add("clock", std::to_string(by.count()));
    clock.step_wall(by);
    (void)now();
}

void World::mend_wall()
{
    if (!daemon || now().trusted) return;
    set_wall(begun_ + std::chrono::floor<base::milliseconds>(clock.now().time_since_epoch()) +
             base::milliseconds{dice.between(-9'995, 60'005)});
    trace.add("clock", "accepted");
    belief_.accept();
    if (const auto accepted = daemon->keeper.accept(*daemon->keeper.acceptable()); !accepted)
        throw std::runtime_error{accepted.error().detail};
    (void)now();
}

/// Whatever the core thread did may have left something for the disk.
void World::look_at_disk()
{
    if (std::exchange(disk_due_, true)) return;
    auto latency = disk_stalled ? microseconds{dice.between(500'000, 3'000'000)} : dice.between(microseconds{100}, slowest_commit);
    if (disk_stalled && may_stall && dice.percent(40)) latency = microseconds{dice.between(3'000'000, 12'000'000)};
    if (disk_stalled) disk_back_at = clock.now() + latency;
    agenda.in(latency, [this, of = daemons] { disk_turn(of); });
}

void World::disk_turn(std::uint64_t of)
{
    disk_due_ = false;
    if (!daemon) return;
    if (of != daemons) return look_at_disk(); // that turn was the last daemon's
    if (!daemon->disk_turn()) return;
    ++commits;
    trace.add("disk", "commit");
}

/// One handler, one thing of the world, or time moves to what is next. False: nothing was left before `end`.
bool World::step(base::Monotonic end)
{
    ++steps;
    if (daemon && daemon->turn()) {
        look_at_disk();
        checks.after_step();
        if (turns_left_ > 0 && --turns_left_ == 0) kill_daemon();
        return true;
    }
    if (agenda.act()) {
        checks.after_step();
        return true;
    }
    if (clock.now() >= end) return false;
    clock.advance_to(std::min({end, agenda.next(), clock.next_due()}));
    return true;
}

bool World::run_until(base::Monotonic end, const std::function<bool()>& reached)
{
    while (step(end)) {
        if (!checks.violations().empty()) return false;
        if (reached && steps % 16 == 0 && reached()) return true;
    }
    return reached && reached();
}

} // namespace gatehouse::sim
