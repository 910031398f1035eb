// What the API says of who may open a door is what a reader there would do.

#include "unit/house/harbour.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

struct ToldAndDone : Harbour {
    ToldAndDone() { everybody(); }

    /// Whether the person comes in by anything of theirs, with a code of theirs after it where one is asked for.
    bool comes_in(const model::Workspace& tenant, const model::IdentityNode& person, const model::DoorNode& door) const
    {
        std::vector<access::Presented> tries;
        for (const auto& user : person.users) {
            const auto& held = tenant.users.find(user)->credentials;
            for (const auto& id : held) {
                const auto& row = tenant.credentials.find(id)->row;
                if (row.code) tries.push_back({{}, std::string{*row.code}});
                const auto forms = model::presentations(row);
                if (!forms.empty()) tries.push_back({forms, {}});
                for (const auto& other : held)
                    if (const auto& code = tenant.credentials.find(other)->row.code; code && !forms.empty())
                        tries.push_back({forms, std::string{*code}});
            }
        }
        return std::any_of(tries.begin(), tries.end(), [this, &tenant, &person, &door](const access::Presented& one) {
            const auto decision = access::decide(desk_.directory, door, one, moment());
            const auto* opened = decision.granted ? tenant.credentials.find(decision.credential) : nullptr; // a tenant's, or another's code
            return opened != nullptr && opened->user->identity == &person;
        });
    }
};

TEST_F(ToldAndDone, WhoeverIsSaidToOpenADoorDoesAndNobodyElse)
{
    const auto& tenant = workspace("harbour");
    int opened = 0, by_code_too = 0;
    for (const auto* when : {"2027-03-01 07:30", "2027-03-02 12:00", "2027-03-03 22:00", "2027-03-04 09:00"}) {
        asked_at_ = local(when);
        for (const auto& [name, known] : people_) {
            if (known.workspace != "harbour") continue;
            const auto& person = *tenant.identities.find(model::IdentityId{*base::parse_uuid(known.identity)});
            for (const auto& [id, door] : desk_.directory.doors()) {
                json::object question{{"device_id", to_string(id)}, {"user_identity_id", known.identity}, {"at", base::to_iso(*asked_at_)}};
                const auto told = ask("harbour", "/gatehouse/access/why", question);
                if (told.type() == "device_not_found") continue;
                const bool opens = told.body.at("opens").as_bool();
                EXPECT_EQ(opens, comes_in(tenant, person, door)) << name << " at " << door.row.key << ", " << when;
                opened += opens ? 1 : 0;
                by_code_too += opens && door.mode == "card_and_pin" ? 1 : 0;
            }
        }
    }
    EXPECT_GT(opened, 20);
    EXPECT_GT(by_code_too, 0);
}

TEST_F(ToldAndDone, TheOwnerOfASharedDoorHearsThatATenantsPeopleOpenItAndNotWho)
{
    const auto who = [this](std::string_view asking, std::string_view where) {
        json::object question{{"device_id", to_string(door(where).row.id)}, {"at", base::to_iso(local("2027-03-02 12:00"))}};
        return ask(asking, "/gatehouse/access/who", question).body;
    };
    const auto names = [](const json::value& told) {
        std::vector<std::string> found;
        for (const auto& row : told.at("access").as_array()) found.emplace_back(row.at("person").as_string());
        return found;
    };
    const auto told = who("harbour", "lobby");
    const auto& rows = told.at("access").as_array();
    ASSERT_FALSE(rows.empty());
    const auto& last = rows.back().as_object();
    EXPECT_EQ(last.at("person"), json::value("tenant " + workspace("brightline").row.name));
    EXPECT_EQ(last.at("opens"), true);
    for (const auto* id : {"acs_credential_id", "acs_user_id", "user_identity_id", "from", "until"}) EXPECT_EQ(last.at(id), nullptr) << id;
    EXPECT_THAT(json::serialize(told), Not(HasSubstr("Ivy Tan")));
    EXPECT_EQ(std::ranges::count_if(rows, [](const json::value& row) { return row.at("acs_credential_id").is_null(); }), 1);
    for (const auto& name : names(who("harbour", "bikes"))) EXPECT_THAT(name, Not(HasSubstr("tenant"))) << "it has no way there";
    for (const auto& name : names(who("brightline", "lobby"))) EXPECT_THAT(name, Not(HasSubstr("tenant"))) << "the door is not theirs";

    std::vector<std::string> paged;
    json::object question{{"device_id", to_string(door("lobby").row.id)}, {"at", base::to_iso(local("2027-03-02 12:00"))}, {"limit", 2}};
    for (bool more = true; more;) {
        const auto page = ask("harbour", "/gatehouse/access/who", question).body;
        for (const auto& name : names(page)) paged.push_back(name);
        const auto& next = page.at("pagination").at("next_page_cursor");
        more = !next.is_null();
        if (more) question["page_cursor"] = next;
    }
    EXPECT_EQ(paged, names(told)) << "once, behind the last page's own people";
}

} // namespace
} // namespace gatehouse::tests
