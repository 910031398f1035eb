#pragma once

#include "model/policy.hpp"

#include <algorithm>
#include <iterator>

namespace gatehouse::model {

// Several credentials may be meant by one question, and one answer is given: at a reader and to whoever asks why.

/// How far somebody got who is answered so.
int reach(Reason reason);

/// One of those that are meant, and how far it got.
struct Runner {
    const Workspace* workspace = nullptr;
    const CredentialNode* node = nullptr;
    int reach = 0;
};

/// Whether the credential's system has an entrance on the door: only then does its reason tell anything of the door.
bool at_home(const Runner& runner, const DoorNode& door);

/// Whether the left one's answer is given rather than the right one's: that of one that opens, else of one at home, else of the one that
/// got furthest; of equals the door owner's, then the oldest's.
bool comes_before(const DoorNode& door, const Runner& left, const Runner& right);

/// The one whose answer is given. There must be one.
template <class Runners>
auto& furthest(const DoorNode& door, Runners& runners)
{
    return *std::min_element(std::begin(runners), std::end(runners),
                             [&door](const Runner& left, const Runner& right) { return comes_before(door, left, right); });
}

} // namespace gatehouse::model
