#pragma once

#include "client.hpp"
#include "daemon.hpp"
#include "drivers/sim-mqtt/program.hpp"

#include <boost/json/array.hpp>

#include <map>
#include <memory>

namespace gatehouse::walks {

/// A simulated plain controller, seen from inside.
class PlainController {
public:
    explicit PlainController(const std::string& socket);

    std::uint16_t port() const { return port_; }
    std::vector<std::string> table() const; ///< uids, in order
    bool opens(const std::string& uid) const;
    bool open() const; ///< its first door

private:
    boost::json::object ask(const std::string& request) const;

    std::string socket_;
    simulators::Program program_;
    std::uint16_t port_ = 0;
};

/// A card everybody's door takes.
struct GivenCard {
    std::string uid, credential;
};

/// A site of real processes: the good driver (the skeleton in C++) with door "good", and drivers that can turn hostile, each with a door of
/// its own name. All of them are well, and every table is proven, when it stands. Group "staff" opens every door.
class Town {
public:
    explicit Town(std::vector<std::string> hostile);

    /// Every hostile driver turns wild; each of them is when it returns.
    void wild();
    /// All, or one, are good again from their next word, or their next start, on.
    void tame();
    void tame(const std::string& driver);
    std::size_t starts(const std::string& driver) const; ///< of its process so far
    std::size_t processes() const;                       ///< of drivers of this town that run now

    boost::json::object ask(const std::string& path, const boost::json::object& body = {});
    GivenCard grant(const std::string& uid);
    void revoke(const GivenCard& card);
    /// How it stands at a door: "verified", "pending", …; empty: it has no way there.
    std::string state(const GivenCard& card, const std::string& door);
    /// Whether the card, whose end was asked for, is told to be open at the door still.
    bool residual(const GivenCard& card, const std::string& door);
    boost::json::object controller(const std::string& door);
    std::vector<std::string> errors(const std::string& door);
    bool unlock(const std::string& door);
    bool settled(const std::string& door);

    /// What the API says against what the controllers hold: of `held`, which was granted, and `gone`, which was taken away. Empty: no lie.
    /// `but`: the door whose driver hides what it sees.
    std::string lie(const GivenCard& held, const GivenCard& gone, const std::string& but = {});
    /// Grants a card, takes it away, opens the door, and answers how long each took; throws beyond `budget`.
    struct Work {
        milliseconds grant{}, revoke{}, slowest_answer{};
    };
    Work at_the_good_door(const std::string& uid, milliseconds budget);
    /// What is not as it should be when these cards, and no others, are to open every door: tables, proofs, states, errors. Empty: nothing.
    std::string lacking(const std::vector<GivenCard>& held);
    std::string whole_within(milliseconds budget, const std::vector<GivenCard>& held); ///< what is lacking at the end of it

    const std::vector<std::string>& hostile() const { return hostile_; }
    PlainController& simulated(const std::string& door) { return *controllers_.at(door); }

    Folder folder;

private:
    std::filesystem::path install();
    std::filesystem::path beside(const std::string& driver, const std::string& what) const;

    std::vector<std::string> hostile_;
    std::map<std::string, std::unique_ptr<PlainController>> controllers_; ///< by door

public:
    Daemon daemon;
    /// How much it has logged, in bytes.
    std::size_t logged() const { return std::filesystem::file_size(folder.path() / "log"); }

private:
    std::optional<Client> client_;
    std::string system_, staff_;
    std::map<std::string, std::string> doors_; ///< name by device_id
    std::map<std::string, std::string> ids_;
};

/// A town at the moment its drivers have turned wild: every door had Ada's card then. It is being taken away, and Ben's is being given.
struct Upheaval {
    explicit Upheaval(std::vector<std::string> hostile);

    Town town;
    GivenCard ada, ben;
    milliseconds processor_before{};
    std::size_t resident_before = 0, logged_before = 0;
    std::chrono::steady_clock::time_point since;
};

/// Memory the process has in hand, in KiB; processor time it has used.
std::size_t resident_kib(pid_t process);
milliseconds processor_time(pid_t process);

} // namespace gatehouse::walks
