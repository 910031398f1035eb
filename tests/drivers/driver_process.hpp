#pragma once

#include "sdk/line_splitter.hpp"
#include "sdk/time.hpp"

#include <boost/json/object.hpp>

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::drivers {

/// A driver program as the daemon starts it: empty environment, nothing open but its three descriptors. Ended by force in the destructor.
class DriverProcess {
public:
    explicit DriverProcess(const std::string& program, std::vector<std::string> arguments = {});
    DriverProcess(const DriverProcess&) = delete;
    DriverProcess& operator=(const DriverProcess&) = delete;
    ~DriverProcess();

    /// Sends one line as it is, reading the driver's output meanwhile.
    void send(std::string_view line);
    /// Sends without reading its output until the driver takes no more; how many bytes of the line went.
    std::size_t send_unread(std::string_view line);
    /// Sends a request of this type; `fields` is further JSON members. Returns its id.
    std::string request(std::string_view type, const std::string& fields = {}, sdk::Milliseconds budget = sdk::Milliseconds{5000});
    /// The request's answer, or an empty object when none comes within 5 s.
    boost::json::object answer(const std::string& id);
    boost::json::object ask(std::string_view type, const std::string& fields = {}, sdk::Milliseconds budget = sdk::Milliseconds{5000});
    /// The first line the driver wrote, or writes within 5 s, that fits.
    std::optional<boost::json::object> find(const std::function<bool(const boost::json::object&)>& fits);
    /// Every line read so far.
    const std::vector<boost::json::object>& lines() const { return lines_; }

    void agree(); ///< hello
    void close_input();
    void signal(int number);
    /// The exit code, -1 for a signal; nothing when it still runs after `budget`. Reads its output meanwhile.
    std::optional<int> exit_code(sdk::Milliseconds budget);
    std::string log();
    std::string text_output(); ///< everything it wrote to stdout, to its end

private:
    std::size_t write_some(std::string_view bytes);
    bool read_some(sdk::Deadline deadline);

    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    int log_ = -1;
    int process_ = -1; ///< a pidfd
    std::optional<int> code_;
    sdk::LineSplitter splitter_;
    std::vector<boost::json::object> lines_;
    int id_ = 0;
};

} // namespace gatehouse::drivers
