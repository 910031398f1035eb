#pragma once

#include "bench.hpp"
#include "conversation.hpp"
#include "failure.hpp"

#include <boost/json/array.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::check {

namespace json = boost::json;

/// Failure unless that is what it was told as.
void acknowledged(const json::object& verdict, const std::string& what);

/// One run of the driver for one check, on a healed bench.
class Rig {
public:
    Rig(std::string program, Bench* bench, unsigned number) : program_{std::move(program)}, bench_{bench}, number_{number} {}

    /// A new process; the one before is killed.
    Child& start(std::vector<std::string> arguments = {});
    Child& child() { return *child_; }
    Conversation& talk() { return *talk_; }
    /// NotChecked where there is none.
    Bench& bench() const;
    const std::string& program() const { return program_; }

    void greet();
    void open();
    /// The answer to `attach` with all doors in that mode.
    json::object attach(std::string_view mode = "locked", std::int64_t pulse_ms = usual_pulse_ms);
    /// Greeted, opened, attached, and the device was heard.
    void ready(std::string_view mode = "locked", std::int64_t pulse_ms = usual_pulse_ms);

    const json::object& capabilities() const { return capabilities_; }
    bool able(std::string_view flag) const;
    std::string capability(std::string_view name) const { return text_in(capabilities_, name); }
    std::int64_t number(std::string_view name) const;
    /// NotApplicable unless it keeps a table that can be read back.
    void needs_table() const;
    void needs_doors_that_open() const;

    std::int64_t door() const { return bench().doors().front(); }
    /// A key this bench has not seen, of the first kind the device takes.
    std::string key();
    std::string_view key_kind() const;
    std::int64_t slot_of(const std::string& key) const;
    json::object put(const std::string& key) const;
    json::object drop(const std::string& key) const;
    /// The verdict of the one step.
    json::object apply(json::object step, Milliseconds budget = Conversation::usual);
    std::string start_apply(json::object step, Milliseconds budget = Conversation::usual);
    json::object step_of(const json::object& answer) const;
    Milliseconds read_budget() const;
    /// A whole table, page by page; the last page says what it was worth.
    struct Table {
        json::array entries;
        json::object last;
        bool holds(std::string_view key) const;
        bool complete() const { return text_in(last, "page") == "complete"; }
    };
    Table read();
    json::object strike(std::int64_t pulse_ms, Milliseconds budget = Conversation::usual);
    /// Opens a door as long as it can. False: this device cannot hold one open.
    void hold_open();
    /// The longest pulse the device takes, of at most a minute.
    std::int64_t longest_pulse() const;
    /// The same. NotApplicable where it is over before a check is.
    std::int64_t long_pulse() const;
    /// Opens a door for that long; a new process where the length is told at `attach`.
    void open_for_long();
    /// What a check left open is shut behind it, for those that follow.
    void shut_again();
    /// Until it holds, 20 ms a look.
    bool becomes(const std::function<bool()>& holds, Milliseconds within);

    /// Everything wrong with what it said in any of its processes.
    std::vector<std::string> wrong() const;
    /// All it logged, in any of its processes.
    std::string logs() const;
    /// How its process ended, "exit status 1"; empty while it runs.
    std::string ending() const { return child_ ? child_->ending() : std::string{}; }
    std::vector<std::string> last_words() const;

    static constexpr std::int64_t usual_pulse_ms = 600;

private:
    std::string program_;
    Bench* bench_;
    unsigned number_;
    unsigned keys_ = 0;
    std::unique_ptr<Child> child_;
    std::unique_ptr<Conversation> talk_;
    json::object capabilities_;
    std::vector<std::string> wrong_;
    std::string logs_;
};

} // namespace gatehouse::check
