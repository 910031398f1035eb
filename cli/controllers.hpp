#pragma once

#include "show.hpp"

namespace gatehouse::cli {

/// What was asked about a controller's entries of nobody.
struct Adoption {
    std::string controller;
    std::string word; ///< remove or keep; empty: the list alone
};

/// Prints the entries and how to have something done with them, or what was done.
Exit show_adoption(const Answer& answer, const Adoption& asked, std::ostream& out, std::ostream& complaints);

/// Prints what ended with a unit that was exchanged.
Exit show_replacement(const Answer& answer, const std::string& by, std::ostream& out, std::ostream& complaints);

} // namespace gatehouse::cli
