#pragma once

#include "books.hpp"
#include "model/directory.hpp"

namespace gatehouse::model {

/// Holds every row, link, counter, order and index of the directory against the books. Answers what differs, in words.
std::vector<std::string> differences(const Directory& directory, const Books& books);

/// Rows of the books whose parents are missing or that contradict them, in words.
std::vector<std::string> orphans(const Books& books);

} // namespace gatehouse::model
