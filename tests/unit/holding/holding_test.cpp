#include "holding.hpp"
#include "unit/ledger/desk.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace gatehouse::tests {
namespace {

namespace fs = std::filesystem;

/// A controller that is attached and has room for two, and a driver whose program does not say what devices can hold.
struct UnsaidCapabilities : testing::Test {
    UnsaidCapabilities()
    {
        desk.apply(small_site());
        const auto& row = device();
        serving.driver = desk.directory.line(row.line)->driver;
        serving.profile = row.profile;
        serving.address = row.address;
        serving.capabilities.stores_credentials = serving.capabilities.any_door_subset = true;
        serving.capabilities.capacity = 2;
        options.drivers = directory.path();
        const auto program = fs::path{directory.path()} / ("gatehouse-driver-" + serving.driver);
        std::ofstream{program} << "#!/bin/sh\nexit 2\n";
        fs::permissions(program, fs::perms::owner_all);
    }
    const model::Device& device() const { return desk.directory.devices().begin()->second.row; }
    /// How many doors a plan has to look at that touches the first: all of the controller when its room is known.
    std::size_t looked_at(std::string address)
    {
        auto row = device();
        row.address = std::move(address);
        desk.apply({model::put(row)});
        std::set<model::DoorId> doors{id<model::DoorId>(first_door)};
        Holding{options, {{row.id, serving}}, {}}.widen(desk.directory, doors);
        return doors.size();
    }

    TempDirectory directory;
    Desk desk{directory.path()};
    Options options;
    Serving serving;
};

/// Else what it loses would be taken away without a word.
TEST_F(UnsaidCapabilities, AreThoseThatItWasAttachedWithThoughItsAddressIsEdited)
{
    EXPECT_EQ(looked_at(serving.address), 2U);
    EXPECT_EQ(looked_at(R"({"reserved_slots":[1,2]})"), 2U);
    EXPECT_EQ(looked_at(R"({"topic":"elsewhere"})"), 2U);
}

TEST_F(UnsaidCapabilities, OfAnotherDriverAreNotKnown)
{
    serving.driver = "another";
    EXPECT_EQ(looked_at(R"({"reserved_slots":[1,2]})"), 1U);
}

} // namespace
} // namespace gatehouse::tests
