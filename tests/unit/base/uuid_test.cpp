#include "base/uuid.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gatehouse::base {

TEST(Uuids, AreReadInEitherCaseAndWrittenInLowerCase)
{
    const auto read = parse_uuid("1B4EE92A-0a83-4ADE-9381-2be7bf562639");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->data[0], 0x1B);
    EXPECT_EQ(read->data[15], 0x39);
    EXPECT_EQ(to_string(*read), "1b4ee92a-0a83-4ade-9381-2be7bf562639");
    EXPECT_EQ(to_string(Uuid{}), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuids, HaveNoOtherForm)
{
    for (const auto* text :
         {"", "1b4ee92a0a834ade93812be7bf562639", "{1b4ee92a-0a83-4ade-9381-2be7bf562639}", "1b4ee92a-0a83-4ade-9381-2be7bf56263",
          "1b4ee92a-0a83-4ade-9381-2be7bf5626390", "1b4ee92a-0a83-4ade-9381-2be7bf56263g", "1b4ee92a-0a83-4ade-93812-be7bf562639",
          "1b4ee92a-0a83-4ade-9381-2be7bf56-639", " b4ee92a-0a83-4ade-9381-2be7bf562639", "1b4ee92a_0a83_4ade_9381_2be7bf562639"}) {
        const auto read = parse_uuid(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().fault, Fault::invalid);
    }
}

TEST(Uuids, OfDeclaredThingsAreVersion5OfOwnerKindAndKey)
{
    // Computed apart from this code: uuid.uuid5(uuid.UUID("1b4ee92a-…"), "harbour-house/workspace/harbour") in Python.
    EXPECT_EQ(to_string(declared_uuid("harbour-house", "workspace", "harbour")), "70f6b03c-8fcd-5ba1-80d5-f4a90e212935");
    EXPECT_EQ(to_string(declared_uuid("harbour", "entrance", "lobby")), "2b6db52e-3e8d-505c-a03d-998e7dbd880b");
    EXPECT_EQ(to_string(declared_uuid("harbour", "connected_account", "harbour")), "74f87811-66aa-5de4-b879-6572901eb230");
}

TEST(Uuids, OfChanceAreVersion4AndDiffer)
{
    SystemRandom random;
    std::set<Uuid> made;
    for (int at = 0; at < 1000; ++at) {
        const auto uuid = random_uuid(random);
        ASSERT_EQ(uuid.data[6] >> 4, 4);
        ASSERT_EQ(uuid.data[8] >> 6, 0b10);
        made.insert(uuid);
    }
    EXPECT_EQ(made.size(), 1000U);
}

TEST(Uuids, UseAllTheirOtherBits)
{
    SeededRandom random{1};
    Uuid ones{}, zeros{};
    for (int at = 0; at < 200; ++at) {
        const auto uuid = random_uuid(random);
        for (std::size_t byte = 0; byte < 16; ++byte)
            ones.data[byte] |= uuid.data[byte], zeros.data[byte] = static_cast<std::uint8_t>(zeros.data[byte] | ~uuid.data[byte]);
    }
    for (std::size_t byte = 0; byte < 16; ++byte) {
        EXPECT_EQ(ones.data[byte], byte == 6 ? 0x4F : byte == 8 ? 0xBF : 0xFF) << byte;
        EXPECT_EQ(zeros.data[byte], byte == 6 ? 0xBF : byte == 8 ? 0x7F : 0xFF) << byte;
    }
}

TEST(UuidHashes, TellDeclaredIdsApartInTheirHighAndLowBits)
{
    std::set<std::size_t> hashes, high, low;
    for (int at = 0; at < 10'000; ++at) {
        const auto hash = UuidHash{}(declared_uuid("harbour", "entrance", "e" + std::to_string(at)));
        hashes.insert(hash), high.insert(hash >> 56), low.insert(hash & 0xFF);
    }
    EXPECT_EQ(hashes.size(), 10'000U);
    EXPECT_EQ(high.size(), 256U);
    EXPECT_EQ(low.size(), 256U);
}

} // namespace gatehouse::base
