#pragma once

#include "model/directory.hpp"

namespace gatehouse::model {

/// Whether the rows, applied to the directory as it stands, give nobody anything and take something from somebody, or put down how
/// something ended. What is not known to be so is not: of rows put, only a user or credential that becomes narrower, and an attempt that
/// ends. Narrower are a suspension, a window within the window, a user without its identity, a credential without its user or with an
/// emptied list; names may change along with that. Every erasure counts as taking away. Pure.
bool only_takes_away(const Directory& directory, const std::vector<Mutation>& rows);

} // namespace gatehouse::model
