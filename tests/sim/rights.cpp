#include "sim/rights.hpp"

#include <algorithm>
#include <cstdio>

namespace gatehouse::sim {

using namespace std::chrono;

namespace {

constexpr auto far = hours{24 * 12}; // hours are looked at so far ahead; no lease of a run is longer

Instant begin_of(const std::optional<Instant>& starts_at)
{
    return starts_at.value_or(base::no_start);
}

Instant end_of(const std::optional<Instant>& ends_at)
{
    return ends_at.value_or(base::no_end);
}

/// Whether there is anything a reader could be shown.
bool can_be_shown(const model::Credential& credential)
{
    if (credential.method == model::AccessMethod::code) return credential.code.has_value();
    return credential.method == model::AccessMethod::card && (credential.card_uid || credential.card_number);
}

/// The number on a card, its facility included.
std::optional<std::int64_t> number_of(const model::Credential& card)
{
    if (card.method != model::AccessMethod::card || !card.card_number || !card.facility_code) return std::nullopt;
    return *card.facility_code * 65'536 + std::stoll(std::string{*card.card_number});
}

/// Keys by which a controller may know the credential.
std::vector<std::string> keys_of(const model::Credential& credential)
{
    std::vector<std::string> keys;
    if (credential.method == model::AccessMethod::code && credential.code) keys.push_back("pin:" + std::string{*credential.code});
    if (credential.method == model::AccessMethod::card && credential.card_uid)
        keys.push_back("card_uid_hex:" + std::string{*credential.card_uid});
    if (const auto number = number_of(credential)) keys.push_back("card_number:" + std::to_string(*number));
    return keys;
}

bool codes_open(const std::string& mode)
{
    return mode == "pin" || mode == "card_or_pin";
}

} // namespace

std::optional<std::string> Form::key_for(const model::Credential& credential) const
{
    if (credential.method == model::AccessMethod::code) {
        const auto length = credential.code ? credential.code->size() : 0;
        if (!pins || length < pin_min || length > pin_max) return std::nullopt;
        return "pin:" + std::string{*credential.code};
    }
    const auto number = number_of(credential);
    const bool uid_is_held = uids && credential.card_uid && credential.card_uid->size() <= key_limit;
    bool by_uid = card_as == "uid";
    if (card_as.empty()) by_uid = uids && (credential.card_uid || !numbers || !number);
    if (by_uid) return uid_is_held ? std::optional{"card_uid_hex:" + std::string{*credential.card_uid}} : std::nullopt;
    if (!numbers || !number || (facility && *credential.facility_code != *facility)) return std::nullopt;
    const auto held = facility ? *number % 65'536 : *number;
    if (key_bits != 0 && held >> key_bits != 0) return std::nullopt;
    return "card_number:" + std::to_string(*number);
}

bool Rights::Hours::open(Instant at) const
{
    if (at == base::no_start) return false; // no clock ever showed it
    // What a clock on the wall shows, and how far it had come before it was set back last.
    const auto offset = zone.at(at);
    const auto shows = offset.local(at);
    auto shown = shows;
    if (offset.from > at - days{1}) shown = zone.at(offset.from - milliseconds{1}).local(offset.from);
    const auto has_come = [&shows, &shown](auto time) { return time <= shows || time < shown; };
    const auto today = floor<days>(shows);
    for (auto day = today - days{1}; day <= today + days{1}; day += days{1}) {
        if (closed.contains(day)) continue;
        for (const auto& [from, until] : week[weekday{day}.iso_encoding() - 1])
            if (has_come(day + minutes{from}) && !has_come(day + minutes{until})) return true;
    }
    return false;
}

Rights::Rights(const model::Books& books, const Forms& forms) : forms_{forms}
{
    read_hours(books);
    read_modes(books);
    for (const auto& [key, claim] : books.all<model::PinClaim>()) claims_[{claim.door, claim.pin}] = claim.credential;
    for (const auto& [key, door] : books.all<model::Door>()) outputs_[door.device] |= std::uint64_t{1} << door.output;
    for (const auto& [key, credential] : books.all<model::Credential>()) {
        if (!credential.user || !can_be_shown(credential)) continue;
        const auto* user = books.find<model::User>(*credential.user);
        if (user == nullptr) continue;
        const auto* person = user->identity ? books.find<model::Identity>(*user->identity) : nullptr;
        find_ways(books,
                  {credential, *user, std::max(begin_of(user->starts_at), begin_of(credential.starts_at)),
                   std::min(end_of(user->ends_at), end_of(credential.ends_at)), user->suspended || (person != nullptr && person->frozen)});
    }
}

/// A door has the mode of its owner's entrance; of several, of the one with the lowest id.
void Rights::read_modes(const model::Books& books)
{
    std::map<model::DoorId, model::EntranceId> lowest;
    for (const auto& [key, door] : books.all<model::Door>()) modes_[door.id] = "card";
    for (const auto& [key, entrance] : books.all<model::Entrance>()) {
        if (books.find<model::Door>(entrance.door)->owner != entrance.workspace) continue;
        const auto known = lowest.try_emplace(entrance.door, entrance.id).first;
        if (entrance.id < known->second) known->second = entrance.id;
        if (known->second == entrance.id) modes_[entrance.door] = entrance.mode;
    }
}

void Rights::read_hours(const model::Books& books)
{
    for (const auto& [key, row] : books.all<model::Hours>()) {
        auto& hours = hours_[row.key];
        hours.zone = *base::Zone::named(row.zone);
        int day = 0, from = 0, until = 0;
        for (const char* at = row.week.c_str(); *at != '\0';) {
            int taken = 0;
            if (std::sscanf(at, "%d-%d%n", &from, &until, &taken) == 2) hours.week[day].emplace_back(from, until);
            at += taken;
            day += *at == ';' ? 1 : 0;
            at += *at != '\0' ? 1 : 0;
        }
        int y = 0;
        unsigned m = 0, d = 0;
        for (std::size_t at = 0; std::sscanf(row.closed_on.c_str() + at, "%d-%u-%u", &y, &m, &d) == 3; at += 11) {
            hours.closed.insert(local_days{year{y} / month{m} / std::chrono::day{d}});
            if (at + 11 > row.closed_on.size()) break;
        }
    }
}

/// Whether the credential opens the door by itself, for which a code has to be its alone there.
bool Rights::own_there(const Owner& owner, const model::DoorId& door)
{
    const auto& credential = owner.credential;
    const auto& mode = modes_.at(door);
    if (credential.method == model::AccessMethod::card) return mode != "pin";
    if (!codes_open(mode)) return false;
    const DoorCode here{door, *credential.code};
    auto& askers = askers_[here];
    const bool known =
        std::any_of(askers.begin(), askers.end(), [&credential](const auto& asker) { return asker.credential == credential.id; });
    if (!known) askers.push_back({credential.id, credential.created_at, owner.until});
    const auto claim = claims_.find(here);
    return claim != claims_.end() && claim->second == credential.id;
}

void Rights::add(const model::Books& books, const Owner& owner, const model::DoorId& door_id, Instant from, Instant until,
                 const Hours* hours, bool leaseless)
{
    if (!own_there(owner, door_id) || owner.stopped) return;
    const auto& door = *books.find<model::Door>(door_id);
    Way way{owner.credential.id,
            door.id,
            std::uint64_t{1} << door.output,
            std::max(from, owner.from),
            std::min(until, owner.until),
            hours,
            leaseless};
    of_credential_[owner.credential.id].push_back(way);
    if (modes_.at(door_id) == "card_and_pin") return; // no controller asks for both
    const auto serving = forms_.at(door.device).key_for(owner.credential);
    for (const auto& key : keys_of(owner.credential)) {
        way.served = key == serving;
        ways_[door.device][key].push_back(way);
        keys_[door.device].insert(key);
    }
}

void Rights::find_ways(const model::Books& books, const Owner& owner)
{
    const auto& credential = owner.credential;
    if (credential.list == model::ListState::emptied) return;
    for (const auto& [key, entrance] : books.all<model::Entrance>()) {
        if (entrance.workspace != credential.workspace) continue;
        if (credential.list == model::ListState::listed) {
            if (books.all<model::CredentialEntrance>().contains(to_string(credential.id) + "/" + to_string(entrance.id) + "/"))
                add(books, owner, entrance.door, base::no_start, base::no_end, nullptr, false);
            continue;
        }
        if (books.all<model::DirectGrant>().contains(to_string(owner.user.id) + "/" + to_string(entrance.id) + "/"))
            add(books, owner, entrance.door, base::no_start, base::no_end, nullptr, false);
        by_groups(books, owner, entrance);
    }
    for (const auto& [key, listed] : books.all<model::CredentialDoor>()) {
        if (credential.list != model::ListState::listed || listed.credential != credential.id) continue;
        if (books.find<model::Door>(listed.door)->owner == credential.workspace)
            add(books, owner, listed.door, base::no_start, base::no_end, nullptr, false);
    }
    if (credential.list != model::ListState::follows_user || !owner.user.identity) return;
    for (const auto& [key, grant] : books.all<model::DeviceGrant>()) {
        if (grant.identity != *owner.user.identity || books.find<model::Door>(grant.door)->owner != credential.workspace) continue;
        add(books, owner, grant.door, base::no_start, base::no_end, nullptr, false);
    }
}

void Rights::by_groups(const model::Books& books, const Owner& owner, const model::Entrance& entrance)
{
    for (const auto& [key, path] : books.all<model::GroupEntrance>()) {
        if (path.entrance != entrance.id) continue;
        if (!books.all<model::Membership>().contains(to_string(owner.user.id) + "/" + to_string(path.group) + "/")) continue;
        const auto& group = *books.find<model::Group>(path.group);
        const auto found = hours_.find(path.hours);
        const auto* hours = path.hours == "always" ? nullptr : found == hours_.end() ? &never_ : &found->second;
        add(books, owner, entrance.door, begin_of(group.starts_at), end_of(group.ends_at), hours, group.lease_none);
    }
}

bool Rights::open(const model::CredentialId& credential, const model::DoorId& door, base::Now now) const
{
    const auto found = of_credential_.find(credential);
    if (found == of_credential_.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(),
                       [&door, &now](const Way& way) { return way.door == door && way.sure(now); });
}

bool Rights::surely(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, base::Now now, Instant until) const
{
    const auto fits = [&now](const Way& way) { return way.served && way.sure(now); };
    return all_through(device, key, outputs, now.instant, std::max(until, now.instant + milliseconds{1}), fits);
}

std::uint64_t Rights::open(const model::DeviceId& device, const std::string& key, Instant at) const
{
    std::uint64_t outputs = 0;
    const auto here = ways_.find(device);
    const auto found = here == ways_.end() ? decltype(here->second.end()){} : here->second.find(key);
    if (here == ways_.end() || found == here->second.end()) return 0;
    for (const auto& way : found->second)
        if (way.open(at)) outputs |= way.output;
    return outputs;
}

std::uint64_t Rights::served(const model::DeviceId& device, const std::string& key, Instant at) const
{
    std::uint64_t outputs = 0;
    const auto here = ways_.find(device);
    if (here == ways_.end() || !here->second.contains(key)) return 0;
    for (const auto& way : here->second.at(key))
        if (way.served && way.open(at)) outputs |= way.output;
    return outputs;
}

std::set<Instant> Rights::edges(const model::DeviceId& device, const std::string& key, Instant from, Instant until) const
{
    std::set<Instant> found;
    const auto here = ways_.find(device);
    if (here == ways_.end() || !here->second.contains(key)) return found;
    const auto last = until - from > far ? from + far : until;
    const auto add_edge = [&](Instant at) {
        if (from <= at && at < until) found.insert(at);
    };
    for (const auto& way : here->second.at(key)) {
        add_edge(way.from), add_edge(way.until);
        if (way.hours == nullptr) continue;
        const auto& zone = way.hours->zone;
        add_edge(zone.at(from).until);
        for (const auto ahead : {zone.at(from).ahead, zone.at(last).ahead}) // the clocks change once in that time at most
            for (auto day = floor<days>(from + ahead) - days{1}; day <= last + ahead; day += days{1}) {
                add_edge(Instant{day - ahead});
                for (const auto& [begins, ends] : way.hours->week[weekday{day}.iso_encoding() - 1])
                    add_edge(Instant{day + minutes{begins} - ahead}), add_edge(Instant{day + minutes{ends} - ahead});
            }
    }
    return found;
}

template <class Fits>
bool Rights::all_through(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, Instant from, Instant until,
                         Fits fits) const
{
    const auto here = ways_.find(device);
    if (here == ways_.end() || !here->second.contains(key)) return outputs == 0;
    auto instants = edges(device, key, from, until);
    if (from < until) instants.insert(from);
    for (const auto at : instants) {
        std::uint64_t held = 0;
        for (const auto& way : here->second.at(key))
            if (fits(way) && way.open(at)) held |= way.output;
        if ((outputs & ~held) != 0) return false;
    }
    return true;
}

bool Rights::open_all(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, Instant from, Instant until) const
{
    return all_through(device, key, outputs, from, until, [](const Way& way) { return way.served; });
}

bool Rights::leaseless(const model::DeviceId& device, const std::string& key, std::uint64_t outputs, Instant from, Instant until) const
{
    return all_through(device, key, outputs, from, until, [](const Way& way) { return way.served && way.leaseless; });
}

std::size_t Rights::credentials(const model::DeviceId& device, const std::string& key) const
{
    std::set<model::CredentialId> found;
    const auto here = ways_.find(device);
    if (here == ways_.end() || !here->second.contains(key)) return 0;
    for (const auto& way : here->second.at(key)) found.insert(way.credential);
    return found.size();
}

std::optional<model::CredentialId> Rights::holder(const model::DeviceId& device, const std::string& key) const
{
    const auto here = ways_.find(device);
    if (here == ways_.end() || !here->second.contains(key)) return std::nullopt;
    return here->second.at(key).front().credential;
}

const std::set<std::string>& Rights::keys(const model::DeviceId& device) const
{
    static const std::set<std::string> none;
    const auto found = keys_.find(device);
    return found == keys_.end() ? none : found->second;
}

std::uint64_t Rights::outputs(const model::DeviceId& device) const
{
    const auto found = outputs_.find(device);
    return found == outputs_.end() ? 0 : found->second;
}

} // namespace gatehouse::sim
