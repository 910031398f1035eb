#pragma once

#include "base/clock.hpp"
#include "model/placement.hpp"

#include <map>
#include <string>

namespace gatehouse::reconcile {

/// What reads of one device last showed to be gone: a read may have been wrong, and then somebody is let in by such an entry. The last 64
/// are known. Core thread.
class ProvenGone {
public:
    /// Of a slot there is nothing to remember: another's entry may stand there by now.
    void remember(const model::Placement& placement, base::Monotonic now);
    /// As it was on record; null when it is not known, or never was there.
    const model::Placement* find(const std::string& key) const;
    /// It let somebody in: for a minute no read proves it gone again.
    void let_in(const std::string& key, base::Monotonic now);
    bool doubted(const std::string& key, base::Monotonic now) const;
    void clear() { gone_.clear(); }

private:
    struct Gone {
        model::Placement placement;
        base::Monotonic at, doubted_until;
    };
    std::map<std::string, Gone> gone_;
};

} // namespace gatehouse::reconcile
