#pragma once

#include "devices/wire.hpp"
#include "model/placement.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::reconcile {

/// Entries of nobody on one device, by placement key: what was seen of them, and which of them the operator keeps. Core thread.
class Strangers {
public:
    struct Stranger {
        devices::Entry entry;
        base::Instant since; ///< when it was first seen
    };
    using All = std::map<std::string, Stranger>;

    /// Keeps the key from here on. False when it was kept already.
    bool keep(std::string key) { return kept_.insert(std::move(key)).second; }
    /// What is granted now is not kept by the operator's word any more, and will not be when the right ends. True when it had been kept.
    bool granted(const std::string& key) { return kept_.erase(key) != 0; }
    /// What has a record of the gateway's own is no stranger any more.
    void became_own(const std::string& key) { all_.erase(key); }
    bool kept(const std::string& key) const { return kept_.contains(key); }
    const std::set<std::string>& kept() const { return kept_; }

    /// What a read showed. One that saw a part of the table says of the other part nothing.
    void saw(const std::vector<devices::Entry>& foreign, bool complete, base::Instant now);
    const All& all() const { return all_; }
    /// Whether one of them is not kept.
    bool waiting() const;
    /// How many of these were not reported before; they are from here on.
    std::size_t news(const std::vector<devices::Entry>& foreign, bool complete);
    /// Whether one of these was to be removed before. From here on they are to be removed.
    bool stay(const std::vector<devices::Entry>& foreign);
    void none_to_remove() { removed_.clear(); }

private:
    All all_;
    std::set<std::string> kept_, told_, removed_;
};

} // namespace gatehouse::reconcile
