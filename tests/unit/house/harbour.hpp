#pragma once

#include "access/decide.hpp"
#include "access/strikes.hpp"
#include "fixtures/ask.hpp"
#include "fixtures/modelled_device.hpp"
#include "unit/ledger/desk.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {

namespace json = boost::json;

/// Harbour House: its configuration as the file has it, its people made through the API, its controllers behind modelled drivers that
/// speak the driver protocol and keep tables; ledger, store, reconcile and API as in service, all in one thread and in virtual time.
/// It begins on Sunday, 2027-02-28 21:00 local time, so that everybody is there on Monday.
class Harbour : public testing::Test {
public:
    /// Begins so much later; the panel holds these entries, by "slot:N", before anybody asks it.
    explicit Harbour(base::milliseconds later = base::milliseconds{0}, std::map<std::string, json::object> panel = {});
    ~Harbour() override;

protected:
    /// A moment of local time: "2027-03-01 12:00" or "2027-03-01 07:59:59".
    static base::Instant local(std::string_view text);
    /// Lets the world go on until then, or for a while.
    void until(std::string_view local_time);
    void run_for(base::microseconds span);
    bool run_until(const std::function<bool()>& reached, base::microseconds limit = base::seconds{120});
    /// Runs until every controller that stores anything has settled.
    bool settles();

    Told ask(std::string_view workspace, std::string_view path, json::object body = {});
    /// The same on the gateway's own socket, as root: of no workspace.
    Told operate(std::string_view path, json::object body = {});
    json::object made(std::string_view workspace, std::string_view path, json::object body, std::string_view key);

    /// Ids of what the file declares.
    static std::string id_in(std::string_view workspace, std::string_view kind, std::string_view key);
    const model::DoorNode& door(std::string_view key) const;
    model::DeviceId controller(std::string_view key) const;
    const model::Workspace& workspace(std::string_view key) const;

    base::Now moment() const { return asked_at_ ? base::Now{*asked_at_, true} : keeper_.site(); }
    std::optional<base::Instant> asked_at_; ///< what readers are asked at another moment than now

    // People, as the table has them.
    struct Person {
        std::string name, workspace;
        std::string identity;
        std::map<std::string, std::string> users;       ///< by key of the system
        std::map<std::string, std::string> credentials; ///< by a name of ours
    };
    Person& person(const std::string& name, std::string workspace = "harbour");
    std::string join(Person& who, const std::string& system, const std::vector<std::string>& groups, json::object schedule = {});
    std::string card(Person& who, const std::string& system, std::string name, json::object numbers);
    std::string code(Person& who, const std::string& system, std::string name, std::string digits, json::object window = {});
    void everybody();

    /// What the reader of a door says to a card 110-NUMBER (or another), and to a code.
    access::Decision at(std::string_view door, std::int64_t number, std::optional<std::string> code = {},
                        std::int64_t facility = 110) const;
    access::Decision uid_at(std::string_view door, std::string uid) const;
    access::Decision code_at(std::string_view door, std::string code) const;

    ModelledDevice& table(std::string_view controller);
    /// A sign of life of a controller that was silent.
    void drivers_live(std::string_view controller);
    /// Its driver says something about it.
    void driver_says(std::string_view controller, json::object message);
    /// The rows of the panel: key to doors, from and until (seconds; 0: none).
    struct Row {
        std::vector<int> doors;
        base::Instant from = base::no_start, until = base::no_end;
        friend bool operator==(const Row&, const Row&) = default;
    };
    std::map<std::string, Row> panel();
    /// Codes the suite's lock holds, by slot.
    std::map<int, std::string> suite();
    std::vector<json::object> residuals(std::string_view workspace, json::object filter = {});
    /// Events of a type, as they stand in the journal.
    std::vector<store::StoredEvent> events(std::string_view type);

    class Drivers;
    std::unique_ptr<Drivers> drivers_;
    Desk desk_;
    base::Timekeeper keeper_; ///< over the clock of the desk, which is the machine's
    devices::Fleet fleet_;
    reconcile::Reconciler reconciler_;
    access::Strikes strikes_;
    ledger::History history_{desk_.store, desk_.core.get_executor()};
    http::Services services_;
    std::unique_ptr<http::api::Api<http::Context>> api_;
    std::string asking_; ///< whose key it is; empty: the operator on the socket
    std::map<std::string, Person> people_;
};

} // namespace gatehouse::tests
