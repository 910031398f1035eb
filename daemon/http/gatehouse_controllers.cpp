#include "base/hash.hpp"
#include "http/endpoints.hpp"
#include "http/words.hpp"
#include "reconcile/lower.hpp"
#include "reconcile/truth.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::http {

using namespace api;
using devices::KeyKind;

namespace {

constexpr int turn_of_entries = 64;

base::Result<const model::DeviceNode*> find_controller(const Context& context, const Params& params)
{
    const auto id = params.find<model::DeviceId>("controller_id");
    const auto key = params.find<std::string>("controller");
    for (const auto& [known, device] : context.services.directory.devices())
        if (known == id || device.row.key == key) return &device;
    return base::fail(base::Fault::not_found, "No such controller", "controller_not_found");
}

std::string_view word_for(KeyKind kind)
{
    return kind == KeyKind::pin ? "pin" : kind == KeyKind::card_number ? "card_number" : "card_uid_hex";
}

/// A card as it is printed, facility and number; a code is nobody's to see.
json::value key_json(const devices::Entry& entry)
{
    if (entry.kind == KeyKind::pin || entry.key.empty()) return nullptr;
    if (entry.kind != KeyKind::card_number) return json::value(entry.key);
    std::uint64_t number = 0;
    std::from_chars(entry.key.data(), entry.key.data() + entry.key.size(), number);
    return json::value(std::to_string(number / reconcile::numbers_per_facility) + "-" +
                       std::to_string(number % reconcile::numbers_per_facility));
}

json::value epoch(const std::optional<std::int64_t>& seconds)
{
    return seconds ? to_json(base::Instant{base::seconds{*seconds}}) : json::value(nullptr);
}

/// As its owner calls it.
std::string name_of(const Context& context, const model::DoorNode& door)
{
    return door_name(*context.services.directory.workspace(door.row.owner), door);
}

/// The doors an entry opens, by name; empty when the device does not say.
json::array doors_json(const Context& context, const model::DeviceNode& device, devices::Doors doors)
{
    json::array names;
    for (const auto& id : device.doors) {
        const auto& door = *context.services.directory.door(id);
        if ((doors >> door.row.output & 1) != 0) names.emplace_back(name_of(context, door));
        doors &= ~(devices::Doors{1} << door.row.output);
    }
    for (int output = 0; doors != 0; ++output, doors >>= 1)
        if ((doors & 1) != 0) names.emplace_back("output " + std::to_string(output));
    return names;
}

/// Somebody here whose card an entry of nobody is.
struct Known {
    std::string person, workspace, reason; ///< reason: why the door is not theirs; empty when all that it opens is
};

std::optional<Known> known_as(const Context& context, const model::DeviceNode& device, const devices::Entry& entry)
{
    const auto& directory = context.services.directory;
    const auto claimed = reconcile::as_placement(directory, device, entry);
    if (!claimed) return std::nullopt;
    const auto granted =
        reconcile::entitled(directory, device, *claimed, context.now(), context.services.reconciler.tools().honours_start(device.row.id));
    const auto beyond = claimed->may_open() & ~granted.doors;
    const auto& holder = claimed->holders.front();
    const auto& workspace = *directory.workspace(holder.workspace);
    Known known{holder.label, workspace.row.key, {}};
    for (const auto& id : device.doors) {
        const auto& door = *directory.door(id);
        if ((beyond >> door.row.output & 1) == 0) continue;
        known.reason = to_string(model::opens(workspace, *workspace.credentials.find(holder.credential), door, context.now()).reason);
        break;
    }
    if (known.reason.empty() && beyond != 0) known.reason = "no_access";
    return known;
}

/// What a word is given on: the entries as they are shown, those of people known here who may not open what they open first.
struct Listed {
    json::array rows;
    std::set<std::string> marks;
    std::size_t known = 0;
    std::string content; ///< of all of them, but for what the time of day changes

