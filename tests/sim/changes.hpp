#pragma once

#include "sim/site.hpp"

namespace gatehouse::sim {

/// Changes that people make, one at a time, drawn from the rows there are. Some are refused, as some of people's are.
class Changes {
public:
    Changes(Dice& dice, Site& site) : dice_{dice}, site_{site} {}

    std::vector<model::Mutation> next(const model::Books& books, base::Instant now);
    /// What the configuration may change at a start.
    std::vector<model::Mutation> configured(const model::Books& books, base::Instant now);

private:
    std::vector<model::Mutation> grant(const model::Books& books);
    std::vector<model::Mutation> revoke(const model::Books& books);
    std::vector<model::Mutation> revoke_all(const model::Books& books);
    std::vector<model::Mutation> person(const model::Books& books, base::Instant now);
    std::vector<model::Mutation> remove_person(const model::Books& books);
    std::vector<model::Mutation> card(const model::Books& books, base::Instant now);
    std::vector<model::Mutation> list(const model::Books& books);
    std::vector<model::Mutation> group(const model::Books& books, base::Instant now);
    std::vector<model::Mutation> path(const model::Books& books);
    std::vector<model::Mutation> share(const model::Books& books);

    Dice& dice_;
    Site& site_;
};

} // namespace gatehouse::sim
