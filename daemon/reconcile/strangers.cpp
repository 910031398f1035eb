#include "reconcile/strangers.hpp"

#include "base/hash.hpp"
#include "reconcile/lower.hpp"

#include <algorithm>
#include <iterator>

namespace gatehouse::reconcile {

namespace {

/// As versions before the first release put it down: the key alone, and of a slot what stood in it.
std::string earlier_mark_of(const devices::Entry& entry)
{
    auto name = key_of(entry);
    if (!name.starts_with("slot:")) return name;
    return name + "#" + std::to_string(base::xxhash(entry.key, static_cast<std::uint64_t>(entry.kind)));
}

} // namespace

std::string mark_of(const devices::Entry& entry)
{
    const auto time = [](const std::optional<std::int64_t>& at) { return at ? std::to_string(*at) : std::string{"-"}; };
    const auto what = entry.key + "|" + std::to_string(entry.doors) + "|" + time(entry.from) + "|" + time(entry.until);
    return key_of(entry) + "#" + std::to_string(base::xxhash(what, static_cast<std::uint64_t>(entry.kind)));
}

bool Strangers::renew(const std::vector<devices::Entry>& foreign)
{
    bool any = false;
    for (const auto& entry : foreign)
        if (kept_.erase(earlier_mark_of(entry)) != 0) any = kept_.insert(mark_of(entry)).second || any;
    return any;
}

bool Strangers::granted(const std::string& key)
{
    const auto first = kept_.lower_bound(key + "#");
    auto end = first;
    while (end != kept_.end() && end->starts_with(key + "#")) ++end;
    const bool any = first != end;
    kept_.erase(first, end);
    return any;
}

std::string to_text(const Word& word)
{
    std::string text = word.what == Foreign::remove ? "remove" : "keep";
    for (const auto& mark : word.marks) text += "\n" + mark;
    return text;
}

std::optional<Word> word_from(std::string_view text)
{
    Word word;
    const auto first = text.substr(0, text.find('\n'));
    if (first != "remove" && first != "keep") return std::nullopt;
    word.what = first == "remove" ? Foreign::remove : Foreign::keep;
    for (auto at = first.size(); at < text.size();) {
        const auto end = std::min(text.find('\n', at + 1), text.size());
        word.marks.emplace(text.substr(at + 1, end - at - 1));
        at = end;
    }
    return word;
}

void Strangers::saw(const std::vector<devices::Entry>& foreign, bool complete, base::Instant now)
{
    const auto before = complete ? std::exchange(all_, {}) : All{};
    for (const auto& entry : foreign) {
        const auto key = key_of(entry);
        const auto known = before.find(key);
        auto& stranger = all_.try_emplace(key, Stranger{entry, known == before.end() ? now : known->second.since}).first->second;
        stranger.entry = entry;
    }
}

bool Strangers::waiting() const
{
    return std::any_of(all_.begin(), all_.end(), [this](const auto& one) { return !kept(one.second.entry); });
}

std::size_t Strangers::named_in(const Word& word) const
{
    const auto named = [&word](const auto& one) { return word.marks.contains(mark_of(one.second.entry)); };
    return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), named));
}

Word Strangers::word(Foreign what) const
{
    Word word{what, {}};
    for (const auto& [key, stranger] : all_) word.marks.insert(mark_of(stranger.entry));
    return word;
}

std::set<std::string> Strangers::news(const std::vector<devices::Entry>& foreign, bool complete)
{
    std::set<std::string> keys, fresh;
    for (const auto& entry : foreign) keys.insert(key_of(entry));
    std::set_difference(keys.begin(), keys.end(), told_.begin(), told_.end(), std::inserter(fresh, fresh.end()));
    if (complete) told_.clear();
    told_.merge(keys);
    return fresh;
}

bool Strangers::stay(const std::vector<devices::Entry>& foreign)
{
    const bool stay = std::any_of(foreign.begin(), foreign.end(), [this](const auto& entry) { return removed_.contains(key_of(entry)); });
    removed_.clear();
    for (const auto& entry : foreign) removed_.insert(key_of(entry));
    return stay;
}

} // namespace gatehouse::reconcile
