// What ends with something that the file leaves out.

#include "site/retire.hpp"
#include "unit/site/house.hpp"

namespace gatehouse::site {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

namespace {

class Retire : public HarbourHouse {
public:
    Retire()
    {
        move_in("Bo", {"residents"});
        move_in("Finn", {});
        grant("Finn", "bikes");
        move_in("Ada", {});
        put(model::DeviceGrant{user("Ada").identity.value(), id<model::DoorId>("door", "bikes", "harbour-house"), harbour().row.id});
    }
    /// The file without the bike store: the entrance and the door become absent.
    void leave_out_bikes()
    {
        edit(", bikes: not-at-night}", "}");
        edit("          bikes:   {door: bikes, name: Bike store}\n", "");
        auto at = text_.find("  bikes:     {owner");
        text_.erase(at, text_.find('\n', at) + 1 - at);
        apply(plan().rows);
    }
    base::Result<Retirement> end(std::string kind, std::string key, bool goes = true)
    {
        return retire(directory_, {std::move(kind), std::move(key), std::nullopt}, [goes](const model::Device&) { return goes; }, {now_});
    }
    std::size_t doors() const { return directory_.doors().size(); }
};

} // namespace

TEST_F(Retire, EndsADoorWithWhatStandsOnItAndWhatPeopleHaveByIt)
{
    leave_out_bikes();
    const auto before = doors();
    const auto ended = end("door", "bikes");
    ASSERT_TRUE(ended) << ended.error().detail;
    EXPECT_THAT(words(ended->plan.steps),
                UnorderedElementsAre("erased entrance bikes", "erased door bikes", "erased direct_grant 1", "erased device_grant 1"));
    EXPECT_THAT(words(ended->plan.delta.losses), ElementsAre("Ada: Bike store (all)", "Finn: Bike store (all)"));
    EXPECT_THAT(left_behind(directory_, ended->plan.rows), ElementsAre(id<model::DeviceId>("device", "panel", "harbour-house")));
    apply(ended->plan.rows);
    EXPECT_EQ(doors(), before - 1);
    EXPECT_THAT(plan().rows, IsEmpty()) << "the file has no say in it";
}

TEST_F(Retire, OfWhatTheFileHasIsRefused)
{
    const auto ended = end("door", "bikes");
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, "still_in_file");
    EXPECT_THAT(ended.error().detail, testing::StartsWith("door \"bikes\" is in the configuration in use"));
}

TEST_F(Retire, OfSomethingOnWhichAThingOfTheFileStandsIsRefused)
{
    auto row = directory_.door(id<model::DoorId>("door", "bikes", "harbour-house"))->row;
    row.absent = true;
    put(row);
    const auto ended = end("door", "bikes");
    ASSERT_FALSE(ended);
    EXPECT_THAT(ended.error().detail, testing::StartsWith("entrance \"bikes\" is in the configuration in use"));
}

TEST_F(Retire, OfWhatNobodyKnowsIsNotFound)
{
    EXPECT_EQ(end("door", "nowhere").error().code, "door_not_found");
    EXPECT_EQ(end("entrance", "nowhere").error().code, "entrance_not_found");
}

TEST_F(Retire, OfAKeyThatTwoWorkspacesHaveAsksWhich)
{
    EXPECT_EQ(end("entrance", "lobby").error().fault, base::Fault::invalid);
    const Thing thing{"entrance", "lobby", "brightline"};
    const auto ended = retire(directory_, thing, [](const model::Device&) { return true; }, {now_});
    EXPECT_EQ(ended.error().code, "still_in_file") << "that one is found";
}

TEST_F(Retire, TakesAGroupFromItsMembers)
{
    edit("          residents:  {entrances: {lobby: always, stairs: always, bikes: not-at-night}}\n", "");
    apply(plan().rows);
    const auto ended = end("group", "residents");
    ASSERT_TRUE(ended) << ended.error().detail;
    EXPECT_THAT(words(ended->plan.delta.losses), ElementsAre("Bo: Bike store (all)", "Bo: Lobby (all)", "Bo: Stairs (all)"));
    apply(ended->plan.rows);
    EXPECT_EQ(harbour().groups.find(id<model::GroupId>("group", "residents")), nullptr);
    EXPECT_THAT(harbour().users.find(user("Bo").id)->groups, IsEmpty());
}

