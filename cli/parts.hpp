#pragma once

#include "show.hpp"

#include <vector>

namespace gatehouse::cli {

// Pieces of what the gateway said; what is missing or of another kind is empty.

std::string text(const boost::json::object& object, std::string_view member);
std::vector<boost::json::object> list(const boost::json::object& object, std::string_view member);
boost::json::object part(const boost::json::object& object, std::string_view member);
/// What an error answer carries along.
boost::json::object data_of(const Answer& answer);

/// As a column: at least one space follows.
std::string padded(std::string word, std::size_t width);

/// Nothing was done for want of the word that belongs to what is shown.
bool wants_word(const Answer& answer);
/// Any other error, for the operator.
Exit complain(const Answer& answer, std::ostream& complaints);

} // namespace gatehouse::cli
