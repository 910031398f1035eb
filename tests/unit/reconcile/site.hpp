#pragma once

#include "base/timekeeper.hpp"
#include "fixtures/modelled_device.hpp"
#include "reconcile/reconciler.hpp"
#include "unit/ledger/desk.hpp"

namespace gatehouse::tests {

inline const auto the_device = id<model::DeviceId>(21);
inline constexpr std::string_view the_card = "04a1b2c3", the_key = "card_uid_hex:04a1b2c3";

/// Capabilities of a controller that stores uid cards, with an end in seconds unless `validity` says otherwise.
boost::json::object a_controller(std::string_view validity = "seconds");

/// The small site of the ledger's tests, its one device with a key ("yard") and a policy.
std::vector<model::Mutation> yard_site(std::string policy = {});
model::User user(std::uint64_t number);
/// A card of a user: the uid is 0a and the number in six hex digits.
model::Credential card(std::uint64_t number, std::uint64_t of);
std::string uid_of(std::uint64_t number);
/// A user, its card, and a direct grant for the first entrance.
std::vector<model::Mutation> newcomer(std::uint64_t number);

/// Ledger on a real file, fleet, reconciler and a modelled driver, all in virtual time. `run_for` lets the world go on.
struct Site {
    /// Its clock is believed whatever it says; or judged, as in service.
    explicit Site(ModelledDriver& driver, const std::filesystem::path& directory, bool judged = false);

    void run_for(base::microseconds span);
    /// Runs until it is true; false when that takes longer than `limit`.
    bool run_until(const std::function<bool()>& reached, base::microseconds limit = base::seconds{60});
    /// Runs until the lane has settled.
    bool settles(base::microseconds limit = base::seconds{60});

    model::ChangeNumber apply(std::vector<model::Mutation> rows) { return desk.apply(std::move(rows)); }
    const reconcile::LaneStatus& status() const { return *reconciler.status(the_device); }
    /// The operator's word on all foreign entries that were seen.
    auto say(reconcile::Foreign what) { return desk.start(reconciler.adopt(the_device, reconciler.strangers(the_device)->word(what))); }
    /// The device is another unit now; answers when that is on the disk.
    Desk::Answer exchange(reconcile::Reconciler::AsShown as_shown = {});
    const model::Placement* placed(std::string_view key = the_key) const { return desk.directory.placements().find(the_device, key); }
    std::vector<std::string> events() const { return told; }
    int told_of(std::string_view type) const { return static_cast<int>(std::count(told.begin(), told.end(), type)); }

    ModelledDriver& driver;
    Desk desk;
    base::Timekeeper keeper; ///< over the clock of the desk
    devices::Fleet fleet;
    reconcile::Reconciler reconciler;
    std::vector<std::string> told; ///< types of events that became durable
    bool disk_works = true;        ///< false: what is queued for the disk stays there
};

/// A site whose device is set up and settled, empty.
struct Settled : testing::Test {
    explicit Settled(boost::json::object capabilities = a_controller(), bool judged = false);
    ModelledDevice& yard() { return driver.device("yard"); }
    /// Grants the user the first door (or `entrance`) and waits for the proof.
    void granted(std::uint64_t entrance = first_entrance);
    void revoke(std::uint64_t entrance = first_entrance) { site->apply({model::erase(direct_grant(entrance))}); }
    base::microseconds since(base::Monotonic then) const { return site->desk.clock.now() - then; }
    base::Monotonic now() const { return site->desk.clock.now(); }
    base::Instant wall() const { return site->desk.clock.wall(); }
    /// Runs until the device has heard so many lines that begin with `what`; answers when that was.
    base::Monotonic heard(std::string_view what, int times = 1, base::microseconds limit = base::seconds{60});

    TempDirectory directory;
    ModelledDriver driver;
    std::unique_ptr<Site> site;
};

} // namespace gatehouse::tests