TEST_F(Retire, EndsASystemWithItsAccounts)
{
    const auto from = text_.find("      boats:\n"), to = text_.find("  brightline:");
    text_.erase(from, to - from);
    apply(plan().rows);
    const auto system = id<model::SystemId>("system", "boats");
    model::User user{.id = id<model::UserId>("user", "Jon"), .workspace = harbour().row.id, .system = system};
    put(user);
    const auto ended = end("system", "boats");
    ASSERT_TRUE(ended) << ended.error().detail;
    apply(ended->plan.rows);
    EXPECT_EQ(harbour().systems.find(system), nullptr);
    EXPECT_EQ(harbour().users.find(user.id), nullptr);
}

TEST_F(Retire, EndsTheAccessMethodsThatLoseTheirLastCredentialWithASystem)
{
    const auto owner = harbour().row.id;
    const model::Identity person{.id = id<model::IdentityId>("person", "Jon"), .workspace = owner};
    const model::AccessGrant grant{.id = id<model::AccessGrantId>("grant", "Jon"), .workspace = owner, .identity = person.id};
    put(person), put(grant);
    const auto credential = [&](const std::string& system) {
        model::User user{.id = id<model::UserId>("user", "Jon " + system), .workspace = owner};
        user.system = id<model::SystemId>("system", system);
        user.identity = person.id;
        put(user);
        const auto add = [&](const std::string& method) {
            const model::Credential row{.id = id<model::CredentialId>("card", method + " " + system),
                                        .workspace = owner,
                                        .system = user.system,
                                        .user = user.id,
                                        .list = model::ListState::listed};
            put(row);
            put(model::MethodCredential{id<model::MethodId>("method", method), row.id, owner});
        };
        add("both");
        if (system == "boats") add("boats");
    };
    for (const auto* method : {"both", "boats"})
        put(model::GrantMethod{.id = id<model::MethodId>("method", method), .workspace = owner, .grant = grant.id});
    credential("house"), credential("boats");
    const auto from = text_.find("      boats:\n"), to = text_.find("  brightline:");
    text_.erase(from, to - from);
    apply(plan().rows);

    const auto ended = end("system", "boats");
    ASSERT_TRUE(ended) << ended.error().detail;
    apply(ended->plan.rows);
    const auto* boats = harbour().methods.find(id<model::MethodId>("method", "boats"));
    ASSERT_NE(boats, nullptr) << "until its credential is proven gone";
    EXPECT_TRUE(boats->row.deleting);
    EXPECT_FALSE(harbour().methods.find(id<model::MethodId>("method", "both"))->row.deleting) << "it opens in the other system";
}

TEST_F(Retire, AControllerThatMayStillHoldSomethingStaysWithoutItsDoors)
{
    leave_out_bikes();
    auto row = directory_.device(id<model::DeviceId>("device", "panel", "harbour-house"))->row;
    row.absent = true;
    put(row);
    for (const auto& door : directory_.device(row.id)->doors) {
        auto left = directory_.door(door)->row;
        left.absent = true;
        put(left);
        for (const auto& here : directory_.door(door)->entrances) {
            auto entrance = directory_.workspace(here.workspace)->entrances.find(here.id)->row;
            entrance.absent = true;
            put(entrance);
        }
    }
    for (const auto& [key, workspace] : directory_.workspaces()) {
        std::vector<model::Group> groups;
        workspace->groups.walk(nullptr, [&groups](const model::GroupNode& group) {
            groups.push_back(group.row);
            return true;
        });
        for (auto& group : groups) group.absent = true, put(group);
    }
    const auto held = end("device", "panel", false);
    ASSERT_TRUE(held) << held.error().detail;
    EXPECT_THAT(held->waiting, ElementsAre(row.id));
    EXPECT_THAT(held->ended, IsEmpty());
    apply(held->plan.rows);
    ASSERT_NE(directory_.device(row.id), nullptr);
    EXPECT_THAT(directory_.device(row.id)->doors, IsEmpty());

    const auto gone = end("device", "panel");
    ASSERT_TRUE(gone) << gone.error().detail;
    EXPECT_THAT(gone->ended, ElementsAre(row.id));
    apply(gone->plan.rows);
    EXPECT_EQ(directory_.device(row.id), nullptr);
}

TEST_F(Retire, AlwaysNeedsAWordThatSaysWhatEnds)
{
    const Plan nothing;
    EXPECT_THAT(confirmation(nothing, 7, "door bikes"), SizeIs(12));
    EXPECT_NE(confirmation(nothing, 7, "door bikes"), confirmation(nothing, 7, "door lobby"));
}

} // namespace gatehouse::site
