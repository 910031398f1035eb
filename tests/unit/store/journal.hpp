#pragma once

#include "store/columns.hpp"
#include "store/store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::tests {

/// A directory of its own under the system's temporary one, gone with everything in it at the end.
class TempDirectory {
public:
    TempDirectory()
    {
        auto name = (std::filesystem::temp_directory_path() / "gatehouse-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
    }
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    ~TempDirectory() { std::filesystem::remove_all(path_); }
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// A UUID made of one number, so that tests can name it.
base::Uuid uuid(std::uint64_t number);

template <class IdType>
IdType id(std::uint64_t number)
{
    return IdType{uuid(number)};
}

/// A row whose every field tells its own place, `seed` and whether optional fields are set.
template <class Row>
Row sample(std::int64_t seed, bool full = true);

/// A change of one identity, with one event about it.
model::Change change(model::ChangeNumber number, std::uint64_t identity, std::string name = "Ada Lind");
model::Identity identity(std::uint64_t number, model::ChangeNumber touched, const std::string& name = "Ada Lind");
model::Event event(std::uint64_t number, std::string type = "user_identity.created");

/// Everything a store holds now.
struct Contents {
    std::vector<model::Row> rows;
    std::vector<model::Placement> placements;
    std::vector<store::Damage> damages;
    store::Loaded loaded;
};
Contents contents(store::Store& store);
std::vector<model::Identity> identities(store::Store& store);

/// Opens, and fails the test with the reason when that does not work.
store::Store opened(const std::filesystem::path& directory, const store::Options& options = {});

/// Runs SQL on the file behind the store's back.
void damage(const std::filesystem::path& file, const std::string& sql);

namespace detail {

template <class T>
T value_of(std::int64_t number)
{
    if constexpr (store::is_optional<T>)
        return T{value_of<typename T::value_type>(number)};
    else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, model::Text>)
        return T{"text " + std::to_string(number) + " \xC3\xA6"};
    else if constexpr (std::is_same_v<T, std::vector<model::Holder>>) {
        const auto n = static_cast<std::uint64_t>(number);
        return {{id<model::WorkspaceId>(n), id<model::CredentialId>(n + 1), id<model::UserId>(n + 2), "name " + std::to_string(n), n},
                {id<model::WorkspaceId>(n + 3), id<model::CredentialId>(n + 4), std::nullopt, "\"\xC3\xA6\n", ~n,
                 id<model::IdentityId>(n + 5)}};
    } else if constexpr (std::is_same_v<T, bool>)
        return number % 2 == 0;
    else if constexpr (std::is_enum_v<T>)
        return static_cast<T>(number % store::values_of(T{}));
    else if constexpr (std::is_same_v<T, base::Instant>)
        return base::Instant{base::milliseconds{1'800'000'000'000 + number}};
    else if constexpr (std::is_same_v<T, std::uint64_t>)
        return 0xFFFF'FFFF'0000'0000ULL + static_cast<std::uint64_t>(number);
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return -number;
    else if constexpr (std::is_same_v<T, base::Digest>)
        return base::sha256(std::to_string(number));
    else
        return T{uuid(static_cast<std::uint64_t>(number))};
}

} // namespace detail

template <class Row>
Row sample(std::int64_t seed, bool full)
{
    Row row;
    std::int64_t at = seed * 100;
    Row::fields(row, [&at, full](std::string_view, auto& field) {
        using T = std::remove_cvref_t<decltype(field)>;
        ++at;
        if (full || !store::is_nullable<T>) field = detail::value_of<T>(at);
    });
    return row;
}

} // namespace gatehouse::tests