    std::string confirmation() const { return base::to_hex(base::sha256(content)).substr(0, 12); }
};

asio::awaitable<Listed> list_foreign(Context& context, model::DeviceId id)
{
    json::array ranks[3];
    Listed listed;
    std::string last;
    for (bool more = true; more;) {
        const auto* device = context.services.directory.device(id);
        const auto* strangers = context.services.reconciler.strangers(id);
        if (device == nullptr || strangers == nullptr) break;
        auto at = strangers->all().upper_bound(last);
        for (int budget = turn_of_entries; at != strangers->all().end() && budget > 0; ++at, --budget) {
            const auto& entry = at->second.entry;
            last = at->first;
            const auto known = known_as(context, *device, entry);
            json::object row{{"slot", entry.slot ? json::value(*entry.slot) : json::value(nullptr)},
                             {"key_kind", word_for(entry.kind)},
                             {"key", key_json(entry)},
                             {"person", known ? json::value(known->person) : json::value(nullptr)},
                             {"workspace", known ? json::value(known->workspace) : json::value(nullptr)},
                             {"not_allowed", known && !known->reason.empty() ? json::value(known->reason) : json::value(nullptr)},
                             {"doors", doors_json(context, *device, entry.doors)},
                             {"starts_at", epoch(entry.from)},
                             {"ends_at", epoch(entry.until)},
                             {"kept", strangers->kept(entry)},
                             {"found_at", to_json(at->second.since)}};
            listed.content += reconcile::mark_of(entry) +
                              json::serialize(json::array{row.at("slot"), row.at("person"), row.at("workspace"), row.at("doors"),
                                                          row.at("starts_at"), row.at("ends_at"), row.at("kept")});
            ranks[!known ? 2 : known->reason.empty() ? 1 : 0].push_back(std::move(row));
            listed.marks.insert(reconcile::mark_of(entry));
            listed.known += known ? 1 : 0;
        }
        more = at != strangers->all().end();
        if (more) co_await next_turn();
    }
    for (auto& rank : ranks) std::move(rank.begin(), rank.end(), std::back_inserter(listed.rows));
    co_return listed;
}

json::object shown_of(const Context& context, const model::DeviceId& id, const Listed& listed)
{
    const auto* device = context.services.directory.device(id);
    const auto* lane = context.services.reconciler.status(id);
    json::object shown{{"controller", device == nullptr ? std::string{} : device->row.key},
                       {"entries", listed.rows},
                       {"known", listed.known},
                       {"first_contact", lane != nullptr && lane->first_contact},
                       {"read_at", lane != nullptr && lane->read_at ? to_json(*lane->read_at) : json::value(nullptr)},
                       {"confirm", listed.rows.empty() ? json::value(nullptr) : json::value(listed.confirmation())},
                       {"word", nullptr},
                       {"left", 0}};
    if (lane != nullptr && lane->word) {
        shown["word"] = *lane->word == reconcile::Foreign::remove ? "remove" : "keep";
        shown["left"] = lane->word_left;
    }
    return shown;
}

model::Event adoption_event(const Context& context, const model::DeviceId& id, bool remove, const Listed& listed, const Params& params)
{
    auto event = context.event("gatehouse.controller.adopted",
                               {{"controller_id", to_string(id)},
                                {"foreign", remove ? "remove" : "keep"},
                                {"entries", static_cast<std::int64_t>(listed.rows.size())},
                                {"confirm", listed.confirmation()}},
                               {id.value});
    if (const auto by = params.find<std::string>("by")) event.body.emplace_back("by", *by);
    return event;
}

/// The table of a controller belongs to the site, and so does the word on it: not to a tenant who has one of its doors. It is given on the
/// entries that were shown: what came since waits for another.
asio::awaitable<Answer> adopt(Context& context, const Params& params)
{
    const auto controller = find_controller(context, params);
    if (!controller) co_return controller.error();
    const auto id = (*controller)->row.id;
    auto listed = co_await list_foreign(context, id);
    auto shown = shown_of(context, id, listed);
    const auto what = params.find<std::string>("foreign");
    if (what && shown.at("read_at").is_null())
        co_return base::fail(base::Fault::conflict,
                             "This controller was not read to its end yet: what it holds is not known, and nothing was adopted",
                             "controller_not_read");
    if (!what || listed.rows.empty()) co_return ok("adoption", std::move(shown));
    const auto confirm = params.find<std::string>("confirm");
    if (!confirm)
        co_return refuse(base::fail(base::Fault::conflict, "Look at the entries: the word is given on these, by what stands below them",
                                    "confirmation_required"),
                         std::move(shown));
    if (*confirm != listed.confirmation())
        co_return refuse(base::fail(base::Fault::conflict,
                                    "That word belongs to another list: entries came, went or changed; look at this one",
                                    "confirmation_outdated"),
                         std::move(shown));
    const bool remove = *what == "remove";
    std::vector<model::Event> events{adoption_event(context, id, remove, listed, params)};
    std::vector<model::Mutation> no_rows;
    const auto noted = co_await context.change(std::move(no_rows), std::move(events));
    if (!noted) co_return noted.error();
    reconcile::Word word{remove ? reconcile::Foreign::remove : reconcile::Foreign::keep, std::move(listed.marks)};
    const auto adopted = co_await context.services.reconciler.adopt(id, std::move(word));
    if (!adopted) co_return adopted.error();
    shown["confirm"] = nullptr;
    shown["word"] = *what;
    shown["left"] = listed.rows.size();
    co_return ok("adoption", std::move(shown));
}

/// The word for what ends with a unit: of these rows, whatever else comes and goes.
class EndingWord {
public:
    explicit EndingWord(const model::DeviceId& controller) : content_{"replace " + to_string(controller) + "\n"} {}
    void add(const reconcile::ResidualRow& row) { content_ += to_string(row.access.credential) + " " + to_string(row.access.door) + "\n"; }
    std::string text() const { return base::to_hex(base::sha256(content_)).substr(0, 12); }

private:
    std::string content_;
};

/// What somebody may still open with the unit that is said to be gone, and the word for it.
asio::awaitable<json::object> before_replacing(Context& context, model::DeviceId id)
{
    json::array rows;
    EndingWord word{id};
    reconcile::ResidualsOn walk{context.services.reconciler, id};
    for (bool more = true; more;) {
        more = walk.step(turn_of_entries);
        for (const auto& row : walk.take()) {
            const auto* door = context.services.directory.door(row.access.door);
            const auto* workspace = context.services.directory.workspace(row.access.workspace);
            word.add(row);
            rows.push_back(json::object{{"person", row.person},
                                        {"workspace", workspace == nullptr ? std::string{} : workspace->row.key},
                                        {"door", door == nullptr ? json::value(nullptr) : json::value(name_of(context, *door))},
                                        {"since", row.access.since ? to_json(*row.access.since) : json::value(nullptr)}});
        }
        if (more) co_await next_turn();
    }
    const auto* device = context.services.directory.device(id);
    co_return json::object{{"controller", device == nullptr ? std::string{} : device->row.key},
                           {"entries", context.services.directory.placements().of(id).size()},
                           {"attested", std::move(rows)},
                           {"confirm", word.text()}};
}

/// The word is held against what ends in the turn in which it ends.
asio::awaitable<Answer> replace(Context& context, const Params& params)
{
    const auto controller = find_controller(context, params);
    if (!controller) co_return controller.error();
    const auto id = (*controller)->row.id;
    const auto key = (*controller)->row.key;
    const auto confirm = params.find<std::string>("confirm");
    if (!confirm) {
        auto shown = co_await before_replacing(context, id);
        co_return refuse(base::fail(base::Fault::conflict,
                                    "What is on record of the old unit ends, and no read can prove it gone any more: "
                                    "it needs the word of what stands here",
                                    "confirmation_required"),
                         std::move(shown));
    }
    reconcile::Reconciler::AsShown as_shown = [id, said = *confirm](const std::vector<reconcile::ResidualRow>& rows) {
        EndingWord word{id};
        for (const auto& row : rows) word.add(row);
        return word.text() == said;
    };
    auto by = params.get<std::string>("by");
    auto actor = context.actor;
    auto request = context.request;
    const auto ended =
        co_await context.services.reconciler.replace(id, std::move(by), std::move(actor), std::move(request), std::move(as_shown));
    if (!ended && ended.error().code == "confirmation_outdated") {
        auto shown = co_await before_replacing(context, id);
        co_return refuse(base::fail(base::Fault::conflict, "That word belongs to another list: what is on record changed; look at this one",
                                    "confirmation_outdated"),
                         std::move(shown));
    }
    if (!ended) co_return ended.error();
    json::array rows;
    for (const auto& one : ended->residuals) {
        const auto* door = context.services.directory.door(one.door);
        const auto* workspace = context.services.directory.workspace(one.workspace);
        rows.push_back(json::object{{"person", one.person},
                                    {"workspace", workspace == nullptr ? std::string{} : workspace->row.key},
                                    {"door", door == nullptr ? json::value(nullptr) : json::value(name_of(context, *door))},
                                    {"since", to_json(one.since)}});
    }
    co_return ok("replacement", json::object{{"controller", key}, {"entries", ended->entries}, {"attested", std::move(rows)}});
}

Fields names_controller()
{
    return Fields{}.optional("controller_id", uuid()).optional("controller", text(key_name), {}, "Its key in the configuration file.");
}

} // namespace

std::vector<http::Endpoint> gatehouse_controller_endpoints()
{
    return {
        {Route{Policy::local_admin, "/gatehouse/controllers/adopt"}
             .takes(names_controller()
                        .optional("foreign", choice({"remove", "keep"}))
                        .optional("confirm", text(1, 64))
                        .optional("by", text(1, 100), {}, "Who gives the word, for the audit trail."))
             .exactly_one({"controller_id", "controller"})
             .needs("confirm", "foreign")
             .about("Entries found on a controller that Gatehouse did not write, and the operator's word on those that were shown."),
         adopt},
        {Route{Policy::local_admin, "/gatehouse/controllers/replace"}
             .takes(names_controller()
                        .required("by", text(1, 100), "Who attests that the old unit is out of use.")
                        .optional("confirm", text(1, 64)))
             .exactly_one({"controller_id", "controller"})
             .about("The controller was exchanged for another unit. Residual access on the old one ends as attested, and the new one is at "
                    "first contact. Without the word of what ends, that is shown and nothing is done."),
         replace},
    };
}

} // namespace gatehouse::http
