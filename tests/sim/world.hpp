#pragma once

#include "sim/belief.hpp"
#include "sim/changes.hpp"
#include "sim/checks.hpp"
#include "sim/daemon.hpp"
#include "sim/desk.hpp"
#include "sim/rights.hpp"

namespace gatehouse::sim {

/// One run: a daemon, the field beyond it, and the checks that watch both. One thread, virtual time.
class World {
public:
    World(std::uint64_t seed, bool shown);
    ~World();

    /// Lets the world go on until the moment; true earlier when `reached` says so.
    bool run_until(base::Monotonic end, const std::function<bool()>& reached = {});
    bool run_for(base::microseconds span, const std::function<bool()>& reached = {}) { return run_until(clock.now() + span, reached); }

    void start_daemon(); ///< loads what the store holds
    void kill_daemon();  ///< what the disk has not done is lost
    /// Kills it after so many turns.
    void kill_after(std::uint64_t turns) { turns_left_ = turns; }
    /// Applies a change, as somebody's request; what is refused changes nothing.
    void apply(std::vector<model::Mutation> rows);
    void adopt(const std::string& controller, reconcile::Foreign word);
    /// Time of the site as the daemon should have it; with none, as the last one had it.
    base::Now now();
    void step_wall(base::milliseconds by);
    void set_wall(base::Instant to) { step_wall(to - clock.wall()); }
    /// The clock is set right, near enough, and the operator says so.
    void mend_wall();
    bool words(const std::string& controller) const { return words_.contains(controller); }

    const Rights& rights() const { return *rights_; }
    const model::Books& books() const { return books_; }
    const Form& form(const model::DeviceId& device) const { return forms_.at(device); }
    bool at_rest() const { return !disk_stalled && clock.now() >= disk_back_at && daemon != nullptr && daemon->up(); }

    std::uint64_t seed;
    base::ManualClock clock;
    Agenda agenda;
    Trace trace;
    Dice dice;
    Field field;
    Site site;
    Changes changes;
    Desk desk;
    store::Store store;
    std::unique_ptr<Daemon> daemon;
    Checks checks;
    bool disk_stalled = false, healing = false, stepped_back = false;
    bool may_stall; ///< the disk, for so long that the daemon says so
    base::Monotonic disk_back_at{};
    base::Monotonic stepped_at =
        base::Monotonic{base::seconds{-1'000}}; ///< when the time of the site last jumped, or was doubted or believed
    base::microseconds slowest_commit{6'000};
    std::uint64_t steps = 0, daemons = 0, commits = 0;

private:
    bool step(base::Monotonic end);
    void look_at_disk();
    void disk_turn(std::uint64_t of);
    void read_books();
    void judge_by_books();
    void took(const model::Change& change);

    void notice(base::Now told);

    base::Instant begun_; ///< of right time
    Belief belief_;
    std::optional<base::Now> last_; ///< what was told last, and when
    base::Monotonic last_at_{};
    std::optional<base::Instant> mark_;            ///< on the disk
    std::optional<base::microseconds> doubted_at_; ///< as well: the clock was caught wrong after that mark
    std::vector<model::Mutation> declared_;        ///< what stands in the file
    model::Books books_;
    Forms forms_;
    std::unique_ptr<Rights> rights_;
    std::set<std::string> words_; ///< controllers about whose foreign entries the operator spoke
    std::uint64_t turns_left_ = 0;
    bool disk_due_ = false;
};

} // namespace gatehouse::sim
