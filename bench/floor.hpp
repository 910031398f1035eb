#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace gatehouse::bench {

/// What a floor is: the least that answers the same requests.
struct Floor {
    std::uint16_t port = 0;
    std::size_t answer = 64; ///< bytes of each answer's body
    std::string journal;     ///< SQLite file each request is written to before it is answered; empty: none
    bool one_by_one = false; ///< a commit for each request, instead of one for all that wait
    std::string model;       ///< a gateway's database to read into flat arrays before anything is answered; empty: none
};

/// Serves until it is ended.
int run_floor(const Floor& floor);

/// Calls `done` when what `body` asks for is on stable storage.
using Keep = std::function<void(const std::string& body, std::function<void()> done)>;

} // namespace gatehouse::bench
