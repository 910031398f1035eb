#pragma once

#include "child.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gatehouse::check {

/// What the daemon's side of the protocol is: requests with ids and deadlines, answers exactly once, notifications at any time. Everything
/// the driver says is held against the grammar; what does not fit stands in `wrong`.
///
/// Errors:  Failure where an answer is owed.
/// Threads: one.
class Conversation {
public:
    Conversation(Child& child, std::string line, std::string device) : child_{child}, line_{std::move(line)}, device_{std::move(device)} {}

    /// Sends a request with further members. Returns its id. Every one but hello and ping carries line, device and deadline.
    std::string request(std::string_view type, boost::json::object members = {}, Milliseconds budget = usual);
    /// The line itself as the daemon would write it, for those that are sent unread.
    std::string text_of(std::string_view type, boost::json::object members, Milliseconds budget, std::string& id);
    /// Waits until a second after its deadline.
    boost::json::object answer(const std::string& id);
    boost::json::object ask(std::string_view type, boost::json::object members = {}, Milliseconds budget = usual);
    bool answered(const std::string& id) const { return answers_.contains(id); }
    /// All of this process, by id.
    const std::map<std::string, boost::json::object>& answers() const { return answers_; }
    void raw(std::string_view line);

    using Fits = std::function<bool(const boost::json::object&)>;
    /// The first notification behind the first `from` that fits; nothing when there is none within that time.
    std::optional<boost::json::object> heard(const Fits& fits, Milliseconds within, std::size_t from = 0);
    /// Of this type, and about the device where it may be about the line as well.
    std::optional<boost::json::object> heard(std::string_view type, Milliseconds within, std::size_t from = 0);
    std::size_t said() const { return notifications_.size(); }
    const std::vector<boost::json::object>& notifications() const { return notifications_; }
    const std::vector<std::string>& wrong() const { return wrong_; }
    /// Reads whatever comes within that time.
    void listen(Milliseconds time);

    static constexpr Milliseconds usual{5'000};

private:
    struct Asked {
        std::string type;
        std::size_t steps = 0;
        Deadline due;
    };
    bool take_line(Deadline until);
    void take(boost::json::object said);

    Child& child_;
    std::string line_, device_;
    std::uint64_t last_id_ = 0;
    std::map<std::string, Asked> owed_;
    std::map<std::string, boost::json::object> answers_;
    std::vector<boost::json::object> notifications_;
    std::vector<std::string> wrong_;
};

/// Text of a member; empty where it is missing or no text.
std::string text_in(const boost::json::object& object, std::string_view name);

} // namespace gatehouse::check
