#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "devices/allowance.hpp"
#include "devices/channel.hpp"
#include "devices/news.hpp"
#include "devices/wire.hpp"
#include "model/directory.hpp"

#include <map>
#include <memory>
#include <set>

namespace gatehouse::devices {

/// What a driver's news is told to. Core thread.
class Watcher {
public:
    virtual ~Watcher() = default;
    virtual void attached(const model::DeviceId& device, Capabilities capabilities) = 0;
    virtual void not_attached(const model::DeviceId& device, std::string fault) = 0;
    /// Not attached for what is wrong with itself: its line may come and go meanwhile.
    virtual void refused(const model::DeviceId& device, std::string fault) = 0;
    virtual void told(const model::DeviceId& device, Notification notification) = 0;
    virtual void line_lost(const model::LineId& line, std::string reason) = 0;
    virtual void line_up(const model::LineId& line) = 0;
};

/// One driver process and the lines it serves: started, greeted, fed with its lines and devices, pinged, and replaced with back-off when it
/// ends, hangs or talks nonsense. What it owed is then `unknown`. Core thread.
class Driver {
public:
    Driver(std::string name, const model::Directory& directory, base::Clock& clock, boost::asio::any_io_executor core, Launcher& launcher,
           Watcher& watcher);

    /// Spawned once; runs until stop.
    boost::asio::awaitable<void> run();
    /// Spawned beside it: has the process wait a moment each time it has said too much.
    boost::asio::awaitable<void> slow_down();
    boost::asio::awaitable<void> stop(base::Monotonic deadline);

    void serve(const model::LineId& line) { lines_.insert(line); }
    /// Another process serves it from now on, or none; `resync` carries it out.
    void release(const model::LineId& line) { lines_.erase(line); }
    std::size_t lines() const { return lines_.size(); }
    const std::string& name() const { return name_; }
    /// Lines, devices or secrets changed, or what a driver refused may be right now: everything is looked at once more.
    void resync() { look_again_ = true, news_.notify(); }

    /// What `resync` opens and attaches anew for its secrets alone; some in a turn.
    boost::asio::awaitable<Exchanged> exchanged() const;

    /// Sends a request about a device and waits for its answer until `deadline`: `offline` when the process is not up or does not have the
    /// device, `unknown` when it went away.
    boost::asio::awaitable<Answer> request(model::DeviceId device, boost::json::object body, base::Monotonic deadline);

private:
    struct Waiting {
        base::Wakeup done;
        std::optional<Answer> answer;
    };
    enum class State : std::uint8_t { down, greeting, up };
    /// A line as the process has it; keys and secrets may have changed since.
    struct Opened {
        std::string key, endpoint;
        base::Digest secrets{};
        News news{};
    };
    /// A device as the process has it.
    struct Known {
        model::LineId line;
        std::string line_key, key, profile, address;
        std::vector<std::pair<std::int64_t, std::string>> doors; ///< output and wiring
        base::Digest secrets{};
        bool refused = false;  ///< not to be asked again before something changes
        bool doubtful = false; ///< the process has it by an attach whose answer never came: to be let go of first
        News news{};
    };

    boost::asio::awaitable<void> live();
    boost::asio::awaitable<std::string> greet();
    boost::asio::awaitable<void> sync();
    boost::asio::awaitable<void> let_go();
    boost::asio::awaitable<void> attach_all(model::Line line);
    template <class Id, class Had>
    boost::asio::awaitable<std::vector<Id>> stale(const std::map<Id, Had>& all, bool look_again);
    boost::asio::awaitable<void> close(model::LineId line);
    boost::asio::awaitable<void> detach(model::DeviceId device);
    template <class Id, class Had>
    boost::asio::awaitable<std::vector<Id>> exchanged(const std::map<Id, Had>& all) const;
    bool stands(const model::LineId& id, const Opened& opened, bool look_again) const;
    bool stands(const model::DeviceId& id, const Known& known, bool look_again) const;
    bool elsewhere(const model::DeviceId& id, const Known& known) const;
    boost::asio::awaitable<Answer> request(boost::json::object body, base::Monotonic deadline);
    boost::asio::awaitable<bool> open(const model::Line& line);
    boost::asio::awaitable<void> attach(const model::Line& line, const model::DeviceNode& device);
    boost::asio::awaitable<void> turn_away(model::DeviceId device, std::string fault);
    boost::asio::awaitable<Answer> ask(boost::json::object body, std::optional<base::Monotonic> deadline, base::Monotonic until);
    void take(std::string_view line);
    bool floods(std::size_t size);
    void count_surplus(std::size_t size);
    void notify(const Message& message, std::size_t size);
    void tell(const model::LineId& line, const Message& message);
    void tell(const model::DeviceId& device, const Message& message);
    void tell_what_waited();
    void take_words(std::string_view line);
    void write_log(int level, std::string_view event, std::string_view text);
    void bad_line(std::string_view why);
    void replace(std::string reason);
    void lose(const std::string& reason);

    std::string name_;
    const model::Directory& directory_;
    base::Clock& clock_;
    boost::asio::any_io_executor core_;
    Launcher& launcher_;
    Watcher& watcher_;

    std::unique_ptr<Channel> channel_;
    State state_ = State::down;
    std::uint64_t generation_ = 0; ///< of the process, so that a late word of an old one is not taken for the new one's
    std::uint64_t last_id_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
    std::set<model::LineId> lines_;
    std::map<model::LineId, Opened> opened_;
    std::map<model::DeviceId, Known> attached_; ///< refused ones as well
    base::Wakeup news_;
    bool look_again_ = false;
    std::size_t looked_ = 0; ///< devices a sync has looked at in this turn
    bool stopping_ = false;
    base::Monotonic second_{}, decade_{};
    std::size_t notified_ = 0, surplus_ = 0;
    int bad_ = 0;
    base::Wakeup flood_;
    std::optional<std::uint64_t> hung_up_; ///< the generation whose output ended
    Allowance log_, told_of_flood_, told_of_cut_;
    std::size_t cut_ = 0; ///< lines of its log that were not written
};

} // namespace gatehouse::devices
