#pragma once

#include "sdk/profile/body.hpp"
#include "sdk/profile/caps.hpp"
#include "sdk/profile/match.hpp"
#include "sdk/profile/params.hpp"
#include "sdk/profile/problem.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::profile {

struct Topics {
    Template command;
    std::optional<Template> query;
    Template reply;
    int qos = 1;                                ///< of table commands; unlock and lock always go out at 0
    std::optional<std::chrono::seconds> expiry; ///< how long the broker may keep an unlock, where it speaks MQTT 5
};

/// What a device has to say before a command counts as done, where it acknowledges nothing.
struct Confirmation {
    Matcher match;
    std::chrono::milliseconds within{0};
    bool cached = false; ///< what is told may be what was last heard of: it counts when it was told otherwise before
};

enum class SendTo : std::uint8_t { command, query };

/// What goes out, and where to.
struct Sending {
    SendTo to = SendTo::command;
    std::optional<Template> topic;        ///< one of its own, instead
    std::variant<Body, Template> payload; ///< JSON, or text as it is
};

/// Every placeholder of the payload and of a topic of its own.
std::vector<const Placeholder*> placeholders(const Sending& sending);
/// Whether one of them is this.
bool uses(const Sending& sending, std::string_view field);

/// What goes out, as text. Errors: the first placeholder that cannot be filled, and why; never a value.
Outcome<std::string> fill(const Sending& sending, const Fields& fields);

/// One thing a device can be told.
struct Operation {
    Sending send;
    std::optional<Matcher> ack;
    std::optional<Template> error; ///< pointer: where it leads somewhere the device said no, and that is why
    std::optional<Confirmation> confirm;
    bool verify_one = false; ///< read back by `one`
};

/// How a list of entries ends, since a quiet device may also be a dead one.
struct ListEnd {
    std::chrono::milliseconds quiet{0}; ///< silence that ends a round; 0: not this way
    std::optional<Matcher> marker;      ///< a message that ends it
    std::optional<Template> count;      ///< pointer to the number of entries to come
};

/// Where the parts of an entry stand in a message: key, slot, state, from, until, tag, label, pin.
using EntryMap = std::map<std::string, Extraction, std::less<>>;

struct ListOperation {
    Sending send;
    Matcher entry;
    ListEnd end;
    int absent_after = 1; ///< consecutive complete-looking rounds before "absent" is believed
    EntryMap map;
};

/// One slot asked for on its own.
struct OneOperation {
    Sending send;
    bool fresh_after_request = false;
    EntryMap map;
    std::chrono::milliseconds takes{0}; ///< usually, until it is answered
};

/// A setting of the device that other blocks rely on.
struct SetupRule {
    std::string name; ///< for people
    Sending ask;
    Template pointer; ///< where the answer has it
    Template value;   ///< what has to stand there
    std::optional<Sending> set;
    std::chrono::milliseconds within{0};
};

/// What a message says of the door itself.
struct DoorRule {
    std::optional<Template> topic; ///< instead of the reply topic
    std::vector<Condition> when;
    std::optional<Extraction> lock, contact;
};

/// What a message of the device means for the log of the site.
struct EventRule {
    std::optional<Template> topic; ///< instead of the reply topic
    std::vector<Condition> when;
    std::variant<std::string, Extraction> kind; ///< a word, or read from the message
    std::optional<Extraction> key, time, slot, source;
};

/// An early sign that a command worked; never proof.
struct Hint {
    std::vector<Condition> when;
    Template slot;
    std::string means; ///< put_done, erase_done
};

/// The word of somebody on the way that a command did not get through.
struct FailureRule {
    enum class Of : std::uint8_t { table, door };
    Of of = Of::table;
    Template topic;
    std::vector<Condition> when;
    std::vector<Template> contains;
};

struct Heartbeat {
    std::vector<Condition> when;
    std::chrono::milliseconds every{0};
    double offline_after = 2.5; ///< multiples of `every`
};

/// It is asked for its state, and what does not answer for so long is gone.
struct Poll {
    std::chrono::milliseconds every{0};
    double offline_after = 2.5; ///< multiples of `every`
};

struct RestartRule {
    std::vector<Condition> when;
    Template pointer; ///< a number that only grows while the device runs
};

/// "I have just connected": what was sent before is lost.
struct Birth {
    std::vector<Condition> when;
    std::chrono::milliseconds settle{0}; ///< how long after it the device may still be deaf
};

/// Messages that carry the time by the device's own clock.
struct ClockRule {
    Matcher match;
    Extraction time;
};

struct Presence {
    Template topic;
    std::vector<Condition> up, down; ///< any of them
};

struct Liveness {
    std::optional<Heartbeat> heartbeat;
    std::optional<Poll> poll;
    std::optional<Birth> birth;
    std::optional<RestartRule> restart;
    std::optional<ClockRule> clock;
    std::vector<Presence> presences; ///< it is there when all of them say so
};

/// One MQTT device model (docs/profiles.md).
struct MqttProfile {
    std::string id;
    std::string title;
    std::vector<std::string> evidence;
    Params params;
    Caps caps;
    Limits limits;
    Topics topics;
    std::optional<Matcher> from_device; ///< which messages of a shared reply topic are this device's
    std::optional<Operation> put, erase, unlock, lock;
    std::optional<Sending> state;   ///< asks what `door` reads
    std::optional<Operation> probe; ///< changes nothing and is always answered: tells an empty list from a dead device
    std::optional<ListOperation> list;
    std::optional<OneOperation> one;
    std::optional<Template> correlate; ///< pointer to the number of the command in its answer; sent as `${corr}`
    std::vector<SetupRule> setup;
    std::vector<DoorRule> door;
    std::vector<EventRule> events;
    std::vector<Hint> hints;
    std::vector<FailureRule> failures;
    Liveness liveness;
};

struct MqttLoaded {
    std::optional<MqttProfile> profile; ///< only when there is no problem at all
    std::vector<Problem> problems;      ///< in the order of the file
};

/// Reads one profile and judges it: every problem of language, of capabilities that do not fit the blocks, and of safety.
///
/// Errors:  all of them, each with line and path; an unreadable file is one problem without a line.
/// Threads: any.
/// Source:  docs/profiles.md.
MqttLoaded load_mqtt(const std::filesystem::path& file);
/// The same from text; `name` stands for the file in problems.
MqttLoaded parse_mqtt(const std::string& text, const std::string& name);
/// What stands in a file: no more of it than a profile may have, and one byte. Errors: nothing when it cannot be read.
std::optional<std::string> profile_text(const std::filesystem::path& file);

/// Why an unlock of this door cannot last as long as it should: what the device takes, or cannot be written for it; empty: it can.
std::string beyond_its_pulse(const MqttProfile& profile, const Fields& params, const sdk::Door& door);
/// Why the table of this device cannot be read slot by slot: it would have none, or reach beyond the last that may be; empty: it can.
std::string beyond_its_slots(const MqttProfile& profile, const Fields& params);

} // namespace gatehouse::profile
