#include "plain/controller.hpp"

#include "plain/words.hpp"

#include <algorithm>

namespace gatehouse::simulators::plain {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t waiting_at_most = 12, rows_a_page = 8, longest_key = 20, longest_tag = 32;
constexpr milliseconds card_pulse{3'000};
constexpr std::int64_t longest_pulse = 600'000;

std::string name_of(const std::string& kind, const std::string& key)
{
    return kind + " " + key;
}

std::optional<Record> read(const std::string& name, const std::string& text)
{
    const auto of = words_of(name), rest = words_of(text);
    if (of.size() != 2 || rest.size() != 4) return std::nullopt; // cut short when power failed
    return Record{of[0], of[1], rest[0], rest[1], rest[2], rest[3]};
}

bool all_of(std::string_view text, std::string_view letters)
{
    return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_key(const std::string& kind, const std::string& key)
{
    if (key.size() > longest_key) return false;
    if (kind == "card_uid_hex") return key.size() % 2 == 0 && all_of(key, "0123456789abcdef");
    return (kind == "pin" || kind == "card_number") && all_of(key, "0123456789");
}

/// Whether a list like "0,2" names doors there are.
bool are_doors(const Controller& controller, const std::string& list)
{
    for (const auto& word : split(list, ',')) {
        const auto door = number_of(word);
        if (!door || *door >= static_cast<std::int64_t>(controller.doors.size())) return false;
    }
    return true;
}

bool is_end(const std::string& word)
{
    return word == "-" || number_of(word).has_value();
}

void open(Door& door, milliseconds until)
{
    if (!door.relay.open) ++door.relay.pulses;
    door.relay.open = true;
    door.closes_at = std::max(door.closes_at.value_or(until), until);
}

/// Carries out one command.
class Execution {
public:
    Execution(Controller& controller, common::Moment now) : controller_{controller}, now_{now} {}

    std::vector<std::string> run(const std::string& line)
    {
        words_ = words_of(line);
        if (words_.size() < 2 || !number_of(words_[0])) {
            ++controller_.counters.ignored;
            return {};
        }
        ++controller_.counters.commands;
        const auto& verb = words_[1];
        if (verb == "HELLO") return hello();
        if (verb == "PUT" && words_.size() == 8) return put();
        if (verb == "DROP" && words_.size() == 4) return drop();
        if (verb == "LIST" && words_.size() == 3) return list();
        if (verb == "OPEN" && words_.size() == 4) return strike();
        if (verb == "MODE" && words_.size() == 4) return mode();
        return say("NO syntax");
    }

private:
    std::vector<std::string> say(const std::string& what) const { return {words_[0] + " " + what}; }

    std::vector<std::string> hello() const
    {
        return say("OK plain boots=" + std::to_string(controller_.boots) + " changes=" + std::to_string(controller_.changes) +
                   " doors=" + std::to_string(controller_.doors.size()) + " capacity=" + std::to_string(controller_.installation.capacity));
    }
    /// Whether a write goes to the flash, or only seems to.
    bool stores()
    {
        const bool lost = controller_.faults.write_fails || controller_.dice.chance(controller_.faults.ack_but_not_stored);
        if (lost) ++controller_.counters.writes_lost;
        return !lost;
    }
    std::vector<std::string> put()
    {
        if (!is_key(words_[2], words_[3])) return say("NO key");
        if (!are_doors(controller_, words_[4])) return say("NO door");
        if (!is_end(words_[5]) || !is_end(words_[6]) || words_[7].size() > longest_tag) return say("NO value");
        auto name = name_of(words_[2], words_[3]);
        const auto room = controller_.faults.table_full.value_or(controller_.installation.capacity);
        if (controller_.flash.find(name) == nullptr && controller_.flash.records().size() >= room) return say("FULL");
        if (stores()) {
            controller_.flash.put(std::move(name), words_[4] + " " + words_[5] + " " + words_[6] + " " + words_[7]);
            ++controller_.changes;
        }
        return say("OK");
    }
    std::vector<std::string> drop()
    {
        if (stores() && controller_.flash.erase(name_of(words_[2], words_[3]))) ++controller_.changes;
        return say("OK");
    }
    std::vector<std::string> list()
    {
        const auto from = number_of(words_[2]);
        if (!from) return say("NO value");
        std::vector<std::string> lines;
        const auto all = records(controller_);
        const auto first = std::min(static_cast<std::size_t>(*from), all.size());
        const auto last = std::min(first + rows_a_page, all.size());
        for (auto at = first; at < last; ++at) {
            if (controller_.dice.chance(controller_.faults.list_drops)) {
                ++controller_.counters.list_dropped;
                continue;
            }
            const auto& row = all[at];
            lines.push_back(words_[0] + " ROW " + std::to_string(at) + " " + row.kind + " " + row.key + " " + row.doors + " " + row.from +
                            " " + row.until + " " + row.tag);
        }
        lines.push_back(words_[0] + " END " + std::to_string(all.size()) + " " + std::to_string(controller_.changes));
        return lines;
    }
    Door* door()
    {
        return are_doors(controller_, words_[2]) ? &controller_.doors[static_cast<std::size_t>(*number_of(words_[2]))] : nullptr;
    }
    std::vector<std::string> strike()
    {
        auto* door = this->door();
        const auto length = number_of(words_[3]);
        if (door == nullptr) return say("NO door");
        if (!length || *length < 1 || *length > longest_pulse) return say("NO value");
        if (!door->held) open(*door, now_.running + milliseconds{*length});
        return say("OK");
    }
    std::vector<std::string> mode()
    {
        auto* door = this->door();
        if (door == nullptr) return say("NO door");
        if (words_[3] != "locked" && words_[3] != "unlocked") return say("NO value");
        door->held = words_[3] == "unlocked";
        door->closes_at.reset();
        if (door->held && !door->relay.open) ++door->relay.pulses;
        door->relay.open = door->held;
        return say("OK");
    }

    Controller& controller_;
    common::Moment now_;
    std::vector<std::string> words_;
};

milliseconds pace(const Controller& controller)
{
    const auto rate = controller.faults.ops_per_s;
    return rate > 0 ? milliseconds{static_cast<std::int64_t>(1'000 / rate)} : milliseconds{0};
}

} // namespace

Controller::Controller(Installation built, common::Flash table, std::uint64_t seed)
    : installation{built}, flash{std::move(table)}, dice{seed}, doors(built.doors)
{
}

void receive(Controller& controller, std::string line, common::Moment now)
{
    if (controller.inbox.size() >= waiting_at_most) {
        ++controller.counters.ignored;
        return;
    }
    if (controller.inbox.empty()) controller.next_at = now.running + pace(controller);
    controller.inbox.push_back(std::move(line));
}

std::vector<std::string> turn(Controller& controller, common::Moment now)
{
    std::vector<std::string> said;
    while (!controller.faults.busy && !controller.inbox.empty() && controller.next_at <= now.running) {
        const auto line = std::move(controller.inbox.front());
        controller.inbox.pop_front();
        for (auto& answer : Execution{controller, now}.run(line)) said.push_back(std::move(answer));
        controller.next_at = now.running + pace(controller);
    }
    for (auto& door : controller.doors) {
        if (!door.closes_at || *door.closes_at > now.running) continue;
        door.closes_at.reset();
        door.relay.open = door.held;
    }
    return said;
}

milliseconds next_turn_at(const Controller& controller)
{
    auto at = controller.inbox.empty() || controller.faults.busy ? milliseconds::max() : controller.next_at;
    for (const auto& door : controller.doors) at = std::min(at, door.closes_at.value_or(at));
    return at;
}

void restart(Controller& controller)
{
    ++controller.boots;
    controller.inbox.clear();
    for (auto& door : controller.doors) {
        door.held = door.relay.open = false;
        door.closes_at.reset();
    }
}

Presented present(Controller& controller, const std::string& kind, const std::string& key, std::size_t door, common::Moment now)
{
    ++controller.counters.swipes;
    const auto* stored = controller.flash.find(name_of(kind, key));
    const auto record = stored == nullptr ? std::nullopt : read(name_of(kind, key), *stored);
    Presented presented;
    if (record && door < controller.doors.size()) {
        const auto named = split(record->doors, ',');
        const auto wall = now.wall.time_since_epoch().count() + controller.faults.clock_skew.count();
        const bool begun = number_of(record->from).value_or(wall) <= wall;
        const bool lasts = number_of(record->until).value_or(wall + 1) > wall;
        presented.opened = begun && lasts && std::find(named.begin(), named.end(), std::to_string(door)) != named.end();
    }
    if (presented.opened) open(controller.doors[door], now.running + card_pulse);
    presented.event = "* CARD " + kind + " " + key + " " + std::to_string(door) + (presented.opened ? " granted" : " denied");
    return presented;
}

std::vector<Record> records(const Controller& controller)
{
    std::vector<Record> all;
    for (const auto& [name, text] : controller.flash.records())
        if (auto record = read(name, text)) all.push_back(std::move(*record));
    return all;
}

} // namespace gatehouse::simulators::plain
