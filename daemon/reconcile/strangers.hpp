#pragma once

#include "devices/wire.hpp"
#include "model/placement.hpp"
#include "reconcile/device_policy.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::reconcile {

/// What an entry of nobody goes by in the operator's word: its placement key, and a hash of what it opens with, which doors and from when
/// to when. One that changed is another entry.
std::string mark_of(const devices::Entry& entry);

/// The operator's word on entries of nobody: on those that were shown, and on no other.
struct Word {
    Foreign what = Foreign::keep; ///< keep or remove
    std::set<std::string> marks;
    friend bool operator==(const Word&, const Word&) = default;
};
/// As it outlives a restart: what, and a mark a line.
std::string to_text(const Word& word);
/// Nothing when it is none.
std::optional<Word> word_from(std::string_view text);

/// Entries of nobody on one device, by placement key: what was seen of them, and which of them the operator keeps. Core thread.
class Strangers {
public:
    struct Stranger {
        devices::Entry entry;
        base::Instant since; ///< when it was first seen
    };
    using All = std::map<std::string, Stranger>;

    /// Keeps what has the mark from here on. False when it was kept already.
    bool keep(std::string mark) { return kept_.insert(std::move(mark)).second; }
    /// False when it was not kept.
    bool give_up(const std::string& mark) { return kept_.erase(mark) != 0; }
    /// What an earlier version kept goes by what these show of it from here on. True when there was such an entry.
    bool renew(const std::vector<devices::Entry>& foreign);
    /// What is granted now is not kept by the operator's word any more, and will not be when the right ends. True when it had been kept.
    bool granted(const std::string& key);
    /// What has a record of the gateway's own is no stranger any more.
    void became_own(const std::string& key) { all_.erase(key); }
    bool kept(const devices::Entry& entry) const { return kept_.contains(mark_of(entry)); }
    const std::set<std::string>& kept() const { return kept_; }

    /// What a read showed. One that saw a part of the table says of the other part nothing.
    void saw(const std::vector<devices::Entry>& foreign, bool complete, base::Instant now);
    const All& all() const { return all_; }
    /// How many of them a word is about.
    std::size_t named_in(const Word& word) const;
    /// A word on all of them.
    Word word(Foreign what) const;
    /// Whether one of them is not kept.
    bool waiting() const;
    /// Those of these that were not reported before, by key; they are from here on.
    std::set<std::string> news(const std::vector<devices::Entry>& foreign, bool complete);
    /// Whether one of these was to be removed before. From here on they are to be removed.
    bool stay(const std::vector<devices::Entry>& foreign);
    void none_to_remove() { removed_.clear(); }

private:
    All all_;
    std::set<std::string> kept_, told_, removed_;
};

} // namespace gatehouse::reconcile
