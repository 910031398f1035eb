#include "access/tokens.hpp"
#include "model/directory.hpp"

#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gatehouse::access {

namespace {

const model::WorkspaceId harbour{base::declared_uuid("site", "workspace", "harbour")};
const model::WorkspaceId brightline{base::declared_uuid("site", "workspace", "brightline")};

NewToken made(std::uint64_t seed, model::WorkspaceId workspace = harbour)
{
    base::SeededRandom random{seed};
    return make_token(random, workspace, "front desk", base::Instant{base::seconds{7}});
}

} // namespace

TEST(Tokens, AreSeamKeysOf256RandomBits)
{
    const auto token = made(1);
    ASSERT_EQ(token.key.size(), 5U + 64);
    EXPECT_EQ(token.key.substr(0, 5), "seam_");
    EXPECT_EQ(token.key.find_first_not_of("0123456789abcdef", 5), std::string::npos);
    EXPECT_EQ(token.row.name, "front desk");
    EXPECT_EQ(token.row.workspace, harbour);
    EXPECT_EQ(token.row.created_at, base::Instant{base::seconds{7}});
    std::set<std::string> keys;
    base::SystemRandom random;
    for (int at = 0; at < 100; ++at) keys.insert(make_token(random, harbour, "", {}).key);
    EXPECT_EQ(keys.size(), 100U);
}

TEST(Tokens, AreKeptAsADigestAlone)
{
    const auto token = made(1);
    EXPECT_EQ(token.row.digest, base::sha256(token.key));
    std::string kept;
    model::Token::fields(token.row, [&kept]<class Field>(std::string_view, const Field& field) {
        if constexpr (std::is_same_v<Field, std::string>) kept += field;
    });
    EXPECT_EQ(kept, "front desk");
    EXPECT_EQ(base::to_hex(token.row.digest).find(token.key.substr(5, 16)), std::string::npos);
}

TEST(Tokens, LeadToTheirOwnWorkspaceAndNoOther)
{
    model::Directory directory;
    for (const auto& id : {harbour, brightline}) ASSERT_TRUE(directory.apply(model::put(model::WorkspaceRow{.id = id})));
    const auto ours = made(1), theirs = made(2, brightline);
    ASSERT_TRUE(directory.apply(model::put(ours.row)));
    ASSERT_TRUE(directory.apply(model::put(theirs.row)));
    EXPECT_EQ(directory.token(digest_of_key(ours.key))->workspace, harbour);
    EXPECT_EQ(directory.token(digest_of_key(theirs.key))->workspace, brightline);
    for (const auto& key :
         {std::string{}, std::string{"seam_"}, ours.key + "0", ours.key.substr(0, 68), ours.key.substr(5), "Seam" + ours.key.substr(4)})
        EXPECT_EQ(directory.token(digest_of_key(key)), nullptr) << key;
    auto wrong = ours.key;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    EXPECT_EQ(directory.token(digest_of_key(wrong)), nullptr);
}

} // namespace gatehouse::access
