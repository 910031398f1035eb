#include "sim/controller.hpp"

namespace gatehouse::sim {

namespace json = boost::json;

namespace {

std::string text(const json::object& object, std::string_view field)
{
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::optional<std::int64_t> epoch(const json::object& object, std::string_view field)
{
    const auto value = text(object, field);
    return value.empty() ? std::nullopt : std::optional{std::stoll(value)};
}

Row row_of(const json::object& step)
{
    Row row{.key = text(step, "key"), .kind = text(step, "key_kind"), .tag = text(step, "tag"), .ours = true};
    if (const auto* slot = step.if_contains("slot")) row.slot = slot->to_number<std::int64_t>();
    row.from = epoch(step, "from"), row.until = epoch(step, "until");
    for (const auto& door : step.at("doors").as_array()) row.doors |= std::uint64_t{1} << door.as_int64();
    return row;
}

} // namespace

json::object Traits::capabilities() const
{
    json::array kinds;
    if (uids) kinds.push_back("card_uid_hex");
    if (numbers) kinds.push_back("card_number");
    if (pins) kinds.push_back("pin");
    json::object object{{"stores_credentials", true},     {"credential_kinds", std::move(kinds)},
                        {"key_limit", key_limit},         {"capacity", static_cast<std::int64_t>(capacity)},
                        {"supports_validity", validity},  {"supports_readback", readable ? "list_counted" : "none"},
                        {"readback_s", readback.count()}, {"op_timeout_ms", op_timeout.count()}};
    if (!separable) object["door_grouping"] = "all";
    if (key_bits > 0) object["key_bits"] = key_bits;
    if (slots) {
        object["slot_based"] = true, object["slot_first"] = slot_first, object["readback_shows_secret"] = shows_codes;
        object["supports_readback"] = "one";
    }
    if (tells_clock) object["clock"] = "readable";
    if (pins) object["pin_length"] = {{"min", pin_min}, {"max", pin_max}};
    return object;
}

bool Traits::takes(const std::string& kind, const std::string& key) const
{
    if (kind == "pin") return pins && key.size() >= pin_min && key.size() <= pin_max;
    if (kind == "card_number") return numbers && (key_bits == 0 || std::stoull(key) >> key_bits == 0);
    return kind == "card_uid_hex" && uids && static_cast<std::int64_t>(key.size()) <= key_limit;
}

Row Traits::named(Row row) const
{
    if (row.kind == "card_number" && facility && !row.key.empty()) row.full = std::to_string(*facility * 65'536 + std::stoll(row.key));
    return row;
}

json::object Traits::shown(const Row& row) const
{
    auto object = row.json();
    if (!row.slot) return object;
    object.erase("doors"), object.erase("tag");
    if (!shows_codes) object.erase("key"), object.erase("key_kind"); // that there is one
    return object;
}

json::object Row::json() const
{
    json::array list;
    for (int output = 0; output < 63; ++output)
        if ((doors >> output & 1) != 0) list.push_back(output);
    json::object object{{"key", key}, {"key_kind", kind}, {"doors", std::move(list)}, {"state", state}};
    if (slot) object["slot"] = *slot;
    if (!tag.empty()) object["tag"] = tag;
    if (from) object["from"] = std::to_string(*from);
    if (until) object["until"] = std::to_string(*until);
    return object;
}

void Controller::spoil()
{
    spoilt = true;
    spoilt_version_ = version + 1;
    if (!traits.readable) unprovable = true;
}

void Controller::tell(const std::string& name)
{
    ++version;
    const auto found = rows.find(name);
    if (!told) return;
    if (found == rows.end()) return told(key + " loses " + name);
    told(key + " holds " + json::serialize(found->second.json()));
}

std::string Controller::carry_out(const json::object& step, bool late)
{
    Row named{.key = text(step, "key"), .kind = text(step, "key_kind")};
    if (const auto* slot = step.if_contains("slot")) named.slot = slot->to_number<std::int64_t>();
    const auto name = traits.named(std::move(named)).name();
    if (text(step, "op") == "drop") {
        if (rows.erase(name) == 0) return "acknowledged";
        if (late) spoil();
        tell(name);
        return "acknowledged";
    }
    auto row = traits.named(row_of(step));
    if (!traits.takes(row.kind, row.key) || traits.slots != row.slot.has_value()) return "refused";
    if (row.slot && !traits.has_slot(*row.slot)) return "refused";
    if (traits.capacity != 0 && !rows.contains(name) && rows.size() >= traits.capacity) return "full";
    if (traits.validity == "none") row.from = row.until = std::nullopt;
    row.unseen = row.slipped = late;
    const auto known = rows.find(name);
    if (known != rows.end() && known->second.same(row)) return "acknowledged";
    if (late) spoil();
    rows[name] = std::move(row);
    tell(name);
    return "acknowledged";
}

void Controller::power_fails(Memory memory, std::function<bool()> coin)
{
    if (memory == Memory::kept) return;
    spoil();
    const auto before = std::exchange(rows, {});
    if (memory == Memory::half) { // what was not yet in the flash is as it was before, here and there
        auto names = before;
        names.insert(flash_.begin(), flash_.end());
        for (const auto& [name, ignored] : names) {
            const bool fresh = coin();
            const auto& image = fresh ? before : flash_;
            const auto found = image.find(name);
            if (found == image.end()) continue;
            rows[name] = found->second;
            if (!fresh) rows[name].unseen = rows[name].slipped = true;
        }
    }
    for (const auto& [name, row] : before)
        if (!rows.contains(name)) tell(name);
    for (const auto& [name, row] : rows) tell(name);
    flush();
}

void Controller::hold(Row row)
{
    row = traits.named(std::move(row));
    const auto name = row.name();
    row.unseen = row.slipped = true;
    row.ours = false;
    spoil();
    rows[name] = std::move(row);
    tell(name);
}

void Controller::known()
{
    spoilt = spoilt_version_ > proof_version;
    for (auto& [name, row] : rows) {
        const auto seen = proof.find(name);
        const bool as_seen = seen != proof.end() && seen->second.same(row);
        if (as_seen) row.unseen = false;
        spoilt = spoilt || row.unseen;
    }
}

void Controller::shown_alone(const std::string& name, const std::optional<Row>& row)
{
    for (auto* table : {&shown, &proof}) {
        table->erase(name);
        if (row) table->emplace(name, *row);
    }
    const auto held = rows.find(name);
    if (row && held != rows.end() && held->second.same(*row)) held->second.unseen = false;
}

void Controller::lose(const std::string& name)
{
    spoil();
    if (rows.erase(name) != 0) tell(name);
}

} // namespace gatehouse::sim
