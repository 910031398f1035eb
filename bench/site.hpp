#pragma once

#include "model/change.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::bench {

/// How many of everything a site has.
struct Size {
    std::size_t users = 1'000;
    std::size_t credentials_each = 2;
    std::size_t groups_each = 10; ///< each membership is a grant
    std::size_t groups = 200;
    std::size_t codes_every = 0; ///< so many people share one who has a PIN besides; 0: nobody has
    std::size_t rows() const { return users * (2 + credentials_each + groups_each); }
};

/// A state directory with people in it, and the configuration that goes with it. The same size gives the same ids and the same key.
struct Site {
    std::filesystem::path folder; ///< holds state/, run/, drivers/ and gatehouse.yaml
    std::string key;              ///< of the API
    std::vector<model::UserId> users;

    std::filesystem::path state() const { return folder / "state"; }
    std::filesystem::path database() const { return state() / "gatehouse.db"; }
};

/// Makes the site below `home`, or takes the one that was made there before. Throws when it cannot.
Site make_site(const std::filesystem::path& home, const Size& size);

/// Writes the configuration anew, so that the daemon listens on that port.
void listen_on(const Site& site, const Size& size, std::uint16_t port);

/// The same for the text alone.
std::string configuration(const Size& size, std::uint16_t port);

/// The rows of the people of a site, user by user, and the token that lets the bench in.
class People {
public:
    People(const Size& size, const std::vector<model::Row>& declared);
    model::UserId user_id(std::size_t number) const;
    /// The rows of one user in the order of the journal.
    std::vector<model::Row> rows_of(std::size_t number) const;
    const std::string& key() const { return key_; }
    const model::Row& token() const { return token_; }

private:
    Size size_;
    model::WorkspaceId workspace_;
    model::SystemId system_;
    std::vector<model::GroupId> groups_;
    std::string key_;
    model::Row token_;
};

} // namespace gatehouse::bench
