#pragma once

#include "site/names.hpp"

namespace gatehouse::site {

/// A field of the file that gets another value; empty: it has none.
struct Edit {
    std::string field, before, after;
    friend bool operator==(const Edit&, const Edit&) = default;
};

/// What differs between two rows of one thing, by the words of the file, but for its key and whether the file has it.
template <class Row>
std::vector<Edit> edits(const Row& before, const Row& after, const Names& names);

} // namespace gatehouse::site
