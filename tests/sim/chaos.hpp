#pragma once

#include "sim/world.hpp"

namespace gatehouse::sim {

/// Everything that goes wrong in a run: which kinds, how often and for how long are drawn anew for each.
class Chaos {
public:
    explicit Chaos(World& world);

    /// Schedules itself until the moment.
    void run_until(base::Monotonic end);
    /// Ends all that is wrong and lets nothing new begin.
    void heal();

private:
    enum class Kind : std::uint8_t { path, silence, absence, power, driver, line, disk, kill, clock, stranger, storm };

    void people();
    void change();
    void nature();
    void clocks();
    void happens(Kind kind, Controller& controller);
    void trouble_on_the_way(Controller& controller);
    void silence(Controller& controller);
    void absence(Controller& controller);
    void power(Controller& controller);
    void driver();
    void line();
    void disk();
    void kill();
    void step_clock();
    void nobody_set_it();
    void stranger(Controller& controller);
    Row unknown(const Controller& controller);
    void storm(Controller& controller);
    void reload();
    /// Calls it off after a while, unless all was healed before.
    void later(base::microseconds span, std::function<void()> what);
    base::microseconds a_while();

    World& world_;
    Dice& dice_;
    base::Monotonic end_{};
    std::vector<Kind> kinds_;
    std::uint64_t age_ = 0; ///< moves when all is healed
    base::microseconds pace_people_, pace_nature_;
};

} // namespace gatehouse::sim
