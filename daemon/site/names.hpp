#pragma once

#include "model/directory.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::site {

/// Keys of declared things by their id: as the rows have them, else as they stand.
class Names {
public:
    Names(const model::Directory& directory, const std::vector<model::Mutation>& rows);

    /// Of one that is nowhere, its id.
    template <class Tag>
    std::string of(const model::Id<Tag>& id) const
    {
        return at(id.value);
    }

private:
    std::string at(const model::Uuid& id) const;

    std::map<model::Uuid, std::string> keys_;
};

} // namespace gatehouse::site
