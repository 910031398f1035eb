#pragma once

#include "devices/driver.hpp"
#include "devices/fleet.hpp"

namespace gatehouse::devices {

/// Who serves which line, and what is known of each device. Core thread.
class Supervisor final : public Watcher {
public:
    Supervisor(const model::Directory& directory, base::Clock& clock, boost::asio::any_io_executor core, Launcher& launcher);

    void refresh();
    boost::asio::awaitable<void> stop(base::milliseconds budget);
    boost::asio::awaitable<Exchanged> exchanged() const;
    const DeviceStatus* status(const model::DeviceId& device) const;
    std::optional<model::DeviceId> look_at_clocks(const std::optional<model::DeviceId>& behind, std::size_t most);
    void remember_clock(const model::DeviceId& device, DeviceClock clock);
    void remember_difference(const model::DeviceId& device);
    void never_heard(const model::DeviceId& device);
    void listen(std::function<void(const Notification&)> listener) { listeners_.push_back(std::move(listener)); }

    /// Sends a request about a device; line and device are filled in.
    boost::asio::awaitable<Answer> request(model::DeviceId device, boost::json::object body, base::milliseconds budget);
    base::Clock& clock() { return clock_; }

    void attached(const model::DeviceId& device, Capabilities capabilities) override;
    void not_attached(const model::DeviceId& device, std::string fault) override;
    void refused(const model::DeviceId& device, std::string fault) override;
    void told(const model::DeviceId& device, Notification notification) override;
    void line_lost(const model::LineId& line, std::string reason) override;
    void line_up(const model::LineId& line) override;

private:
    void serve_lines();
    Driver& driver_for(const model::Line& line);
    void set_link(const model::DeviceId& device, Link link, std::string reason);
    template <class What>
    void about_clock(const model::DeviceId& device, DeviceStatus& status, What what);
    void hear_of_settings(const model::DeviceId& device, SetupTold& told);
    void judge_clock(const model::DeviceId& device, DeviceStatus& status);
    void tell(const Notification& notification);

    const model::Directory& directory_;
    base::Clock& clock_;
    boost::asio::any_io_executor core_;
    Launcher& launcher_;
    std::vector<std::unique_ptr<Driver>> drivers_;
    std::map<model::LineId, Driver*> by_line_;
    std::map<model::LineId, std::string> lost_; ///< why lines are down, as it was last told
    std::map<model::DeviceId, model::LineId> served_on_;
    std::map<model::DeviceId, DeviceStatus> devices_;
    std::set<model::DeviceId> refused_; ///< whose fault is their own
    std::set<model::DeviceId> unheard_; ///< whose driver may have said "online" of the unit before
    std::vector<std::function<void(const Notification&)>> listeners_;
};

} // namespace gatehouse::devices
