#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace gatehouse::base {

TEST(Sha256, GivesThePublishedDigests)
{
    // FIPS 180-4, examples of NIST's Cryptographic Standards and Guidelines.
    EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, OfTwoPartsIsThatOfTheirSum)
{
    const std::string text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const auto parts = sha256(bytes_of(std::string_view{text}.substr(0, cut)), bytes_of(std::string_view{text}.substr(cut)));
        EXPECT_EQ(parts, sha256(text)) << cut;
    }
}

TEST(Sha256, MayBeComputedByManyThreadsAtOnce)
{
    const auto expected = sha256("abc");
    std::vector<std::thread> threads;
    std::array<int, 4> wrong{};
    for (auto& count : wrong)
        threads.emplace_back([&count, &expected] {
            for (int at = 0; at < 1000; ++at)
                if (sha256("abc") != expected || sha256(std::to_string(at)) == expected) ++count;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

TEST(XxHash, GivesThePublishedValues)
{
    // XXH64 of the reference implementation.
    EXPECT_EQ(xxhash(""), 0xEF46DB3751D8E999ULL);
    EXPECT_EQ(xxhash("a"), 0xD24EC4F1A98C6E5BULL);
    EXPECT_EQ(xxhash("abc"), 0x44BC2CF5AD770999ULL);
    EXPECT_EQ(xxhash(bytes_of("abc")), 0x44BC2CF5AD770999ULL);
    EXPECT_NE(xxhash("abc", 1), xxhash("abc"));
}

TEST(Comparing, InConstantTimeTellsEqualFromUnequal)
{
    EXPECT_TRUE(equal_in_constant_time(bytes_of("seam_1"), bytes_of("seam_1")));
    EXPECT_TRUE(equal_in_constant_time({}, {}));
    EXPECT_FALSE(equal_in_constant_time(bytes_of("seam_1"), bytes_of("seam_2")));
    EXPECT_FALSE(equal_in_constant_time(bytes_of("xeam_1"), bytes_of("seam_1")));
    EXPECT_FALSE(equal_in_constant_time(bytes_of("seam_1"), bytes_of("seam_")));
    EXPECT_FALSE(equal_in_constant_time({}, bytes_of("s")));
}

TEST(Hexadecimal, IsLowerCaseWithTwoDigitsAByte)
{
    constexpr std::array bytes{std::byte{0x00}, std::byte{0x0F}, std::byte{0xA0}, std::byte{0xFF}};
    EXPECT_EQ(to_hex(bytes), "000fa0ff");
    EXPECT_EQ(to_hex({}), "");
}

} // namespace gatehouse::base
