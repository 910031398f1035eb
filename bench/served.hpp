#pragma once

#include "child.hpp"
#include "floor.hpp"
#include "load.hpp"
#include "site.hpp"

#include <memory>

namespace gatehouse::bench {

/// Where the bench keeps its files, and how much it measures.
struct Plan {
    std::filesystem::path home = "build/bench";
    std::string daemon = GATEHOUSED;
    std::string preload; ///< a library laid under every server
    int runs = 5;
    Seconds window{1.5};
    std::size_t large = 100'000; ///< users of the large site
};

/// A server on the measured core that has answered once.
struct Served {
    Target at;
    std::unique_ptr<Child> child;
    double first_answer_ms = 0; ///< from before the fork to the last byte of the answer
    std::string answer;         ///< its body
};

/// The daemon as it is installed, on a site. `first` is asked until it is answered.
Served start_gateway(const Plan& plan, const Site& site, const Size& size, const std::string& first);

/// A floor, likewise. Its port is chosen here.
Served start_floor(const Plan& plan, Floor floor, const std::string& first);

/// Requests as an SDK sends them.
std::string post(const std::string& path, const std::string& key, const std::string& body);
std::string health();
Requests reads(const Site& site, std::size_t count);
Requests writes(const Site& site, std::size_t count);

} // namespace gatehouse::bench
