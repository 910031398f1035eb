#pragma once

#include "client.hpp"
#include "controller.hpp"
#include "daemon.hpp"
#include "fixtures/broker.hpp"
#include "store/store.hpp"

#include <boost/json/array.hpp>

#include <map>

namespace gatehouse::walks {

/// A person with one card, as the API made them.
struct Holder {
    std::string uid, identity, user, credential;
};

/// The moment so long from now, as the API writes it.
std::string utc_in(std::chrono::seconds span);

/// How long the driver listens before it takes a list for complete.
enum class Quiet : std::uint8_t {
    shipped, ///< 3 s, as the profile says
    brief    ///< a tenth of it: simulated controllers answer in milliseconds
};

/// A small site of real processes: one broker, controllers "front" (which beats every two seconds) and "back" (every three minutes, as
/// shipped) with a door each, the daemon and its driver.
/// System "house" has group "staff", who open both doors.
class Site {
public:
    explicit Site(Quiet quiet = Quiet::brief);

    fixtures::Broker broker;
    Folder folder;
    Controller front, back;
    Daemon daemon;

    /// Begins a connection to the daemon of the present life.
    Client client() const { return Client{daemon.port(), key_}; }
    boost::json::object ask(const std::string& path, const boost::json::object& body = {});

    /// Each of these is asked of the API.
    bool settled(); ///< every controller was read and held what it should
    boost::json::array access(const boost::json::object& filter = {});
    boost::json::array residuals();
    /// How the credential stands, door by door: {"front": "verified", "back": "pending"}.
    std::map<std::string, std::string> states(const Holder& holder);
    boost::json::object controller(const std::string& key);
    std::vector<std::string> door_errors(const std::string& door);

    /// Exchanges a piece of the configuration file, which must be there.
    void edit(std::string_view piece, std::string_view other);
    std::string configuration() const;
    /// Writes a profile that is one of those that are there, with some pieces exchanged.
    void profile(const std::string& from, const std::string& to, const std::map<std::string, std::string>& pieces);
    void name_doors(); ///< after their names changed

    Holder grant(const std::string& name, const std::string& uid);
    /// The card ends; the person stays.
    void revoke(const Holder& holder);
    bool verified(const Holder& holder);

    std::string system, staff;
    std::map<std::string, std::string> doors; ///< name by device_id

    /// Types and bodies of the events the gateway wrote; only while the daemon is down.
    std::vector<store::StoredEvent> events(const std::string& type);

private:
    std::string key_;
    std::optional<Client> client_;
    std::uint16_t connected_to_ = 0;
};

} // namespace gatehouse::walks
